import { sameName } from '../../dpm/names.js';
import { checkProblem } from '../../problem.js';
import { readState } from '../store.js';
import { visibleRecords } from '../records.js';
import type { Answerer } from './answer.js';

/**
 * The clusters of the computers in the list, and what the wanted one enumerates. As the page warns: where the agent of a
 * node is configured for NTLM, or was and has not been removed since, the cluster shows nothing, whatever its nodes show.
 */
export const clusterResources: Answerer<'cluster-resources'> = ({ folder, state, now }, { clusterName }) => {
  if (state.server === null) throw checkProblem('This computer is not a DPM server.');
  const records = visibleRecords(state, now).filter((record) => record.clusterName !== null);
  const clusters = [...new Set(records.flatMap((record) => record.clusterName ?? []))];
  const nodes = records.filter(
    (record) => record.clusterName !== null && sameName(record.clusterName, clusterName),
  );
  const found = nodes.length > 0;
  const isBlind = nodes.some((record) => {
    const { agent } = readState(folder, record.computer);
    return agent === null || agent.onceNtlm || agent.configuration.mode !== 'certificate';
  });
  const silent = nodes.find(({ connected }) => !connected);
  return {
    clusters,
    found,
    resources: found && !isBlind && silent === undefined ? [`FileServer01 (${clusterName})`] : [],
    failure:
      silent === undefined
        ? null
        : `Error ID: 32684. The protection agent on ${silent.serverName} cannot be contacted.`,
  };
};
