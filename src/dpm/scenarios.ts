import { microsoft, page, type Source } from './source.js';

/*
 * The table "Supported scenarios" of Microsoft's page, cell by cell, and what follows from it. Everything that asks or
 * refuses by workload asks here.
 */

export const workloadIds = [
  'files',
  'system-state',
  'sql-server',
  'hyper-v-server',
  'hyper-v-cluster',
  'exchange-server',
  'secondary-dpm-server',
  'sharepoint',
  'client-computers',
  'bare-metal-recovery',
  'end-user-recovery',
] as const;
export type WorkloadId = (typeof workloadIds)[number];

/** How the protected computer stands to the DPM server. */
export type Environment = 'workgroup' | 'untrusted-domain';
export type Method = 'ntlm' | 'certificate';
export type Support = 'supported' | 'not-supported' | 'not-applicable';

/** Two of Microsoft's pages that do not agree: which is followed, and what the other one says. */
interface Contradiction {
  readonly other: Source;
  /** What the other page says, and why it is not followed. A whole sentence. */
  readonly says: string;
}

/** One row of the table. */
export interface Scenario {
  readonly id: WorkloadId;
  /** The workload in the page's words. */
  readonly workload: string;
  readonly workgroup: Support;
  readonly untrustedDomain: Support;
  /** Methods of a single server; empty where nothing is supported, or where the row is about clusters alone. */
  readonly single: readonly Method[];
  /**
   * Methods of a cluster; `not-supported` where the row says so; `not-stated` where the row makes no difference between
   * a single server and a cluster: then the methods of `single` are all that it says.
   */
  readonly cluster: readonly Method[] | 'not-supported' | 'not-stated';
  /** What else the row says. */
  readonly notes: readonly string[];
  readonly contradictions: readonly Contradiction[];
  readonly source: Source;
}

const both: readonly Method[] = ['ntlm', 'certificate'];
const source = page('Supported scenarios');

const clustersInTrustedDomain: Contradiction = {
  other: microsoft('Support matrix for backup with Azure Backup Server or DPM'),
  says: 'That page (2020) requires clustered workloads to be in the same domain as the DPM server or in a trusted one. dpm-prep follows the page on workgroups and untrusted domains, which is newer and more specific.',
};

const hyperVCluster: Contradiction = {
  other: microsoft("What's supported and what isn't for DPM"),
  says: 'That page requires a Hyper-V cluster to be in the same domain as the DPM server or in a trusted one, but the next sentence allows certificate authentication for a cluster. dpm-prep follows the page on workgroups and untrusted domains.',
};

const row = (
  id: WorkloadId,
  workload: string,
  support: readonly [workgroup: Support, untrustedDomain: Support],
  methods: Pick<Scenario, 'single' | 'cluster'>,
  notes: readonly string[] = [],
  contradictions: readonly Contradiction[] = [],
): Scenario => ({
  id,
  workload,
  workgroup: support[0],
  untrustedDomain: support[1],
  ...methods,
  notes,
  contradictions,
  source,
});

const everywhere = ['supported', 'supported'] as const;
const nowhere = ['not-supported', 'not-supported'] as const;
const none = { single: [], cluster: 'not-supported' } as const;

export const scenarios: readonly Scenario[] = [
  row(
    'files',
    'Files',
    everywhere,
    { single: both, cluster: ['certificate'] },
    [],
    [clustersInTrustedDomain],
  ),
  row('system-state', 'System State', everywhere, { single: ['ntlm'], cluster: 'not-stated' }),
  row(
    'sql-server',
    'SQL Server',
    everywhere,
    { single: both, cluster: ['certificate'] },
    ['Mirroring is not supported.'],
    [clustersInTrustedDomain],
  ),
  row('hyper-v-server', 'Hyper-V server', everywhere, { single: both, cluster: 'not-stated' }),
  row(
    'hyper-v-cluster',
    'Hyper-V cluster',
    ['not-supported', 'supported'],
    { single: [], cluster: ['certificate'] },
    [],
    [hyperVCluster, clustersInTrustedDomain],
  ),
  row(
    'exchange-server',
    'Exchange Server',
    ['not-applicable', 'supported'],
    { single: ['ntlm'], cluster: 'not-supported' },
    ['Single server only: CCR, SCR and DAG are not supported; LCR is.'],
  ),
  row(
    'secondary-dpm-server',
    'Secondary DPM server (for backup of the primary DPM server)',
    everywhere,
    { single: ['certificate'], cluster: 'not-stated' },
    [
      'The primary and the secondary DPM server are in the same domain, or in domains with a two-way transitive forest trust.',
    ],
    [
      {
        other: source,
        says: 'The row contradicts itself: it lists a workgroup and an untrusted domain as supported, but requires both DPM servers to be in the same or a trusted forest.',
      },
    ],
  ),
  row('sharepoint', 'SharePoint', nowhere, none),
  row('client-computers', 'Client computers', nowhere, none),
  row('bare-metal-recovery', 'Bare metal recovery (BMR)', nowhere, none),
  row('end-user-recovery', 'End-user recovery', nowhere, none),
];

const byId = new Map(scenarios.map((scenario) => [scenario.id, scenario]));

export const scenarioOf = (id: WorkloadId): Scenario => {
  const scenario = byId.get(id);
  if (!scenario) throw new Error(`The table has no row for ${id}.`);
  return scenario;
};

export const supportIn = (scenario: Scenario, environment: Environment): Support =>
  environment === 'workgroup' ? scenario.workgroup : scenario.untrustedDomain;

/** Hyper-V has two rows, one of them for clusters: a clustered Hyper-V server is that one. */
const rowFor = (workload: WorkloadId, cluster: boolean): Scenario =>
  scenarioOf(workload === 'hyper-v-server' && cluster ? 'hyper-v-cluster' : workload);

const methodsOf = (scenario: Scenario, cluster: boolean): readonly Method[] => {
  if (scenario.cluster === 'not-stated') return scenario.single;
  if (!cluster && scenario.id !== 'hyper-v-cluster') return scenario.single;
  return scenario.cluster === 'not-supported' ? [] : scenario.cluster;
};

/** The methods that a workload allows there; none: it is not supported at all. */
export const possibleMethods = (
  workload: WorkloadId,
  environment: Environment,
  cluster: boolean,
): readonly Method[] => {
  const scenario = rowFor(workload, cluster);
  return supportIn(scenario, environment) === 'supported' ? methodsOf(scenario, cluster) : [];
};

/** What is to be protected, and how. */
export interface Intent {
  readonly workload: WorkloadId;
  readonly environment: Environment;
  readonly method: Method;
  readonly cluster: boolean;
}

export type Judgement =
  | { readonly allowed: true; readonly row: Scenario }
  | {
      readonly allowed: false;
      /** The row that says so. */
      readonly row: Scenario;
      /** Why not: a whole sentence that names the row. */
      readonly reason: string;
      /** The methods that would be possible there. */
      readonly possible: readonly Method[];
    };

const environmentText: Record<Environment, string> = {
  workgroup: 'in a workgroup',
  'untrusted-domain': 'in an untrusted domain',
};
const methodText: Record<Method, string> = {
  ntlm: 'NTLM authentication',
  certificate: 'certificate authentication',
};

export const methodsText = (methods: readonly Method[]): string =>
  methods.map((method) => methodText[method]).join(' and ');

/** Is this combination supported? If not, by which row of the table. */
export const judge = ({ workload, environment, method, cluster }: Intent): Judgement => {
  const scenario = rowFor(workload, cluster);
  const possible = possibleMethods(workload, environment, cluster);
  if (possible.includes(method)) return { allowed: true, row: scenario };
  const where = environmentText[environment];
  const refuse = (reason: string): Judgement => ({
    allowed: false,
    row: scenario,
    reason: `"${scenario.workload}" ${reason}`,
    possible,
  });
  const support = supportIn(scenario, environment);
  if (support === 'not-applicable') return refuse(`does not apply ${where}.`);
  if (support === 'not-supported') return refuse(`is not supported ${where}.`);
  if (possible.length === 0) return refuse(`is not supported on a cluster ${where}.`);
  const what = cluster ? 'on a cluster ' : '';
  return refuse(`${what}supports ${methodsText(possible)} only, not ${methodText[method]}.`);
};
