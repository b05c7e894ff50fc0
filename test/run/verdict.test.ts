import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/machine/command.js';
import type { CommandResult } from '../../src/machine/machine.js';
import { judge, type HowItRan } from '../../src/run/verdict.js';

const setDpmServer: Command = {
  kind: 'program',
  tool: 'SetDpmServer.exe',
  path: 'C:\\SetDpmServer.exe',
  arguments: ['-DpmServerName', 'Server01'],
};

const failed = (output: readonly string[]): CommandResult => ({
  exitCode: 1,
  ending: 'ended',
  output,
  error: null,
  restartRequired: false,
  elapsedMs: 1,
});

const fixOf = (
  command: Command,
  output: readonly string[],
  more = {},
  how: HowItRan = { onConsole: false },
): readonly string[] =>
  judge(command, failed(output), { state: 'not-verified', found: 'nothing is there', ...more }, how).failure
    ?.fix ?? [];

describe('the advice after a tool failed', () => {
  it('quotes its last lines, cut, names likely causes with their source, and its log', () => {
    const fix = fixOf(setDpmServer, [...'a b c d e f g h'.split(' '), 'x'.repeat(500), 'sorry']);
    expect(fix.slice(0, 7)).toEqual([
      'Its last output:',
      '  e',
      '  f',
      '  g',
      '  h',
      `  ${'x'.repeat(160)}…`,
      '  sorry',
    ]);
    expect(fix).toContainEqual(
      expect.stringMatching(/^Possible cause \(.*for 32692 \(inferred, not documented\)\): /),
    );
    expect(fix.join('\n')).not.toContain('two entries');
    expect(fix.at(-1)).toMatch(/^Log \(.*DPMRACurr\.errlog$/);
  });

  it('does not name a refusal as the cause of silence', () => {
    const silent: CommandResult = { ...failed(['Enter the PIN:']), ending: 'no-end', exitCode: null };
    const fix = judge(setDpmServer, silent, { state: 'not-verified', found: 'nothing' }, { onConsole: false })
      .failure?.fix;
    expect(fix?.filter((text) => text.startsWith('Possible cause'))).toEqual([
      'Possible cause: it waits for an answer that dpm-prep does not know, or it needs more time. To wait longer, add: --silence-seconds <seconds>',
    ]);
  });

  it('leaves guesses out where an error id explains it', () => {
    const fix = fixOf(setDpmServer, ['Error ID: 32693']);
    expect(fix[0]).toBe(
      "DPM error 32693 means: The local account already exists. SetDpmServer must create it. (the name that Microsoft's error table gives for 32693 (inferred, not documented))",
    );
    expect(fix.filter((text) => text.startsWith('Possible cause'))).toEqual([]);
    expect(fix.at(-1)).toMatch(/^Log \(/);
  });

  it('leaves out the command that failed, and says on which computer another one runs', () => {
    expect(fixOf(setDpmServer, ['Error ID: 32695']).join('\n')).not.toContain('dpm-prep set-dpm-server');
    expect(fixOf(setDpmServer, ['Error ID: 32680'])).toContain(
      'Run on the protected computer: dpm-prep update-password',
    );
  });

  it('lists causes by the id that the person read, where the tool had the console', () => {
    const fix = fixOf(setDpmServer, [], {}, { onConsole: true });
    expect(fix.slice(0, 2)).toEqual([
      'SetDpmServer.exe printed its reason above.',
      "If it named ID 32695 (the name that Microsoft's error table gives for 32695 (inferred, not documented)): The two entries of the password differ.",
    ]);
    expect(fix).toContain('If it named another ID, see what it means: dpm-prep explain <ID>');
  });

  it('does not name a log that the step looked for', () => {
    const fix = fixOf(setDpmServer, ['a', 'b'], { readLogs: true, fix: ['There is no log.'] });
    expect(fix.join('\n')).not.toMatch(/^Log /m);
  });

  it('has other causes for SetDpmServer with a certificate', () => {
    const fix = fixOf({ ...setDpmServer, arguments: ['-dpmCredential', 'a.bin'] }, ['sorry']);
    expect(fix.join('\n')).toContain('DpmCPWrapperService');
    expect(fix.join('\n')).not.toContain('password');
  });

  it('says that a tool was stopped, in place of what it said', () => {
    const killed = { ...failed([]), exitCode: null, error: 'ended by SIGKILL' };
    const { failure } = judge(
      setDpmServer,
      killed,
      { state: 'not-verified', found: 'nothing is there' },
      { onConsole: false },
    );
    expect(failure?.what).toBe(
      'SetDpmServer.exe was stopped before its end (SIGKILL). What the computer shows: nothing is there',
    );
  });

  it('does not guess after harm', () => {
    expect(fixOf(setDpmServer, ['a', 'b'], { harm: true, fix: ['Stop.'] })).toEqual(['Stop.']);
  });
});
