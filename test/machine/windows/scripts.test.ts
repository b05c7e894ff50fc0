import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { consoleArguments, fitsCommandLine, scriptArguments } from '../../../src/machine/windows/bridge.js';
import { actScripts, questionScripts, runCmdlet, runScript } from '../../../src/machine/windows/scripts.js';
import { shorten } from '../../../src/machine/windows/shorten.js';

const all = [...Object.values(questionScripts), ...Object.values(actScripts), runScript, runCmdlet];
const powershell = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
const decoded = (args: readonly string[]): string =>
  Buffer.from(args.at(-1) ?? '', 'base64').toString('utf16le');

describe('the scripts', () => {
  it.each(all.map((script) => [script.name, script] as const))('%s fits on a command line', (_, script) => {
    expect(fitsCommandLine(powershell, scriptArguments(script))).toBe(true);
  });

  it('leaves room for the values where they go along', () => {
    const long = 'x'.repeat(255);
    const input = { path: long, parameters: ['a', 'b', 'c', 'd'].map((name) => [name, long]) };
    expect(fitsCommandLine(powershell, consoleArguments(runScript, input))).toBe(true);
    expect(fitsCommandLine(powershell, consoleArguments(runScript, { path: 'x'.repeat(20_000) }))).toBe(
      false,
    );
  });

  it('has every file in use', () => {
    const files = readdirSync(new URL('../../../src/powershell/', import.meta.url))
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
    const text = decoded(consoleArguments(runScript, { parameters: [['PSName', hostile]] }));
    const [first, ...rest] = text.split('\n');
    expect(first).toMatch(/^\$DpmPrepPayload = '[A-Za-z0-9+/=]+'$/);
    expect(rest.join('\n')).toBe(runScript.text);
  });

  it('shortens by whole lines only', () => {
    expect(shorten("# about\r\n\n  if ($a) { 'x # y' }  \n    # more\n}\n")).toBe("if ($a) { 'x # y' }\n}");
  });
});
