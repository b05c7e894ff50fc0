import { describe, expect, it } from 'vitest';
import type { CommandResult } from '../../src/machine/machine.js';
import { retypeAfter } from '../../src/run/retype.js';
import type { Verification } from '../../src/steps/step.js';
import { ended } from '../support/run-plan.js';

const notThere: Verification = { state: 'not-verified', found: 'there is no local account mark' };

describe('typing the password again', () => {
  it.each<[string, Partial<CommandResult>]>([
    ['the two entries differ', { exitCode: 1, output: ['Error 32695: the entries differ.'] }],
    ['the policy refuses it', { exitCode: 1, output: ['ID: 32694'] }],
    [
      'the script could not log on with it',
      { exitCode: 1, error: 'Logon failure: unknown user name or bad password.' },
    ],
    ['Windows says so without an id', { exitCode: 1, output: ['The passwords do not match.'] }],
  ])('helps where %s', (_what, result) => {
    expect(retypeAfter({ ...ended, ...result }, notThere)).toBe('helps');
  });

  it.each<[string, Partial<CommandResult>, Partial<Verification>]>([
    ['the prompt is not elevated', { exitCode: 1, output: ['Error 32692'] }, {}],
    ['the tool says something else', { exitCode: 1, output: ['Access is denied.'] }, {}],
    ['the tool did not complain', { exitCode: 0 }, {}],
    ['the tool was stopped', { exitCode: null, ending: 'no-end' }, {}],
    ['the tool crashed', { exitCode: null }, {}],
    ['the step knows what to fix first', { exitCode: 1 }, { fix: ['Delete the account.'] }],
  ])('is useless where %s', (_what, result, verification) => {
    expect(retypeAfter({ ...ended, ...result }, { ...notThere, ...verification })).toBe('useless');
  });

  it('is for the person to say where only the person saw what the tool said', () => {
    expect(retypeAfter({ ...ended, exitCode: 1 }, notThere)).toBe('unseen');
  });
});
