import { inferred } from '../dpm/source.js';
import type { Answer } from '../machine/questions.js';
import { Problem } from '../problem.js';
import { enumeratesNothing } from './list-data-sources.js';
import type { Step, Verification } from './step.js';

export interface ListClusterInput {
  readonly dpmServerName: string;
  readonly clusterName: string;
  readonly nodes: readonly string[];
}

const shownResources = 10;

const look =
  'In the DPM console, create a protection group and expand the cluster. If it shows no resources, do not rely on this switch.';

const verdict = (
  { dpmServerName, clusterName, nodes }: ListClusterInput,
  { found, clusters, resources, failure }: Answer<'cluster-resources'>,
): Verification => {
  // An object without a known property for its name may be the cluster.
  if (!found && clusters.includes('')) {
    return {
      state: 'could-not-verify',
      found: `${dpmServerName} lists a cluster whose name could not be read. ${look}`,
    };
  }
  if (!found) {
    return {
      state: 'not-verified',
      found: `${dpmServerName} lists the nodes, and not the cluster ${clusterName} (it lists ${clusters.join(', ') || 'no cluster'})`,
      fix: [
        `Check that each node is attached and running in the cluster: ${nodes.join(', ')}. Then refresh the agents in the DPM console.`,
        enumeratesNothing,
      ],
    };
  }
  if (failure !== null) {
    return {
      state: 'could-not-verify',
      found: `${dpmServerName} lists ${clusterName}, but does not say what it shows: ${failure} ${look}`,
    };
  }
  if (resources.length === 0) {
    return {
      state: 'not-verified',
      found: `the cluster ${clusterName} shows no resources to protect, although its nodes answer`,
      fix: [
        enumeratesNothing,
        `Switch all nodes again, and uninstall the agent on each: dpm-prep switch-auth --confirm ${clusterName} --cluster-name ${clusterName} --plan <new file>`,
      ],
    };
  }
  const more = resources.length - shownResources;
  return {
    state: 'verified',
    found: `${clusterName} shows ${resources.slice(0, shownResources).join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}.`,
    facts: { resources: resources.length },
  };
};

/**
 * Does the cluster itself show something to protect? What the page warns of is a cluster that shows nothing while its
 * nodes do, so the nodes cannot tell. The same section of the page, step 5.
 */
export const listCluster = (input: ListClusterInput): Step => {
  const { dpmServerName, clusterName } = input;
  return {
    id: `cluster:${clusterName}`,
    title: `Ask the cluster ${clusterName} what can be protected`,
    side: 'dpm-server',
    source: inferred(
      'The page, "Switch between NTLM and Certificate authentication", wants the cluster refreshed; that Get-DPMProductionCluster and Get-DPMProductionVirtualName show what it enumerates',
    ),
    onlyReads: true,
    // What was seen in an earlier run says nothing of today.
    probe: async () => Promise.resolve({ state: 'not-done', found: `${clusterName} is to be asked.` }),
    command: () => ({
      kind: 'cmdlet',
      tool: 'Get-DPMProductionCluster',
      parameters: { DPMServerName: dpmServerName },
    }),
    // DPM learns of a cluster from its nodes some time after they are attached.
    patienceMs: 15_000,
    verify: async (machine) => {
      try {
        return verdict(input, await machine.ask('cluster-resources', { dpmServerName, clusterName }));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        return {
          state: 'could-not-verify',
          found: `${dpmServerName} does not say what the cluster ${clusterName} shows: ${error.message} ${look}`,
        };
      }
    },
  };
};
