import { removeProductionServerParameters, tool } from '../dpm/command-lines.js';
import { page } from '../dpm/source.js';
import { exitCode } from '../exit-code.js';
import type { Machine } from '../machine/machine.js';
import { Problem } from '../problem.js';
import { dataSourceText, protectedDataSources } from './data-sources.js';
import { lookUp } from './protected-computers.js';
import type { Step } from './step.js';

export const removePrefix = 'remove:';

/** What a computer is removed for: its refusals say what to do in these words. */
export interface RemovalWords {
  /** Once the protection was stopped and the computer was removed. */
  readonly afterwards: readonly string[];
  /** DPM lists the computer under a name that differs. */
  readonly otherName: (similar: string, psName: string) => readonly string[];
}

export interface RemoveProductionServerInput {
  /** The DPM server's DPM\bin. */
  readonly binFolder: string;
  readonly dpmServerName: string;
  readonly psName: string;
  readonly words: RemovalWords;
}

/**
 * Why a computer cannot be removed yet: data sources in active protection (ID 292), or null. DPM's own list says only that
 * there are some, so they are named where DPM names them.
 */
const protectionOf = async (
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
const stillProtected = (which: readonly string[], words: RemovalWords): Problem =>
  new Problem(exitCode.checkFailed, {
    what: `A computer cannot be removed while its data sources are in active protection (ID 292): ${which.join('; ')}.`,
    fix: [
      'In the DPM console (Protection), stop the protection of these members and keep their replicas ("Retain protected data"). Then run: dpm-prep again',
      ...words.afterwards,
    ],
    dpmErrors: [292],
  });

/** Throws a Problem (exit 3) that names every computer that cannot be removed yet, before the first one is removed. */
export const refuseProtected = async (
  machine: Machine,
  dpmServerName: string,
  psNames: readonly string[],
  words: RemovalWords,
): Promise<void> => {
  const which: string[] = [];
  for (const psName of psNames) {
    const found = await protectionOf(machine, dpmServerName, psName);
    if (found !== null) which.push(found);
  }
  if (which.length > 0) throw stillProtected(which, words);
};

/** Under another name the computer would stay on the list, and its agent would be uninstalled all the same. */
const otherSpelling = (
  { dpmServerName, psName, words }: RemoveProductionServerInput,
  similar: string,
): Problem =>
  new Problem(exitCode.checkFailed, {
    what: `${dpmServerName} does not list ${psName}. It lists ${similar}, which may be the same computer under another name. Nothing was changed.`,
    fix: words.otherName(similar, psName),
  });

/** Remove-ProductionServer.ps1. The page, "Switch between NTLM and Certificate authentication", step 1. */
export const removeProductionServer = (input: RemoveProductionServerInput): Step => ({
  id: `${removePrefix}${input.psName}`,
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
    if (which !== null) throw stillProtected([which], input.words);
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
