import { page } from '../dpm/source.js';
import { dataSourceText } from './data-sources.js';
import type { RefreshComputerInput } from './update-password.js';
import { refreshAct } from './update-password.js';
import type { Step } from './step.js';

/** What Microsoft's page warns of: the agent was once NTLM, and was not removed before the switch. */
export const enumeratesNothing =
  'An agent that was configured for NTLM and switched to certificates without being uninstalled first makes the cluster show no resources to protect (the page, "Switch between NTLM and Certificate authentication").';

/**
 * "Refresh the nodes/cluster to get a list of data sources": DPM contacts the agent, then says what could be protected.
 * The same section of the page, steps 4 and 5.
 */
export const listDataSources = ({ dpmServerName, psName }: RefreshComputerInput): Step => ({
  id: `data-sources:${psName}`,
  title: `Refresh ${psName} and list its data sources`,
  side: 'dpm-server',
  source: page('Switch between NTLM and Certificate authentication'),
  probe: async (_machine, record) =>
    Promise.resolve(
      record.verified
        ? {
            state: 'done',
            found: `Refreshed in the run that was cut off; ${psName} showed its data sources.`,
          }
        : { state: 'not-done', found: `${psName} is to be refreshed.` },
    ),
  command: () => refreshAct({ dpmServerName, psName }),
  verify: async (machine, { result }) => {
    if (result.error !== null || result.ending !== 'ended') {
      return {
        state: 'not-verified',
        found: `the DPM server did not reach the agent on ${psName}`,
        fix: [
          `Check the way between the two, and the service DPMRA and DpmCPWrapperService on ${psName}: dpm-prep preflight there.`,
        ],
      };
    }
    const { dataSources, failure } = await machine.ask('data-sources', {
      dpmServerName,
      computerName: psName,
      inquire: true,
    });
    if (failure !== null) {
      return {
        state: 'not-verified',
        found: `the DPM server could not list the data sources of ${psName}: ${failure}`,
      };
    }
    if (dataSources.length === 0) {
      return {
        state: 'not-verified',
        found: `${psName} shows no data sources at all`,
        fix: [
          enumeratesNothing,
          `Remove ${psName} again, uninstall its agent, and begin a new switch: dpm-prep switch-auth with a new --plan file.`,
        ],
      };
    }
    return {
      state: 'verified',
      found: `The DPM server reached ${psName}, which shows ${String(dataSources.length)} data sources: ${dataSourceText(dataSources)}.`,
      facts: { dataSources: dataSources.length },
    };
  },
});
