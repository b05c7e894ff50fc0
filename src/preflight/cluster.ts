import { couldNotCheck, fail, notApplicable, pass, warn } from '../checks/verdict.js';
import type { Verdict } from '../checks/check.js';
import { sameName } from '../dpm/names.js';
import { possibleMethods, scenarioOf } from '../dpm/scenarios.js';
import { page } from '../dpm/source.js';
import { clusterService, serviceOf } from './service.js';
import type { PreflightCheck, PreflightSubject } from './subject.js';

/*
 * Windows loads the cluster's own database as HKLM\Cluster on every node (not confirmed for this use): the name of the
 * cluster, and below Nodes one key for each node, named by its number.
 */
const hive = 'HKLM\\Cluster';
const mostNodes = 64;

interface ClusterFacts {
  /** Null: not known. */
  readonly clusterName: string | null;
  /** Nodes other than this one; null: not known. */
  readonly otherNodes: readonly string[] | null;
}

const clusterFacts = async (subject: PreflightSubject): Promise<ClusterFacts> => {
  const numbers = Array.from({ length: mostNodes }, (_none, index) => String(index + 1));
  const { values } = await subject.ask('registry-values', {
    values: [
      { key: hive, name: 'ClusterName' },
      ...numbers.map((number) => ({ key: `${hive}\\Nodes\\${number}`, name: 'NodeName' })),
    ],
  });
  const [name, ...nodes] = values.map(({ value }) =>
    typeof value === 'string' && value !== '' ? value : null,
  );
  const known = nodes.filter((node) => node !== null);
  const { netbiosName } = await subject.computer();
  return {
    clusterName: name ?? null,
    otherNodes: known.length === 0 ? null : known.filter((node) => !sameName(node, netbiosName)),
  };
};

const nodesText = ({ otherNodes }: ClusterFacts): string => {
  if (otherNodes === null) return 'Its other nodes are not known: Get-ClusterNode lists them.';
  return otherNodes.length === 0
    ? 'It has no other node.'
    : `Its other nodes must be prepared the same way: ${otherNodes.join(', ')}.`;
};

/** What to say before and after a node is prepared; null: the finding is not about a node. */
export const clusterNote = ({ details }: Verdict): string | null => {
  const cluster = details?.cluster as ClusterFacts | undefined;
  if (cluster === undefined || cluster.otherNodes?.length === 0) return null;
  return `This computer is a node of ${cluster.clusterName ?? 'a cluster'}. ${nodesText(cluster)} What was done there is not visible from here.`;
};

const environments = ['workgroup', 'untrusted-domain'] as const;

/** Does Microsoft's table allow NTLM for all that is to be protected on a node? */
const allowsNtlm = ({ facts: { workloads } }: PreflightSubject): boolean =>
  workloads.length > 0 &&
  workloads.every((workload) =>
    environments.some((environment) => possibleMethods(workload, environment, true).includes('ntlm')),
  );

export const clusterAuthentication: PreflightCheck = {
  id: 'cluster-authentication',
  title: 'Cluster node',
  required:
    'Clustered file servers, clustered SQL Servers and Hyper-V clusters are protected by certificate only, on every node.',
  source: page('Switch between NTLM and Certificate authentication'),
  severity: 'error',
  run: async (subject) => {
    const { side, method, procedure, workloads } = subject.facts;
    if (side === 'dpm-server') return notApplicable('It is judged on the node.');
    const service = await serviceOf(subject, clusterService);
    if (service === null) return couldNotCheck('Whether this computer is a cluster node could not be read.');
    if (service.state === 'absent') return pass('This computer is not a cluster node.');
    // Windows disables the service until the computer joins a cluster (not confirmed).
    if (service.startMode === 'disabled') {
      return pass('The cluster service is disabled, so this computer is not a node of a cluster.');
    }
    const cluster = await clusterFacts(subject);
    const node = `This computer is a node of ${cluster.clusterName ?? 'a cluster'} (service ${clusterService}).`;
    const details = { cluster };
    const byCertificate =
      'Use certificates: --auth certificate. Where the agent is configured for NTLM already: dpm-prep switch-auth';
    if (method === 'certificate') return { ...pass(`${node} ${nodesText(cluster)}`), details };
    if (method === null) {
      return {
        ...warn(`${node} Clustered workloads need certificates. ${nodesText(cluster)}`, byCertificate),
        details,
      };
    }
    if (procedure === 'update-password') {
      return {
        ...warn(
          `${node} Its agent is configured for NTLM, and then the cluster shows no resources to protect.`,
          byCertificate,
        ),
        details,
      };
    }
    if (allowsNtlm(subject)) {
      const named = workloads.map((id) => scenarioOf(id).workload).join(', ');
      return { ...pass(`${node} NTLM is possible for ${named}.`), details };
    }
    return {
      ...fail(
        `${node} NTLM is not supported for clustered workloads: the cluster shows no resources to protect.`,
        byCertificate,
        'If you protect only the System State of this node: --workload system-state',
      ),
      details,
    };
  },
};
