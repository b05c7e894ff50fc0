import { complete, type Need } from '../answers/complete.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem, usageProblem } from '../problem.js';
import { agentIsInstalled } from '../steps/agent.js';
import type { CommandContext } from './command.js';
import type { ComputerFacts } from './facts.js';
import { unattendedNeeds } from './procedure.js';

export type InstallerKey = 'installer' | 'acceptEula';

/**
 * The installer: the given file, or the newest in the given folder, or the newest where DPM keeps them. Null if
 * there is none.
 */
const findInstaller = async (
  machine: Machine,
  given: string | undefined,
): Promise<{ readonly path: string | null; readonly searched: readonly string[] }> => {
  const path = given === undefined ? null : machine.files.absolute(given);
  const { installers, searched } = await machine.ask('agent-installers', { path });
  return { path: installers[0]?.path ?? null, searched };
};

const noInstaller = (given: string | undefined, searched: readonly string[]): Error =>
  given === undefined
    ? usageProblem(
        `No DPMAgentInstaller_x64.exe was found${searched.length === 0 ? '' : ` in ${searched.join(', ')}`}.`,
        '--installer <path>: the file, or the folder or medium that holds it (Agents on the DPM medium).',
      )
    : usageProblem(
        `There is no DPMAgentInstaller_x64.exe in ${given}.`,
        'Give the file itself, or the folder that holds it, with --installer.',
      );

/** Asks the computer for an installer, the person only if there is none; and for the licence. */
export const resolveInstaller = async <C extends CommandContext<InstallerKey>>(
  context: C,
  machine: Machine | null,
  facts: ComputerFacts | null,
): Promise<{ readonly installer: string; readonly answers: C['answers'] }> => {
  const { answers, prompter } = context;
  if (machine === null || facts === null) {
    return { installer: answers.installer ?? 'DPMAgentInstaller_x64.exe', answers };
  }
  const found = await findInstaller(machine, answers.installer);
  const installed = agentIsInstalled(facts.installation);
  if (found.path === null && answers.installer !== undefined && !installed) {
    throw noInstaller(answers.installer, found.searched);
  }
  if (found.path === null && prompter === null && !installed) throw noInstaller(undefined, found.searched);
  const needs: readonly Need<InstallerKey>[] = installed
    ? []
    : [...(found.path === null ? [{ key: 'installer' } as const] : []), { key: 'acceptEula' } as const];
  const done = await complete(answers, needs, prompter, unattendedNeeds(context));
  if (!installed && !done.acceptEula) {
    throw checkProblem(
      'The licence terms of the DPM agent were not accepted, so it was not installed. Nothing was changed.',
      'Accept them with --accept-eula.',
    );
  }
  const installer = found.path ?? (await findInstaller(machine, done.installer)).path;
  if (installer === null && !installed) throw noInstaller(done.installer, []);
  return { installer: installer ?? 'DPMAgentInstaller_x64.exe', answers: done };
};
