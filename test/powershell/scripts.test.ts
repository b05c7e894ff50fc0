import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { shorten } from '../../src/machine/windows/shorten.js';
import { describeWithPowerShell, judge, tokensOf } from './support/host.js';

const folder = fileURLToPath(new URL('../../src/powershell/', import.meta.url));
// run-console-tool.ps1 compiles C# for a console of its own; it is not part of the bridge.
const files = readdirSync(folder).filter((file) => file.endsWith('.ps1') && file !== 'run-console-tool.ps1');
const scratch = mkdtempSync(join(tmpdir(), 'dpm-prep-judge-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const forbidden: readonly (readonly [string, string, string])[] = [
  ['a script that does not parse', "if ($a) { 'x'", 'does not parse'],
  ['the ternary operator', '$a ? 1 : 2', 'ternary'],
  ['??', '$a ?? 1', 'newer than 5.1'],
  ['??=', '$a ??= 1', 'newer than 5.1'],
  ['?.', '${a}?.Length', 'newer than 5.1'],
  ['?[]', '${a}?[0]', 'newer than 5.1'],
  ['&&', 'Get-Module && Get-Module', 'newer than 5.1'],
  ['||', 'Get-Module || Get-Module', 'newer than 5.1'],
  ['&', 'Get-Module &', 'background'],
  ['a clean block', 'function A { clean { 1 } }', 'clean block'],
  ['-AsHashtable', 'function A($AsHashtable) { }; A -AsHashtable 1', '-AsHashtable is newer'],
  ['-Parallel', 'function A($Parallel) { }; A -Parallel 1', '-Parallel is newer'],
  ['a cmdlet of PowerShell 6', 'Get-Uptime', 'Get-Uptime is not on the list'],
  ['a cmdlet that is not on the list', 'ConvertTo-Json 1', 'ConvertTo-Json is not on the list'],
  ['a program', 'whoami.exe', 'whoami.exe is not on the list'],
  ['text that becomes script', "[scriptblock]::Create('1')", 'text must not become script'],
  ['expanded text', '$ExecutionContext.InvokeCommand.ExpandString($a)', 'text must not become script'],
  ['Invoke-Expression', 'Invoke-Expression $a', 'Invoke-Expression is not on the list'],
  ['a class', 'class A { }', 'class, enum and using'],
  ['a here-string', "@'\nx\n'@", 'here-string'],
  ['a string over two lines', "'a\nb'", 'a string over two lines'],
  ['a curly quote', '\u2018a\u2019', 'not ASCII'],
];

describeWithPowerShell("our scripts in PowerShell's own parser", () => {
  it('parse, and use nothing newer than Windows PowerShell 5.1', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(judge(files.map((file) => join(folder, file)))).toEqual([]);
  });

  it('would not get through otherwise', () => {
    const paths = forbidden.map(([, script], index) => {
      const path = join(scratch, `bad-${String(index)}.ps1`);
      writeFileSync(path, script);
      return path;
    });
    const found = judge(paths);
    for (const [index, [name, , what]] of forbidden.entries()) {
      const own = found.filter(({ file }) => file === `bad-${String(index)}.ps1`);
      expect(own.map((finding) => finding.what).join('\n'), name).toContain(what);
    }
  });

  it('are the same scripts when they are shortened', () => {
    const shortened = files.map((file) => {
      const path = join(scratch, file);
      writeFileSync(path, shorten(readFileSync(join(folder, file), 'utf8')));
      return path;
    });
    // PowerShell itself puts "System." in front of a type's name.
    const whole = (lists: readonly (readonly string[])[]): readonly string[][] =>
      lists.map((tokens) => tokens.map((token) => token.replace(/^System\./, '')));
    const before = tokensOf(files.map((file) => join(folder, file)));
    expect(whole(tokensOf(shortened))).toEqual(whole(before));
    for (const [index, tokens] of before.entries())
      expect(tokens.join(' '), files[index]).toMatch(/Invoke-Answer|Invoke-Script|function /);
  });
});
