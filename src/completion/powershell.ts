import { allFlags, type CompletedCommand } from './words.js';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const list = (texts: readonly string[]): string => `@(${texts.map(quoted).join(', ')})`;

/** A completion script for Windows PowerShell 5.1 and PowerShell 7. */
export const powershellCompletion = (commands: readonly CompletedCommand[]): string => {
  const flags = allFlags(commands);
  const chosen = flags.filter((flag) => typeof flag.value !== 'string');
  const withValue = flags.filter(({ value }) => value === 'path' || value === 'any');
  return [
    '# PowerShell completion for dpm-prep: dpm-prep completion powershell | Out-String | Invoke-Expression',
    "Register-ArgumentCompleter -Native -CommandName 'dpm-prep', 'dpm-prep.exe' -ScriptBlock {",
    '  param($wordToComplete, $commandAst, $cursorPosition)',
    '  $commands = @{',
    ...commands.map(
      ({ name, flags: has, positional }) =>
        `    ${quoted(name)} = ${list([...has.map((flag) => flag.name), ...(typeof positional === 'string' ? [] : positional)])}`,
    ),
    '  }',
    '  $values = @{',
    ...chosen.map(({ name, value }) => `    ${quoted(name)} = ${list(value as readonly string[])}`),
    '  }',
    `  $withValue = ${list(withValue.map(({ name }) => name))}`,
    '  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })',
    '  if ($wordToComplete -and $words.Count -gt 0) { $words = @($words | Select-Object -SkipLast 1) }',
    '  $last = if ($words.Count -gt 0) { $words[-1] } else { "" }',
    '  $command = $words | Where-Object { $commands.ContainsKey($_) } | Select-Object -First 1',
    '  # Nothing at all lets PowerShell complete files.',
    '  if ($withValue -contains $last) { return }',
    '  $offered = if ($values.ContainsKey($last)) { $values[$last] }',
    '    elseif ($command) { $commands[$command] }',
    '    else { $commands.Keys | Sort-Object }',
    '  $offered | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {',
    "    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)",
    '  }',
    '}',
  ].join('\n');
};
