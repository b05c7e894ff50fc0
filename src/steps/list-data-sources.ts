import { page } from '../dpm/source.js';
import type { Machine } from '../machine/machine.js';
import type { Answer } from '../machine/questions.js';
import { Problem } from '../problem.js';
import { judgeLoss, type LossInput } from './attach-loss.js';
import { dataSourceText } from './data-sources.js';
import { ListedComputers } from './protected-computers.js';
import { refreshAct, whyNotReached } from './update-password.js';
import type { Step, Verification } from './step.js';

/** What Microsoft's page warns of: the agent was once NTLM, and was not removed before the switch. */
export const enumeratesNothing =
  'If an agent switches from NTLM to certificates without an uninstallation first, the cluster shows no resources to protect (Microsoft\'s page, "Switch between NTLM and Certificate authentication").';

export interface ListDataSourcesInput extends LossInput {
  /** What to do where nothing can be protected. */
  readonly ifNone: readonly string[];
}

/** Step id of the contact after the attach of this computer. */
export const dataSourcesStepId = (psName: string): string => `data-sources:${psName}`;

const refreshedText = (psName: string): string => `The DPM server reached the agent on ${psName}`;

/** What DPM says when it is asked; `could-not-verify` where it gives no answer at all. */
const sourcesOf = async (
  machine: Machine,
  { dpmServerName, psName }: ListDataSourcesInput,
): Promise<Answer<'data-sources'> | Verification> => {
  try {
    return await machine.ask('data-sources', { dpmServerName, computerName: psName, inquire: true });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return {
      state: 'could-not-verify',
      found: `${refreshedText(psName)}, but DPM does not list what it can protect there: ${error.message} Check in the DPM console before you rely on it.`,
    };
  }
};

/** The list since the attach, or why it cannot be read. */
const listSince = async (
  machine: Machine,
  { dpmServerName }: ListDataSourcesInput,
): Promise<ListedComputers | Verification> => {
  try {
    return await ListedComputers.of(machine, dpmServerName);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return {
      state: 'could-not-verify',
      found: `The list of computers on ${dpmServerName} can no longer be read: ${error.message} Check in the DPM console that all of them are there.`,
    };
  }
};

/**
 * "Refresh the nodes/cluster to get a list of data sources": DPM contacts the agent, then says what could be protected.
 * Every attach ends with it: a record in DPM's list alone does not show that backups are possible. The same section of
 * the page, steps 4 and 5.
 */
export const listDataSources = (input: ListDataSourcesInput): Step => {
  const { dpmServerName, psName } = input;
  return {
    id: dataSourcesStepId(psName),
    title: `Refresh ${psName} and list its data sources`,
    side: 'dpm-server',
    source: page('Switch between NTLM and Certificate authentication'),
    group: psName,
    onlyReads: true,
    // What was seen in an earlier run says nothing of today.
    probe: async (_machine, _record, _earlier, memory) =>
      Promise.resolve({
        state: 'not-done',
        found: `The DPM server must refresh ${psName}.`,
        ...(memory === undefined ? {} : { memory }),
      }),
    command: () => refreshAct({ dpmServerName, psName }),
    verify: async (machine, { before, result }) => {
      // A computer may leave the list some time after the attach script has ended.
      const now = await listSince(machine, input);
      if (!(now instanceof ListedComputers)) return now;
      const was = before.memory?.listedComputers;
      const harm = was === undefined ? null : judgeLoss(input, was, now);
      if (harm) return harm;
      const failed = whyNotReached(input, result);
      if (failed !== null) {
        return {
          state: 'not-verified',
          found: failed,
          fix: [
            `Check the network between the two computers, and the services DPMRA and DpmCPWrapperService on ${psName}. Run on the protected computer ${psName}: dpm-prep preflight`,
          ],
        };
      }
      const sources = await sourcesOf(machine, input);
      if ('state' in sources) return { ...sources, memory: { listedComputers: now } };
      const { dataSources, failure } = sources;
      if (failure !== null) {
        return {
          state: 'not-verified',
          found: `the DPM server could not list the data sources of ${psName}: ${failure}`,
        };
      }
      if (dataSources.length === 0) {
        return { state: 'not-verified', found: `${psName} shows no data sources at all`, fix: input.ifNone };
      }
      return {
        state: 'verified',
        found: `${refreshedText(psName)}, which shows ${String(dataSources.length)} data sources: ${dataSourceText(dataSources)}.`,
        facts: { dataSources: dataSources.length },
        memory: { listedComputers: now },
      };
    },
  };
};
