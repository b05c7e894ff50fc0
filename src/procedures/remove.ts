import type { Problem } from '../problem.js';
import { deleteAgentFolder } from '../steps/delete-agent-folder.js';
import {
  removeProductionServer,
  type RemovalWords,
  type RemoveProductionServerInput,
} from '../steps/remove-production-server.js';
import type { EarlierFacts, Step } from '../steps/step.js';
import { uninstallAgent, type AgentProduct } from '../steps/uninstall-agent.js';
import type { Plan } from './plan.js';

/*
 * How a computer leaves a DPM server: it is taken off the list there, then its agent is uninstalled and the agent's folder
 * deleted. `remove` is these two plans; `switch-auth` has the same steps in its first two turns.
 */

export interface RemovalInput extends Omit<RemoveProductionServerInput, 'psName'> {
  /** As the DPM server spells them. */
  readonly psNames: readonly string[];
}

/** On the DPM server: one step for each computer. */
export const removalSteps = ({ psNames, ...input }: RemovalInput): readonly Step[] =>
  psNames.map((psName) => removeProductionServer({ ...input, psName }));

export interface TakeOffAgentInput {
  /** The agent's products that are installed now. */
  readonly products: readonly AgentProduct[];
  /** Absolute path of msiexec.exe. */
  readonly msiexec: string;
  /**
   * An uninstallation before this run asked for a restart that has not happened. Asked when the folder is to be deleted:
   * only then the run has found out how a tool of an interrupted run ended.
   */
  readonly restartLeft: () => boolean;
  /** The refusal where Windows must be restarted before the folder can be deleted (exit 3010). */
  readonly restartFirst: () => Problem;
}

export interface TakeOffAgent {
  readonly uninstalls: readonly Step[];
  readonly deleteFolder: Step;
  /** Must Windows be restarted between the two? */
  readonly needsRestart: (earlier: EarlierFacts) => boolean;
}

/** On the protected computer: uninstall the agent, then delete its folder. A restart may separate the two. */
export const takeOffAgent = (input: TakeOffAgentInput): TakeOffAgent => {
  const { products, msiexec, restartLeft, restartFirst } = input;
  const uninstalls = products.map((product) => uninstallAgent({ product, msiexec }));
  const needsRestart = (earlier: EarlierFacts): boolean =>
    restartLeft() || uninstalls.some(({ id }) => earlier[id]?.restart === true);
  return {
    uninstalls,
    needsRestart,
    deleteFolder: deleteAgentFolder({
      waits: (earlier) => uninstalls.some(({ id }) => earlier[id] === undefined),
      gate: (earlier) => {
        if (needsRestart(earlier)) throw restartFirst();
      },
    }),
  };
};

export const removeWords: RemovalWords = {
  afterwards: [],
  otherName: (similar, psName) => [
    `If it is the same computer, use the name that DPM lists: dpm-prep remove --ps-name ${similar}`,
    `If it is a different computer, ${psName} is not protected by this DPM server.`,
  ],
};

/** Said on both computers: what ends, and what does not. */
const ends = (which: string): string => `Backups of ${which} stop.`;

const staysOnServer =
  'What DPM has backed up stays on the DPM server as inactive protection if its replicas were retained. You can recover from it there until you delete it in the DPM console.';

export const removeFromServerPlan = (
  input: Omit<RemovalInput, 'words'> & { readonly clusterName: string | null },
): Plan => {
  const { psNames, dpmServerName, clusterName } = input;
  const names = psNames.join(', ');
  const which = clusterName === null ? names : `${clusterName} (${names})`;
  return {
    procedure: 'remove',
    side: 'dpm-server',
    title: `Remove ${which} from ${dpmServerName}`,
    steps: removalSteps({ ...input, words: removeWords }),
    notes: [ends(which), staysOnServer],
  };
};

/** What SetDpmServer and the certificate procedure made on the computer, and an uninstallation is not known to remove. */
const staysOnComputer =
  'The local account for NTLM, the certificates and the firewall rules stay on this computer: remove what nothing else uses.';

export interface RemoveAgentInput extends TakeOffAgentInput {
  readonly computer: string;
}

export const removeAgentPlan = (input: RemoveAgentInput): Plan => {
  const { uninstalls, deleteFolder } = takeOffAgent(input);
  return {
    procedure: 'remove',
    side: 'protected-computer',
    title: `Remove the DPM protection agent from ${input.computer}`,
    steps: [...uninstalls, deleteFolder],
    notes: [ends(input.computer), staysOnServer, staysOnComputer],
  };
};
