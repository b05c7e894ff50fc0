import { describe, expect, it } from 'vitest';
import type { CommandResult, Machine } from '../../src/machine/machine.js';
import { checkProblem, Problem } from '../../src/problem.js';
import { attachCertificate, type AttachCertificateInput } from '../../src/steps/attach-certificate.js';
import { noRecord, type Probe, type Verification } from '../../src/steps/step.js';
import { fakeMachine } from '../support/fake-machine.js';

const sha256 = 'a'.repeat(64);
const input: AttachCertificateInput = {
  binFolder: 'C:\\DPM\\bin',
  dpmServerName: 'Server01',
  psName: 'Finance01',
  psCredential: 'C:\\Temp\\CertificateConfiguration_Finance01.bin',
  sha256,
  lastAttach: null,
  listedBeforeCut: null,
};
const ended: CommandResult = {
  exitCode: 0,
  ending: 'ended',
  output: [],
  error: null,
  restartRequired: false,
  elapsedMs: 1,
};

/** A DPM server that lists these computers. */
const listing = (...names: readonly string[]): Machine =>
  fakeMachine({
    answers: {
      'protected-computers': {
        computers: names.map((serverName) => ({
          serverName,
          machineName: null,
          name: null,
          domain: null,
          clusterName: null,
          state: 'HasDatasourcesProtected',
          connectivity: null,
          authentication: 'certificate',
        })),
      },
    },
  });

const probed = async (machine: Machine, more: Partial<AttachCertificateInput> = {}): Promise<Probe> =>
  attachCertificate({ ...input, ...more }).probe(machine, noRecord, {});

/** What the step says after the list became another. */
const attachedBetween = async (before: Probe, after: Machine): Promise<Verification> =>
  attachCertificate(input).verify(after, { before, result: ended, earlier: {}, started: new Date() });

describe('what the list of protected computers shows after an attach by certificate', () => {
  it('does no harm where every computer is still there', async () => {
    const before = await probed(listing('Finance02', 'Finance03'));
    const found = await attachedBetween(before, listing('Finance01', 'Finance02', 'Finance03'));
    expect([found.state, found.harm]).toEqual(['verified', undefined]);
  });

  it.each([
    ['exactly one computer', ['Finance01', 'Finance03'], ['Finance02']],
    ['two computers', ['Finance01'], ['Finance02', 'Finance03']],
    ['every computer', [], ['Finance02', 'Finance03']],
  ])('is harm where %s is missing', async (_, after, lost) => {
    const before = await probed(listing('Finance02', 'Finance03'));
    const found = await attachedBetween(before, listing(...after));
    expect([found.state, found.harm, found.mayStillAppear]).toEqual(['not-verified', true, undefined]);
    expect(found.facts).toEqual({ loss: { sha256, names: lost } });
    expect(found.found).toContain(`COMPUTERS ARE MISSING`);
    for (const name of lost) expect(found.fix?.join('\n')).toContain(`Attach ${name} again`);
  });

  it('may still be in order where only the record of this very computer is missing', async () => {
    const before = await probed(listing('FINANCE01', 'Finance02'));
    const found = await attachedBetween(before, listing('Finance02'));
    expect([found.harm, found.mayStillAppear]).toEqual([true, true]);
  });

  it('is unknown, which is harm, without a list from before', async () => {
    const found = await attachedBetween({ state: 'not-done', found: '' }, listing('Finance01'));
    expect([found.state, found.harm, found.facts]).toEqual(['not-verified', true, { lossUnknown: true }]);
  });

  it('is unknown, which is harm, where the list cannot be read', async () => {
    const before = await probed(listing('Finance02'));
    const silent: Machine = {
      ...listing(),
      ask: async () => Promise.reject(checkProblem('The module does not load.', 'Look at it.')),
    };
    const found = await attachedBetween(before, silent);
    expect([found.harm, found.facts]).toEqual([true, { lossUnknown: true }]);
    expect(found.found).toContain('The module does not load.');
  });

  it('is not enough where the computer itself is not listed', async () => {
    const before = await probed(listing('Finance02'));
    const found = await attachedBetween(before, listing('Finance02'));
    expect([found.state, found.harm]).toEqual(['not-verified', undefined]);
  });
});

describe('whether an attach by certificate is done', () => {
  const state = async (machine: Machine, more: Partial<AttachCertificateInput> = {}): Promise<string> =>
    (await probed(machine, more)).state;

  it('is shown by no list alone', async () => {
    expect(await state(listing('Finance01'))).toBe('not-done');
  });

  it('is known where it is listed and was attached with this very content', async () => {
    const lastAttach = { method: 'certificate', sha256 } as const;
    expect(await state(listing('Finance01'), { lastAttach })).toBe('done');
    expect(await state(listing('Finance02'), { lastAttach })).toBe('not-done');
    expect(await state(listing('Finance01'), { lastAttach: { ...lastAttach, sha256: 'b'.repeat(64) } })).toBe(
      'not-done',
    );
    expect(await state(listing('Finance01'), { lastAttach: { method: 'ntlm', userName: 'mark' } })).toBe(
      'not-done',
    );
  });

  it('is refused where an attach was interrupted and exactly one other computer is missing since', async () => {
    const listedBeforeCut = ['Finance01', 'Finance02', 'Finance03'];
    const refused = probed(listing('Finance01', 'Finance03'), { listedBeforeCut });
    await expect(refused).rejects.toThrow(/COMPUTERS ARE MISSING.*: Finance02\./);
    await expect(refused).rejects.toBeInstanceOf(Problem);
    expect(await state(listing('Finance02', 'Finance03'), { listedBeforeCut })).toBe('not-done');
  });
});
