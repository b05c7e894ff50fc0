import { sameName } from '../../dpm/names.js';
import type { Answerer } from './answer.js';
import { protectedComputers } from './protected-computers.js';

const clusterKinds = ['SQL Server database', 'Hyper-V virtual machine'];

/**
 * Get-DPMDatasource. A node of a cluster whose agent was once configured for NTLM enumerates nothing: what the page
 * warns of.
 */
export const dataSources: Answerer<'data-sources'> = async (
  asked,
  { dpmServerName, computerName, inquire },
) => {
  // Refuses like the list where this is no DPM server, or another.
  await protectedComputers(asked, { dpmServerName });
  const { world, state, now } = asked;
  const record = state.server?.records.find(
    (one) =>
      !one.deleted && Date.parse(one.visibleFrom) <= now.getTime() && sameName(one.serverName, computerName),
  );
  if (!record) return { found: false, dataSources: [], failure: null };
  const own = record.dataSources.map(({ name, kind, protected: isProtected }) => ({
    name,
    type: kind,
    protected: isProtected,
  }));
  if (!inquire) {
    return { found: true, dataSources: own.filter((one) => one.protected), failure: null };
  }
  if (!record.connected) {
    return { found: true, dataSources: [], failure: `the agent on ${computerName} did not answer` };
  }
  if (world.cluster === null) return { found: true, dataSources: own, failure: null };
  const agent = asked.stateOf(record.computer).agent;
  if (agent === null || agent.onceNtlm) return { found: true, dataSources: [], failure: null };
  const ofCluster = clusterKinds.map((type) => ({
    name: `${type} on ${world.cluster ?? ''}`,
    type,
    protected: false,
  }));
  return { found: true, dataSources: [...own, ...ofCluster], failure: null };
};
