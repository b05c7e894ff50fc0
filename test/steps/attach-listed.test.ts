import { describe, expect, it } from 'vitest';
import type { CommandResult } from '../../src/machine/machine.js';
import type { Answer } from '../../src/machine/questions.js';
import { attachNtlm } from '../../src/steps/attach-ntlm.js';
import { attachCertificate } from '../../src/steps/attach-certificate.js';
import { noRecord, type Step, type Verification } from '../../src/steps/step.js';
import { fakeMachine } from '../support/fake-machine.js';

const psName = 'Finance01.widgets.corp.com';
const dpmServerName = 'Server01.corp.contoso.com';
const common = { binFolder: 'C:\\DPM\\bin', dpmServerName, psName, lastAttach: null };
const ntlm = attachNtlm({ ...common, userName: 'mark' });
const certificate = attachCertificate({
  ...common,
  psCredential: 'C:\\x.bin',
  sha256: 'a'.repeat(64),
  listedBeforeCut: null,
});

type Listed = Answer<'protected-computers'>['computers'][number];

const server = (authentication: Listed['authentication'] | 'absent') =>
  fakeMachine({
    answers: {
      'protected-computers': {
        computers:
          authentication === 'absent'
            ? []
            : [
                {
                  serverName: psName,
                  machineName: null,
                  name: null,
                  domain: null,
                  clusterName: null,
                  state: 'NoDatasourcesProtected',
                  connectivity: null,
                  authentication,
                },
              ],
      },
    },
  });

const ended: CommandResult = {
  exitCode: 0,
  ending: 'ended',
  output: [],
  error: null,
  restartRequired: false,
  elapsedMs: 1,
};
const failed: Partial<CommandResult> = { exitCode: 1, error: 'Error ID: 32691. Not configured.' };

const attach = async (
  step: Step,
  was: Listed['authentication'] | 'absent',
  now: Listed['authentication'] | 'absent',
  result: Partial<CommandResult> = {},
): Promise<Verification['state']> => {
  const before = await step.probe(server(was), noRecord, {});
  const context = { before, result: { ...ended, ...result }, earlier: {}, started: new Date() };
  return (await step.verify(server(now), context)).state;
};

describe.each([
  ['NTLM', ntlm, 'ntlm', 'certificate'],
  ['certificate', certificate, 'certificate', 'ntlm'],
] as const)('an attach by %s', (_name, step, method, other) => {
  it('is not shown by a record that was there before, where the script complains', async () => {
    expect(await attach(step, method, method, failed)).toBe('not-verified');
    expect(await attach(step, null, null, failed)).toBe('not-verified');
    expect(await attach(step, null, null, { output: ['Error ID: 32691. Not configured.'] })).toBe(
      'not-verified',
    );
    expect(await attach(step, null, null)).toBe('verified');
  });

  it('is shown by a new record, whatever the script says', async () => {
    expect(await attach(step, 'absent', null, failed)).toBe('verified');
  });

  it('is not shown by a record of the other method', async () => {
    expect(await attach(step, other, other)).toBe('not-verified');
    expect(await attach(step, other, method)).toBe('verified');
  });
});
