import { describe, expect, it } from 'vitest';
import type { CommandResult, Machine } from '../../src/machine/machine.js';
import { Problem } from '../../src/problem.js';
import { checkAuthentication } from '../../src/steps/check-authentication.js';
import { deleteAgentFolder } from '../../src/steps/delete-agent-folder.js';
import { listCluster } from '../../src/steps/list-cluster.js';
import { enumeratesNothing, listDataSources } from '../../src/steps/list-data-sources.js';
import { removeProductionServer } from '../../src/steps/remove-production-server.js';
import { since } from '../../src/steps/since.js';
import { noRecord, type Step, type StepRecord } from '../../src/steps/step.js';
import { agentProducts, uninstallAgent } from '../../src/steps/uninstall-agent.js';
import { fakeMachine } from '../support/fake-machine.js';

const ended: CommandResult = {
  exitCode: 0,
  ending: 'ended',
  output: [],
  error: null,
  restartRequired: false,
  elapsedMs: 1,
};
const dpmServerName = 'Server01';
const psName = 'Node01';

const listed = {
  serverName: psName,
  machineName: null,
  name: null,
  domain: null,
  clusterName: 'Cluster01',
  state: 'NoDatasourcesProtected',
  connectivity: null,
  authentication: null,
};
const nothing = { found: true, dataSources: [], failure: null };
const server = (computer: Partial<typeof listed> | null, dataSources: object = nothing): Machine =>
  fakeMachine({
    answers: {
      'protected-computers': { computers: computer === null ? [] : [{ ...listed, ...computer }] },
      'data-sources': { ...nothing, ...dataSources },
    },
  });

/** The probe's state, or what it refuses. */
const probed = async (step: Step, machine: Machine, record: StepRecord = noRecord): Promise<string> => {
  try {
    return (await step.probe(machine, record, {})).state;
  } catch (error) {
    if (error instanceof Problem) return `exit ${String(error.exitCode)}: ${error.message}`;
    throw error;
  }
};
const verified = async (step: Step, machine: Machine, result: Partial<CommandResult> = {}) =>
  step.verify(machine, {
    before: { state: 'not-done', found: '' },
    result: { ...ended, ...result },
    earlier: {},
    started: new Date(),
  });

describe('removing a node', () => {
  const words = { afterwards: [], otherName: () => [] };
  const step = removeProductionServer({ binFolder: 'C:\\DPM\\bin', dpmServerName, psName, words });

  it('is done where the list does not have it, or keeps a deleted record', async () => {
    expect(await probed(step, server(null))).toBe('done');
    expect(await probed(step, server({ state: 'Deleted' }))).toBe('done');
    expect(await probed(step, server({}))).toBe('not-done');
  });

  it('is refused where the list has a computer that may be the same under another name', async () => {
    const other = await probed(step, server({ serverName: 'Node01.corp.contoso.com' }));
    expect(other).toMatch(/^exit 3: Server01 does not list Node01\. It lists Node01\.corp\.contoso\.com/);
  });

  it('is refused (292) while data sources are protected, whoever says so', async () => {
    const source = { name: 'C:\\', type: 'Volume', protected: true };
    expect(await probed(step, server({}, { dataSources: [source] }))).toMatch(/exit 3: .*292.*C:\\/);
    expect(await probed(step, server({ state: 'HasDatasourcesProtected' }))).toMatch(/exit 3: .*292/);
    expect(await probed(step, server({}, { dataSources: [{ ...source, protected: false }] }))).toBe(
      'not-done',
    );
  });

  it('counts once the list no longer has it', async () => {
    expect((await verified(step, server({}))).state).toBe('not-verified');
    expect((await verified(step, server({ state: 'Deleted' }))).state).toBe('verified');
  });
});

const agent = {
  displayName: 'Microsoft System Center DPM Protection Agent',
  version: '10.22.197.0',
  productCode: '{14DD5B44-17CE-4E89-8BEB-2E6536B81B35}',
};
const coordinator = {
  displayName: 'Microsoft System Center DPM Agent Coordinator',
  version: null,
  productCode: '{356B3986-6B7D-4513-B72D-81EB4F43ADE6}',
};
const other = { displayName: 'Microsoft SQL Server', version: null, productCode: '{0}' };

const computer = (installation: object, folders: Readonly<Record<string, readonly string[]>> = {}): Machine =>
  fakeMachine({
    answers: {
      installation: {
        role: 'neither',
        installPath: null,
        binFolder: null,
        version: null,
        owners: [],
        agentConfiguration: null,
        services: [],
        products: [],
        ...installation,
      },
    },
    folders,
  });

describe('uninstalling the agent', () => {
  const step = uninstallAgent({ product: agent, msiexec: 'C:\\Windows\\System32\\msiexec.exe' });

  it('finds the products by name, the agent first', () => {
    expect(agentProducts({ products: [other, coordinator, agent] })).toEqual([agent, coordinator]);
  });

  it('asks the computer, not the exit code', async () => {
    const there = computer({ products: [agent] });
    expect((await verified(step, there)).state).toBe('not-verified');
    expect((await verified(step, computer({}), { exitCode: 1 })).state).toBe('verified');
  });

  it.each([
    ['Windows asked for a restart', { ended: { exitCode: 3010, well: true } }, true],
    ['nobody saw it end', { ended: null }, true],
    ['it ended without a wish', { ended: { exitCode: 0, well: true } }, false],
  ])('knows after a cut-off whether a restart may be wanted: %s', async (_what, record, restart) => {
    const probe = await step.probe(computer({}), { ...noRecord, started: new Date(), ...record }, {});
    expect(probe).toMatchObject({ state: 'done', facts: { restart } });
  });
});

const folder = 'C:\\Program Files\\Microsoft Data Protection Manager';

describe('deleting the folder of the agent', () => {
  const step = deleteAgentFolder({ gate: () => undefined, waits: () => false });

  it.each([
    ['it is not there', {}, {}, /^done$/],
    ['an agent left it', {}, { [folder]: ['DPM'] }, /^not-done$/],
    ['it is a link', {}, { [`${folder}@`]: [] }, /exit 3: .*link/],
    ['DPM in it is a link', {}, { [folder]: ['DPM@'] }, /exit 3: .*this one holds DPM/],
    ['something else is in it', {}, { [folder]: ['DPM', 'Backups'] }, /exit 3: .*Backups/],
    ['this is a DPM server', { role: 'dpm-server' }, { [folder]: ['DPM'] }, /exit 3: .*DPM server/],
    [
      'the agent is still there',
      {
        role: 'protected-computer',
        binFolder: 'x',
        services: [{ name: 'DPMRA', displayName: null, state: 'running', startMode: 'automatic' }],
      },
      { [folder]: ['DPM'] },
      /exit 3: .*still installed/,
    ],
  ])('%s', async (_what, installation, folders, expected) => {
    expect(await probed(step, computer(installation, folders))).toMatch(expected);
  });

  it('is only asked for that folder', () => {
    expect(step.command({})).toMatchObject({ act: 'delete-agent-folder', input: { path: folder } });
  });

  it('counts once the folder is gone', async () => {
    expect((await verified(step, computer({}, { [folder]: ['DPM'] }))).state).toBe('not-verified');
    expect((await verified(step, computer({}))).state).toBe('verified');
  });
});

describe('what a node shows after the switch', () => {
  const reached = { result: { found: true } };
  const list = listDataSources({ dpmServerName, psName, file: null, ifNone: [enumeratesNothing] });
  const source = { name: 'Cluster01\\Share01', type: null, protected: false };

  it('must show data sources; none at all is what the page warns of', async () => {
    expect(await verified(list, server({}, { dataSources: [source] }), reached)).toMatchObject({
      state: 'verified',
      found: expect.stringContaining('Share01') as string,
    });
    const none = await verified(list, server({}), reached);
    expect(none.state).toBe('not-verified');
    expect(none.fix?.join(' ')).toMatch(/without an uninstallation/);
    expect((await verified(list, server({}, { failure: 'no answer' }), reached)).state).toBe('not-verified');
    expect((await verified(list, server({}), { ...reached, error: 'x' })).state).toBe('not-verified');
  });

  const check = checkAuthentication({ dpmServerName, psName });

  it('is asked of PowerShell where it tells, else of the person, else left open and said', async () => {
    expect(await probed(check, server({ authentication: 'certificate' } as object))).toBe('done');
    expect(await probed(check, server({}))).toBe('unknown');
    // What was seen in an interrupted run may have changed since.
    const seenThen = { ...noRecord, started: new Date(), ended: { exitCode: 0, well: true }, verified: true };
    expect(await probed(check, server({}), seenThen)).toBe('unknown');
    expect(await probed(check, server({ authentication: 'ntlm' } as object), seenThen)).toBe('unknown');
    const states = await Promise.all(
      [{ result: 'yes' }, { result: 'no' }, { result: null }].map(
        async (result) => (await verified(check, server({}), result)).state,
      ),
    );
    expect(states).toEqual(['verified', 'not-verified', 'could-not-verify']);
    expect(
      (await verified(check, server({ authentication: 'ntlm' } as object), { result: 'yes' })).state,
    ).toBe('not-verified');
    expect((await verified(check, server(null), { result: 'yes' })).state).toBe('not-verified');
  });
});

describe('a step that forgets what was before', () => {
  const day = (text: string): Date => new Date(`${text}T00:00:00.000Z`);
  const seen: StepRecord[] = [];
  const step = since(day('2026-03-02'), {
    ...deleteAgentFolder({ gate: () => undefined, waits: () => false }),
    probe: async (_machine, record) => {
      seen.push(record);
      return Promise.resolve({ state: 'done', found: '' });
    },
  });

  it('hands on only records from after that time', async () => {
    const record = {
      ...noRecord,
      started: day('2026-03-01'),
      ended: { exitCode: 0, well: true },
      verified: true,
    };
    await step.probe(computer({}), { ...record, everVerified: day('2026-03-01') }, {});
    await step.probe(
      computer({}),
      { ...record, started: day('2026-03-03'), everVerified: day('2026-03-04') },
      {},
    );
    expect(seen).toMatchObject([
      { started: null, ended: null, verified: false, everVerified: null },
      {
        started: day('2026-03-03'),
        ended: { exitCode: 0, well: true },
        verified: true,
        everVerified: day('2026-03-04'),
      },
    ]);
  });
});

describe('what the cluster itself shows', () => {
  const step = listCluster({ dpmServerName, clusterName: 'Cluster01', nodes: [psName] });
  const shows = { clusters: ['Cluster01'], found: true, resources: ['FileServer01'], failure: null };
  const cluster = (answer: Partial<typeof shows> | { readonly failure: string }): Machine =>
    fakeMachine({ answers: { 'cluster-resources': { ...shows, ...answer } } });

  it('is verified by resources alone', async () => {
    expect(await verified(step, cluster({}))).toMatchObject({ state: 'verified' });
    const empty = await verified(step, cluster({ resources: [] }));
    expect(empty).toMatchObject({ state: 'not-verified' });
    expect(empty.fix).toContain(enumeratesNothing);
  });

  it('is not verified where DPM lists the nodes and not the cluster', async () => {
    const missing = await verified(step, cluster({ found: false, clusters: ['Other'], resources: [] }));
    expect(missing).toMatchObject({ state: 'not-verified' });
    expect(missing.found).toContain('Other');
  });

  it('could not be verified where DPM gives no answer, or no name', async () => {
    for (const answer of [
      { failure: 'The agent did not answer.', resources: [] },
      { found: false, clusters: [''], resources: [] },
    ]) {
      expect(await verified(step, cluster(answer))).toMatchObject({ state: 'could-not-verify' });
    }
  });

  it('is asked again in every run', async () => {
    expect(await probed(step, cluster({}), { ...noRecord, verified: true })).toBe('not-done');
  });
});
