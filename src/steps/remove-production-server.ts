import { removeProductionServerParameters, tool } from '../dpm/command-lines.js';
import { page } from '../dpm/source.js';
import { exitCode } from '../exit-code.js';
import type { Machine } from '../machine/machine.js';
import { Problem } from '../problem.js';
import { dataSourceText, protectedDataSources } from './data-sources.js';
import { lookUp } from './protected-computers.js';
import type { Step } from './step.js';

export interface RemoveProductionServerInput {
  /** The DPM server's DPM\bin. */
  readonly binFolder: string;
  readonly dpmServerName: string;
  readonly psName: string;
}

/**
 * Why a computer cannot be removed yet: data sources in active protection (ID 292), or null. DPM's own list says only that
 * there are some, so they are named where DPM names them.
 */
export const protectionOf = async (
  machine: Machine,
  dpmServerName: string,
  psName: string,
): Promise<string | null> => {
  const { computer } = await lookUp(machine, dpmServerName, psName);
  if (!computer) return null;
  const sources = await protectedDataSources(machine, dpmServerName, psName);
  if (sources.length === 0 && computer.state?.toLowerCase() !== 'hasdatasourcesprotected') return null;
  return `${psName}${sources.length === 0 ? '' : `: ${dataSourceText(sources)}`}`;
};

/** The refusal for such computers, each as `protectionOf` says it. */
export const stillProtected = (which: readonly string[]): Problem =>
  new Problem(exitCode.checkFailed, {
    what: `A computer cannot be removed while its data sources are in active protection (ID 292): ${which.join('; ')}.`,
    fix: [
      'In the DPM console (Protection), stop the protection of these members and keep their replicas ("Retain protected data"). Then run the same command again.',
      'After the switch, add them to the protection group again.',
    ],
    dpmErrors: [292],
  });

/** Under another name the computer would stay on the list, and its agent would be uninstalled all the same. */
const otherSpelling = ({ dpmServerName, psName }: RemoveProductionServerInput, similar: string): Problem =>
  new Problem(exitCode.checkFailed, {
    what: `${dpmServerName} does not list ${psName}. It lists ${similar}, which may be the same computer under another name. Nothing was changed.`,
    fix: [
      `If it is the same computer, begin a new switch with the name that DPM lists: dpm-prep switch-auth with a new --plan file and --ps-name ${similar}`,
      `If it is a different computer, begin a new switch without ${psName}.`,
    ],
  });

/** Remove-ProductionServer.ps1. The page, "Switch between NTLM and Certificate authentication", step 1. */
export const removeProductionServer = (input: RemoveProductionServerInput): Step => ({
  id: `remove:${input.psName}`,
  title: `Remove ${input.psName} from the DPM server`,
  side: 'dpm-server',
  source: page('Switch between NTLM and Certificate authentication'),
  probe: async (machine) => {
    const { computer, similar } = await lookUp(machine, input.dpmServerName, input.psName);
    if (!computer && similar !== null) throw otherSpelling(input, similar);
    if (!computer) {
      return { state: 'done', found: `${input.dpmServerName} does not list ${input.psName}.` };
    }
    const which = await protectionOf(machine, input.dpmServerName, input.psName);
    if (which !== null) throw stillProtected([which]);
    return {
      state: 'not-done',
      found: `${input.dpmServerName} lists ${computer.serverName} (${computer.state ?? 'no state'}).`,
    };
  },
  command: () => ({
    kind: 'script',
    tool: tool.removeProductionServer,
    path: `${input.binFolder}\\${tool.removeProductionServer}`,
    parameters: removeProductionServerParameters(input),
  }),
  verify: async (machine) => {
    const { computer } = await lookUp(machine, input.dpmServerName, input.psName);
    return computer
      ? {
          state: 'not-verified',
          found: `${input.dpmServerName} still lists ${computer.serverName} (${computer.state ?? 'no state'})`,
        }
      : { state: 'verified', found: `${input.dpmServerName} no longer lists ${input.psName}.` };
  },
  // The list follows the script with some delay, as it does after an attach.
  patienceMs: 60_000,
});
