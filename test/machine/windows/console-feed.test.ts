import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  consoleToolOutcome,
  powershellArguments,
  runOnConsole,
} from '../../../src/machine/windows/console-feed.js';
import { Secret } from '../../../src/secret.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const said = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `dpm-prep:${name}:${Buffer.from(value).toString('base64')}\r\n`)
    .join('');

const ended = { ending: 'ended', exitCode: 0, refusal: null } as const;
const whole = {
  started: '42',
  ending: 'ended',
  'exit-code': '3',
  answers: '2',
  'asked-choice': 'False',
  'code-page': '850',
  error: '',
  screen: 'one\ntwo',
  output: 'text',
  end: '',
};

describe('what came of the tool', () => {
  it('is taken from the lines of the script, whatever stands around them', () => {
    const stdout = `Welcome to a profile\r\n${said(whole)}dpm-prep:half`;
    expect(consoleToolOutcome(stdout, ended)).toEqual({
      ending: 'ended',
      processId: 42,
      exitCode: 3,
      answers: 2,
      askedChoice: false,
      output: Buffer.from('text'),
      codePage: 850,
      screen: ['one', 'two'],
      error: null,
    });
  });

  it('is not a success where PowerShell said nothing and ended with 0', () => {
    expect(consoleToolOutcome('', ended)).toMatchObject({ ending: 'refused', exitCode: null });
  });

  it('is unknown where PowerShell was interrupted after it started the tool', () => {
    const outcome = consoleToolOutcome(said({ started: '42' }), { ...ended, exitCode: null });
    expect(outcome.ending).toBe('no-end');
    expect(outcome.error).toContain('may still be running');
  });

  it('is not a success where its last line is missing', () => {
    const { end: _end, ...cut } = whole;
    expect(consoleToolOutcome(said(cut), ended)).toMatchObject({ ending: 'no-end', exitCode: null });
  });

  it('names the attended way where Add-Type is not allowed', () => {
    const noType = consoleToolOutcome(
      said({ 'no-add-type': 'Definition of new types is not supported' }),
      ended,
    );
    expect(noType.ending).toBe('refused');
    expect(noType.error).toMatch(
      /Add-Type.*Definition of new types.*Run it where a person can type the password/s,
    );
    const constrained = consoleToolOutcome('dpm-prep:constrained:\r\n', ended);
    expect(constrained.ending).toBe('refused');
    expect(constrained.error).toMatch(/constrained language mode.*Run it where a person can type/s);
  });

  it.each([
    [{ answers: '0', 'asked-choice': 'True' }, 'asked something that a password does not answer'],
    [{ answers: '0', 'asked-choice': 'False' }, 'asked for no password'],
    [{ answers: '1', 'asked-choice': 'False' }, 'typed once'],
    [{ answers: '2', 'asked-choice': 'False' }, 'typed 2 times'],
  ])('that did not end says why: %o', (values, why) => {
    const outcome = consoleToolOutcome(said({ ...whole, ...values, ending: 'no-end' }), ended);
    expect(outcome).toMatchObject({ ending: 'no-end', exitCode: null });
    expect(outcome.error).toContain(why);
  });
});

describe.skipIf(process.platform === 'win32')('PowerShell', () => {
  // Stands where powershell.exe is: writes down what it gets, and answers.
  const folder = temporaryFolder('console-feed');
  const powershell = join(folder, 'powershell');
  writeFileSync(
    powershell,
    `#!${process.execPath}
const fs = require('node:fs');
const input = fs.readFileSync(0, 'latin1');
fs.writeFileSync(${JSON.stringify(join(folder, 'seen.json'))}, JSON.stringify({ argv: process.argv.slice(2), env: process.env, input }));
process.stdout.write(${JSON.stringify(said(whole))});
`,
  );
  chmodSync(powershell, 0o755);

  it('gets the password by standard input only, and the process id is told', async () => {
    const password = 'Pä$$ wört"1€';
    const ids: number[] = [];
    const outcome = await runOnConsole({
      powershell,
      path: '/tool/SetDpmServer.exe',
      arguments: ['-dpmServerName', 'Sër ver'],
      folder,
      password: new Secret(password),
      maxAnswers: 2,
      silenceMs: 5_000,
      onStarted: (id) => ids.push(id),
    });
    expect(outcome).toMatchObject({ ending: 'ended', exitCode: 3 });
    expect(ids).toEqual([42]);
    const { readFileSync } = await import('node:fs');
    const seen = JSON.parse(readFileSync(join(folder, 'seen.json'), 'utf8')) as {
      readonly argv: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly input: string;
    };
    const values = seen.input
      .trimEnd()
      .split('\n')
      .map((text) => Buffer.from(text, 'base64').toString('utf8'));
    expect(values.slice(1)).toEqual([
      ...['/tool/SetDpmServer.exe', folder, '2', '5000', '700', '3000', password],
      ...['2', '-dpmServerName', 'Sër ver'],
    ]);
    const elsewhere = JSON.stringify([seen.argv, seen.env]);
    expect(elsewhere).not.toContain(password);
    expect(elsewhere).not.toContain(Buffer.from(password).toString('base64'));
    expect(Buffer.from(seen.argv.at(-1) ?? '', 'base64').toString('utf16le')).not.toContain('wört');
  });

  it('is given the same script whatever the values are, short enough for a command line', () => {
    const words = powershellArguments('x'.repeat(3_000));
    expect(words.slice(0, -1)).toEqual(['-NoProfile', '-NonInteractive', '-EncodedCommand']);
    expect(Buffer.from(words.at(-1) ?? '', 'base64').toString('utf16le')).toBe('x'.repeat(3_000));
  });
});
