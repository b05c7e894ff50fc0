import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/machine/command.js';
import type { CommandResult } from '../../src/machine/machine.js';
import { judge } from '../../src/run/verdict.js';

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

const fixOf = (command: Command, output: readonly string[], more = {}): readonly string[] =>
  judge(command, failed(output), { state: 'not-verified', found: 'nothing is there', ...more }).failure
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
      expect.stringMatching(/^Possible cause \(Microsoft's DPM error table, 32692\): /),
    );
    expect(fix).toContainEqual(expect.stringMatching(/^Possible cause \(.*\(inferred, not documented\)\): /));
    expect(fix.at(-1)).toMatch(/^Log \(.*DPMRACurr\.errlog$/);
  });

  it('leaves guesses out where an error id explains it', () => {
    const fix = fixOf(setDpmServer, ['Error ID: 32693']);
    expect(fix[0]).toContain('DPM error 32693');
    expect(fix.filter((text) => text.startsWith('Possible cause'))).toEqual([]);
    expect(fix.at(-1)).toMatch(/^Log \(/);
  });

  it('has other causes for SetDpmServer with a certificate', () => {
    const fix = fixOf({ ...setDpmServer, arguments: ['-dpmCredential', 'a.bin'] }, ['sorry']);
    expect(fix.join('\n')).toContain('DpmCPWrapperService');
    expect(fix.join('\n')).not.toContain('password');
  });

  it('does not guess after harm', () => {
    expect(fixOf(setDpmServer, ['a', 'b'], { harm: true, fix: ['Stop.'] })).toEqual(['Stop.']);
  });
});
