import { afterAll, expect, it } from 'vitest';
import type { CommandResult } from '../../src/machine/machine.js';
import { Secret } from '../../src/secret.js';
import { explainText } from '../../src/dpm/explain.js';
import { computerWith, describeWithPowerShell } from './support/host.js';

/*
 * Shapes that a script of Microsoft's may have, since none of them is published, each with what a person would say of
 * the run who watched it in the DPM Management Shell.
 */

const setup = 'SOFTWARE\\Microsoft\\Microsoft Data Protection Manager\\Setup';
const dpmModule = `
Write-Host 'Welcome to the DPM Management Shell!'
function Get-DPMVersion { 'DPM ' + $args }
Set-Alias Get-OldVersion Get-DPMVersion
function Invoke-TwoSteps { [CmdletBinding()] param() Write-Error 'step 1 had a hiccup (ID: 32685)'; 'step 2 done' }
function Get-Preference { "preference $ErrorActionPreference" }
Export-ModuleMember -Function * -Alias *`;

const computer = computerWith();
computer.write('DPM/Modules/DataProtectionManager/DataProtectionManager.psm1', dpmModule);
computer.write(
  'DPM/Modules/DataProtectionManager/DataProtectionManager.psd1',
  "@{ ModuleVersion = '1.0'; RootModule = 'DataProtectionManager.psm1'; FunctionsToExport = '*'; AliasesToExport = '*' }",
);
computer.write(
  'world/registry.json',
  JSON.stringify({ [setup]: { InstallPath: `${computer.folder}/DPM/` } }),
);
afterAll(() => {
  computer.remove();
});

const secret = 'S3cret-pass';
const documented = '[string]$DPMServerName, [string]$PSName, [string]$UserName';
const withPassword = `${documented}, [string]$Password`;
let count = 0;

const run = async (parameters: string, body: string, silenceMs?: number): Promise<CommandResult> => {
  count += 1;
  const path = computer.write(
    `DPM/bin/shape-${String(count)}/Attach-NonDomainServer.ps1`,
    `${parameters === '' ? '' : `param(${parameters})\n`}${body}\n`,
  );
  return computer.machine.perform(
    {
      kind: 'script',
      tool: 'Attach-NonDomainServer.ps1',
      path,
      parameters: { DpmServername: 'Server01', PSName: 'Finance01', Username: 'mark' },
      takesPassword: true,
    },
    { attended: false, password: new Secret(secret), ...(silenceMs === undefined ? {} : { silenceMs }) },
  );
};

type Verdict = Partial<Omit<CommandResult, 'error' | 'output'>> & {
  /** Null: nothing went wrong. A text: it is in the error. */
  readonly error: string | null;
  /** Lines that are there. */
  readonly output?: readonly string[];
  /** Lines that are not. */
  readonly without?: string;
  readonly silenceMs?: number;
};

const shapes: readonly (readonly [string, string, string, Verdict])[] = [
  // Parameters
  [
    'text as the password',
    withPassword,
    "'given ' + $Password.Length",
    { error: null, output: ['given 11'] },
  ],
  [
    'a SecureString as the password',
    `${documented}, [securestring]$Password`,
    "'given ' + $Password.Length",
    { error: null, output: ['given 11'] },
  ],
  [
    'the parameters by other names',
    `[Alias('DPMServerName')][string]$Server, [Alias('PSName')][string]$Computer, [Alias('UserName')][string]$Account, [string]$Password`,
    '"$Server $Computer $Account"',
    { error: null, output: ['Server01 Finance01 mark'] },
  ],
  [
    'a domain in the fourth place',
    `${documented}, [string]$Domain`,
    "'domain ' + $Domain",
    { ending: 'refused', error: '-Domain <String>', without: secret },
  ],
  [
    'a log file in the fourth place',
    `${documented}, [string]$LogPath, [securestring]$Password`,
    "'log ' + $LogPath + ' ' + $Password.Length",
    { error: null, output: ['log  11'], without: secret },
  ],
  [
    'a password that is read from a file',
    `${documented}, [string]$PasswordFile`,
    "'file ' + $PasswordFile",
    { ending: 'refused', error: '-PasswordFile <String>', without: secret },
  ],
  [
    'an old and a new password',
    `${documented}, [securestring]$OldPassword, [securestring]$NewPassword`,
    "'old ' + ($null -eq $OldPassword) + ', new ' + $NewPassword.Length",
    { error: null, output: ['old True, new 11'] },
  ],
  ['no parameters', '', "'ran'", { ending: 'refused', error: 'has no parameter -DpmServername' }],
  [
    'one more parameter that is mandatory',
    `${withPassword}, [Parameter(Mandatory = $true)][string]$Reason`,
    "'ran'",
    { error: 'Reason', output: [], without: secret },
  ],
  [
    'a list of servers that it knows',
    `[ValidateSet('Server02')][string]$DPMServerName, [string]$PSName, [string]$UserName, [string]$Password`,
    "'ran'",
    { error: 'DPMServerName', without: secret },
  ],
  [
    'a variable that it does not set itself',
    withPassword,
    '"[$dpmPrepErrors$Request$Splat$Secret]"',
    { error: null, without: secret },
  ],
  // What keeps it from running
  [
    'a syntax error',
    withPassword,
    "if ($true) { 'x'",
    { ending: 'refused', error: 'cannot parse it: line 2' },
  ],
  [
    'a version of PowerShell that is not there',
    '',
    `#Requires -Version 99\nparam(${withPassword})\n'ran'`,
    { error: '99', without: 'ran' },
  ],
  [
    'a module that is not there',
    '',
    `#Requires -Modules NotThere\nparam(${withPassword})\n'ran'`,
    { error: 'NotThere', without: 'ran' },
  ],
  // Prompts
  [
    'a question by Read-Host',
    withPassword,
    "'before'; $x = Read-Host 'Sure'; 'after'",
    { error: 'Read and Prompt', output: ['before'] },
  ],
  [
    'a credential prompt',
    withPassword,
    "'before'; $c = Get-Credential 'mark'; 'after ' + ($null -eq $c)",
    { output: ['before'], error: '' },
  ],
  [
    'a confirmation',
    withPassword,
    "function Remove-It { [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('it')) { 'removed' } }; Remove-It",
    { error: null, output: ['removed'] },
  ],
  [
    'a question that it asks in a loop on one line',
    withPassword,
    "do { [Console]::Write('Password: '); $x = [Console]::ReadLine() } until ($x)",
    { ending: 'no-end', error: 'Password: Password:', silenceMs: 60_000 },
  ],
  [
    'a question that it asks in a loop, line by line',
    withPassword,
    "do { 'Password:'; $x = [Console]::ReadLine() } until ($x)",
    { ending: 'no-end', error: 'Password:', silenceMs: 60_000 },
  ],
  [
    'a question in a loop that hides its error',
    withPassword,
    "'Enter the password'; while ($true) { try { $x = Read-Host; break } catch { } }",
    { ending: 'no-end', error: 'Enter the password', silenceMs: 9_000 },
  ],
  [
    'a wait for ever',
    withPassword,
    "'waiting'; [Threading.Thread]::Sleep(-1)",
    { ending: 'no-end', error: 'waiting', silenceMs: 9_000 },
  ],
  // Errors
  [
    'an error, and it goes on',
    withPassword,
    "Write-Error 'DPM said no (ID: 32685)'; 'went on'",
    { error: 'DPM said no (ID: 32685)', output: ['went on'] },
  ],
  [
    'a throw',
    withPassword,
    "'before'; throw 'broken (ID: 32680)'; 'after'",
    { error: 'broken', output: ['before'] },
  ],
  [
    'an error around a cause',
    withPassword,
    "throw [InvalidOperationException]::new('The password is invalid. (ID: 32680)', [ComponentModel.Win32Exception]::new(5))",
    { error: 'The password is invalid. (ID: 32680) ' },
  ],
  [
    'an error with words beside it',
    withPassword,
    "$e = [Management.Automation.ErrorRecord]::new([Exception]::new('inner cause'), 'x', 'NotSpecified', $null); $e.ErrorDetails = [Management.Automation.ErrorDetails]::new('Attach failed. (ID: 32685)'); Write-Error -ErrorRecord $e",
    { error: 'Attach failed. (ID: 32685) inner cause' },
  ],
  [
    'errors that it handles itself',
    withPassword,
    "try { throw 'first' } catch { }; Get-Item /nowhere -ErrorAction SilentlyContinue; $Error.Count -gt 0; 'done'",
    { error: null, exitCode: null, output: ['True', 'done'] },
  ],
  [
    'an error of a module that goes on',
    withPassword,
    'Invoke-TwoSteps',
    { error: 'step 1 had a hiccup (ID: 32685)', output: ['step 2 done'] },
  ],
  [
    "the preference of a module's code",
    withPassword,
    'Get-Preference; "mine $ErrorActionPreference"',
    { error: null, output: ['preference Continue', 'mine Continue'] },
  ],
  [
    'a command that is not there',
    withPassword,
    "Get-NotThere; 'went on'",
    { error: 'Get-NotThere', output: ['went on'] },
  ],
  // Exits
  ['exit 3', withPassword, "'before'; exit 3", { exitCode: 3, error: null, output: ['before'] }],
  ['exit 0', withPassword, "'before'; exit 0", { exitCode: null, error: null, output: ['before'] }],
  [
    'a restart that is needed',
    withPassword,
    'exit 3010',
    { exitCode: 3010, restartRequired: true, error: null },
  ],
  [
    'SetShouldExit',
    withPassword,
    "$Host.SetShouldExit(7); 'after'",
    { exitCode: 7, error: null, output: ['after'] },
  ],
  ['a break without a loop', withPassword, "'before'; break; 'after'", { error: null, output: ['before'] }],
  [
    'an end of PowerShell',
    withPassword,
    "'before'; [Environment]::Exit(5)",
    { exitCode: 5, error: 'exit code 5' },
  ],
  // Programs
  [
    'notes of a program on standard error',
    withPassword,
    "& $env:NODE_FOR_TEST -e 'console.error(5)'; 'done'",
    { error: null, exitCode: null, output: ['5', 'done'] },
  ],
  [
    'a program that fails, which it handles',
    withPassword,
    "& $env:NODE_FOR_TEST -e 'process.exit(5)'; if ($LASTEXITCODE -eq 5) { 'handled' }",
    { error: null, exitCode: null, output: ['handled'] },
  ],
  [
    "a program's exit code as its own",
    withPassword,
    "& $env:NODE_FOR_TEST -e 'process.exit(5)'; exit $LASTEXITCODE",
    { exitCode: 5, error: null },
  ],
  // Output
  [
    'a table',
    withPassword,
    "[pscustomobject]@{ Server = 'Finance01'; State = 'ok' }, [pscustomobject]@{ Server = 'Old07'; State = 'gone' } | Format-Table",
    { error: null, output: ['Finance01 ok', 'Old07     gone'] },
  ],
  [
    'a list',
    withPassword,
    "[pscustomobject]@{ Server = 'Finance01'; State = 'ok' } | Format-List",
    { error: null, output: ['Server : Finance01', 'State  : ok'] },
  ],
  [
    'an object with a property that throws',
    withPassword,
    "$o = [pscustomobject]@{ Name = 'x' }; $o | Add-Member ScriptProperty Bad { throw 'no' }; $o; 'after'",
    { error: null, output: ['after'] },
  ],
  [
    'a line without an end',
    withPassword,
    "[Console]::Write('no end'); 'next'; [Console]::Write('last')",
    { error: null, output: ['no end', 'next', 'last'] },
  ],
  [
    'letters of every alphabet',
    withPassword,
    "'J\u00fcrgen \u65e5\u672c \u0416'; Write-Warning '\u00e4'; Write-Host '\u03a9'",
    { error: null, output: ['J\u00fcrgen \u65e5\u672c \u0416', 'WARNING: \u00e4', '\u03a9'] },
  ],
  // What it finds around it
  [
    "DPM's module, and the folder that it lies in",
    withPassword,
    "Get-DPMVersion; Get-OldVersion; (Split-Path -Leaf (Split-Path (Get-Location))) + ' ' + (Split-Path -Leaf (Split-Path ([Environment]::CurrentDirectory)))",
    { error: null, output: ['DPM ', 'bin bin'].map((line) => line.trimEnd()) },
  ],
];

describeWithPowerShell('a script with', () => {
  it('covers forty shapes', () => {
    expect(shapes.length).toBeGreaterThanOrEqual(40);
    expect(new Set(shapes.map(([name]) => name)).size).toBe(shapes.length);
  });

  it.concurrent.each(shapes)('%s', async (_, parameters, body, verdict) => {
    const { error, output, without, silenceMs, ...rest } = verdict;
    const node = process.execPath.replaceAll("'", "''");
    const result = await run(parameters, body.replaceAll('$env:NODE_FOR_TEST', `'${node}'`), silenceMs);
    expect(result).toMatchObject({ ending: 'ended', ...rest });
    if (error === null) expect(result.error).toBeNull();
    else expect(result.error).toContain(error);
    expect(result.output).toEqual(expect.arrayContaining([...(output ?? [])]));
    if (without !== undefined) {
      expect(result.output.join('\n')).not.toContain(without);
      expect(result.error ?? '').not.toContain(without);
    }
  });

  it('has its ids found by explain, also around a cause of Windows', async () => {
    const { error } = await run(
      withPassword,
      "throw [InvalidOperationException]::new('The password is invalid. (ID: 32680)', [ComponentModel.Win32Exception]::new(5))",
    );
    expect(explainText(error ?? '').seen.map(({ error: known }) => known.id)).toContain('32680');
  });
});
