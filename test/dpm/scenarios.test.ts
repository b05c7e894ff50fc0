import { describe, expect, it } from 'vitest';
import {
  judge,
  possibleMethods,
  scenarioOf,
  scenarios,
  workloadIds,
  type Method,
  type Support,
  type WorkloadId,
} from '../../src/dpm/scenarios.js';

const yes: Support = 'supported';
const no: Support = 'not-supported';
const either: readonly Method[] = ['ntlm', 'certificate'];

/** The page's table, read once more by hand: workgroup, untrusted domain, methods single, methods cluster. */
const table: Record<
  WorkloadId,
  readonly [Support, Support, readonly Method[], readonly Method[] | 'not-supported' | 'not-stated']
> = {
  files: [yes, yes, either, ['certificate']],
  'system-state': [yes, yes, ['ntlm'], 'not-stated'],
  'sql-server': [yes, yes, either, ['certificate']],
  'hyper-v-server': [yes, yes, either, 'not-stated'],
  'hyper-v-cluster': [no, yes, [], ['certificate']],
  'exchange-server': ['not-applicable', yes, ['ntlm'], 'not-supported'],
  'secondary-dpm-server': [yes, yes, ['certificate'], 'not-stated'],
  sharepoint: [no, no, [], 'not-supported'],
  'client-computers': [no, no, [], 'not-supported'],
  'bare-metal-recovery': [no, no, [], 'not-supported'],
  'end-user-recovery': [no, no, [], 'not-supported'],
};

/** The allowed combinations, counted out by hand: workload, environment, cluster: methods. Nothing else is allowed. */
const allowed: Readonly<Record<string, readonly Method[]>> = {
  'files workgroup single': either,
  'files workgroup cluster': ['certificate'],
  'files untrusted-domain single': either,
  'files untrusted-domain cluster': ['certificate'],
  'system-state workgroup single': ['ntlm'],
  'system-state workgroup cluster': ['ntlm'],
  'system-state untrusted-domain single': ['ntlm'],
  'system-state untrusted-domain cluster': ['ntlm'],
  'sql-server workgroup single': either,
  'sql-server workgroup cluster': ['certificate'],
  'sql-server untrusted-domain single': either,
  'sql-server untrusted-domain cluster': ['certificate'],
  'hyper-v-server workgroup single': either,
  'hyper-v-server untrusted-domain single': either,
  // A clustered Hyper-V server is the row "Hyper-V cluster".
  'hyper-v-server untrusted-domain cluster': ['certificate'],
  'hyper-v-cluster untrusted-domain single': ['certificate'],
  'hyper-v-cluster untrusted-domain cluster': ['certificate'],
  'exchange-server untrusted-domain single': ['ntlm'],
  'secondary-dpm-server workgroup single': ['certificate'],
  'secondary-dpm-server workgroup cluster': ['certificate'],
  'secondary-dpm-server untrusted-domain single': ['certificate'],
  'secondary-dpm-server untrusted-domain cluster': ['certificate'],
};

describe("the page's table, cell by cell", () => {
  it('has its eleven rows, in its order', () => {
    expect(scenarios.map(({ id }) => id)).toEqual([...workloadIds]);
    expect(scenarios.map(({ workload }) => workload.split(' (')[0])).toEqual([
      'Files',
      'System State',
      'SQL Server',
      'Hyper-V server',
      'Hyper-V cluster',
      'Exchange Server',
      'Secondary DPM server',
      'SharePoint',
      'Client computers',
      'Bare metal recovery',
      'End-user recovery',
    ]);
  });

  it.each(workloadIds)('%s', (id) => {
    const scenario = scenarioOf(id);
    const { workgroup, untrustedDomain, single, cluster, source } = scenario;
    expect([workgroup, untrustedDomain, single, cluster]).toEqual(table[id]);
    expect(source.confidence).toBe('documented');
  });

  it('has the notes', () => {
    const notes = (id: WorkloadId): string => scenarioOf(id).notes.join(' ');
    expect(notes('sql-server')).toContain('Mirroring is not supported');
    for (const word of ['CCR', 'SCR', 'DAG', 'LCR']) expect(notes('exchange-server')).toContain(word);
    expect(notes('secondary-dpm-server')).toContain('two-way transitive forest trust');
  });

  it('names the other page where Microsoft contradicts itself', () => {
    const contradicted = scenarios.filter(({ contradictions }) => contradictions.length > 0);
    expect(contradicted.map(({ id }) => id)).toEqual([
      'files',
      'sql-server',
      'hyper-v-cluster',
      'secondary-dpm-server',
    ]);
    expect(scenarioOf('hyper-v-cluster').contradictions).toHaveLength(2);
  });
});

describe('every combination', () => {
  const combinations = workloadIds.flatMap((workload) =>
    (['workgroup', 'untrusted-domain'] as const).flatMap((environment) =>
      [false, true].map((cluster) => ({ workload, environment, cluster })),
    ),
  );

  it.each(combinations)(
    '$workload, $environment, cluster: $cluster',
    ({ workload, environment, cluster }) => {
      const expected = allowed[`${workload} ${environment} ${cluster ? 'cluster' : 'single'}`] ?? [];
      expect(possibleMethods(workload, environment, cluster)).toEqual(expected);
      for (const method of either) {
        const judgement = judge({ workload, environment, method, cluster });
        expect(judgement.allowed).toBe(expected.includes(method));
        if (judgement.allowed) continue;
        expect(judgement.reason).toContain(judgement.row.workload);
        expect(judgement.reason).toMatch(/(not supported|does not apply|only, not).*\.$/);
        expect(judgement.possible).toEqual(expected);
      }
    },
  );

  it('says which row refuses, and what would be possible', () => {
    expect(
      judge({ workload: 'sql-server', environment: 'untrusted-domain', method: 'ntlm', cluster: true }),
    ).toMatchObject({
      allowed: false,
      reason: '"SQL Server" on a cluster supports certificate authentication only, not NTLM authentication.',
      possible: ['certificate'],
    });
    expect(
      judge({ workload: 'hyper-v-server', environment: 'workgroup', method: 'certificate', cluster: true }),
    ).toMatchObject({
      allowed: false,
      row: { id: 'hyper-v-cluster' },
      reason: '"Hyper-V cluster" is not supported in a workgroup.',
      possible: [],
    });
    expect(
      judge({ workload: 'exchange-server', environment: 'workgroup', method: 'ntlm', cluster: false }),
    ).toMatchObject({ reason: '"Exchange Server" does not apply in a workgroup.' });
    expect(
      judge({ workload: 'exchange-server', environment: 'untrusted-domain', method: 'ntlm', cluster: true }),
    ).toMatchObject({ reason: '"Exchange Server" is not supported on a cluster in an untrusted domain.' });
  });
});
