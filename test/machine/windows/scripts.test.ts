import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { consoleArguments, fitsCommandLine, scriptArguments } from '../../../src/machine/windows/bridge.js';
import { powershellArguments } from '../../../src/machine/windows/console-feed.js';
import { reached } from '../../../src/machine/windows/fragments.js';
import {
  actScripts,
  questionScripts,
  runCmdlet,
  runScript,
  runScriptOnConsole,
} from '../../../src/machine/windows/scripts.js';
import consoleTool from '../../../src/powershell/run-console-tool.ps1';
import { shorten } from '../../../src/machine/windows/shorten.js';

const all = [
  ...Object.values(questionScripts),
  ...Object.values(actScripts),
  runScript,
  runScriptOnConsole,
  runCmdlet,
];
const powershell = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
const folder = new URL('../../../src/powershell/', import.meta.url);
const decoded = (args: readonly string[]): string =>
  Buffer.from(args.at(-1) ?? '', 'base64').toString('utf16le');

describe('the scripts', () => {
  it.each(all.map((script) => [script.name, script] as const))('%s fits on a command line', (_, script) => {
    expect(fitsCommandLine(powershell, scriptArguments(script))).toBe(true);
  });

  it('leaves room for the values where they go along', () => {
    const long = 'x'.repeat(255);
    const input = { path: long, parameters: ['a', 'b', 'c', 'd'].map((name) => [name, long]) };
    expect(fitsCommandLine(powershell, consoleArguments(runScriptOnConsole, input))).toBe(true);
    expect(
      fitsCommandLine(powershell, consoleArguments(runScriptOnConsole, { path: 'x'.repeat(20_000) })),
    ).toBe(false);
  });

  it('leaves room for paths and values: 24,000 of the 32,767 characters that Windows takes', () => {
    const lengths = all.map((script) => ({
      name: script.name,
      length: [powershell, ...scriptArguments(script)].join(' ').length,
    }));
    expect(lengths.filter(({ length }) => length >= 24_000)).toEqual([]);
    expect([powershell, ...powershellArguments(consoleTool)].join(' ').length).toBeLessThan(24_000);
  });

  // On Windows they give a CNG key for every key, and may ask for a card or a PIN.
  it.each(readdirSync(folder).filter((file) => /\.(?:ps1|cs)$/.test(file)))(
    '%s does not open a private key to learn about it',
    (file) => {
      expect(readFileSync(new URL(file, folder), 'utf8')).not.toMatch(/Get\w*PrivateKey|\.PrivateKey\b/i);
    },
  );

  it('has every file in use', () => {
    const files = readdirSync(folder)
      .filter((file) => /^(?:ask|act)-.*\.ps1$/.test(file))
      .map((file) => file.slice(0, -'.ps1'.length));
    expect(
      all
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('run-'))
        .sort(),
    ).toEqual(files.sort());
  });

  it('puts values as base64 in front, and nothing else, where a person has the console', () => {
    const hostile = "'; Remove-Item C:\\ -Recurse; '\u2019\n$(calc)";
    const text = decoded(consoleArguments(runScriptOnConsole, { parameters: [['PSName', hostile]] }));
    const [first, ...rest] = text.split('\n');
    expect(first).toMatch(/^\$DpmPrepPayload = '[A-Za-z0-9+/=]+'$/);
    expect(rest.join('\n')).toBe(runScriptOnConsole.text);
  });

  it('takes from shared parts what is reached, and everything except functions', () => {
    const shared = `$a = 1
function Get-A { Get-B }
function Get-B {
    if ($x) {
        1
    }
}
function Get-BB { 2 }
`;
    expect(reached([shared], 'Get-A')).toBe(
      '$a = 1\nfunction Get-A { Get-B }\nfunction Get-B {\n    if ($x) {\n        1\n    }\n}\n',
    );
    expect(reached([shared], "'Get-BB-1'")).toBe('$a = 1\n');
    expect(reached(['function A-B { 1 }'], 'x')).toBe('');
  });

  it('leaves out comments, spaces that do not count, and what PowerShell adds', () => {
    expect(shorten(`$a = "b, { $(Get-C 'd, e' "f, g") } h" , 'i, j'`)).toBe(
      `$a="b, { $(Get-C 'd, e' "f, g") } h",'i, j'`,
    );
    expect(shorten('[System.Convert]::ToBase64String([System.DirectoryServices.DirectoryEntry]$a)')).toBe(
      '[Convert]::ToBase64String([System.DirectoryServices.DirectoryEntry]$a)',
    );
    expect(shorten("# about\r\n\n  if ($a) { 'x # y' }  \n    # more\n}\n")).toBe("if($a){'x # y'}\n}");
  });
});
