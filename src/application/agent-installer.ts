import { complete, type Need } from '../answers/complete.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem, usageProblem } from '../problem.js';
import { isAtLeast } from '../dpm/versions.js';
import { agentIsInstalled } from '../steps/agent.js';
import type { UpdateAgentInput } from '../steps/update-agent.js';
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
        'Name the file, or the folder or medium that holds it. On the DPM medium it is under Agents: dpm-prep again --installer <path>',
      )
    : usageProblem(
        `There is no DPMAgentInstaller_x64.exe in ${given}.`,
        'Give the file itself, or the folder that holds it, with --installer.',
      );

const refuseLicence = (): Error =>
  checkProblem(
    'The licence terms of the DPM agent were not accepted, so it was not installed. Nothing was changed.',
    'If you accept them, run: dpm-prep again --accept-eula',
  );

/**
 * The installer of a newer agent than the one that is installed; null: there is none. Throws a Problem (exit 3) where the given
 * installer is older: DPM refuses that (ID 340).
 */
export const findUpdate = async (
  machine: Machine,
  { installation }: ComputerFacts,
  given: string | undefined,
): Promise<UpdateAgentInput | null> => {
  const { version: from } = installation;
  if (!agentIsInstalled(installation) || from === null) return null;
  const path = given === undefined ? null : machine.files.absolute(given);
  const [newest] = (await machine.ask('agent-installers', { path })).installers;
  const to = newest?.version ?? null;
  if (newest === undefined || to === null || to === from) return null;
  if (isAtLeast(to, from)) return { installer: newest.path, from, to };
  if (given === undefined) return null;
  throw checkProblem(
    `The installed agent is ${from}, and the installer ${newest.path} is ${to}, which is older. An older agent cannot replace a newer one (ID 340). Nothing was changed.`,
    'Keep the newer agent and update the DPM server, or uninstall the agent first, restart, and install the older one.',
  );
};

/** An update installs Microsoft's software again, so its licence is asked for as for the first installation. */
export const acceptLicence = async <C extends CommandContext<InstallerKey>>(
  context: C,
): Promise<C['answers']> => {
  const needs: readonly Need<InstallerKey>[] = [{ key: 'acceptEula' }];
  const done = await complete(context.answers, needs, context.prompter, unattendedNeeds(context));
  if (!done.acceptEula) throw refuseLicence();
  return done;
};

const holdsInstaller = async (machine: Machine, path: string): Promise<void> => {
  const { path: found, searched } = await findInstaller(machine, path);
  if (found === null) throw noInstaller(path, searched);
};

const needsLicence = async (accepted: boolean): Promise<void> => {
  if (accepted) return Promise.resolve();
  throw checkProblem(
    'The agent can be installed only if you accept the licence terms.',
    'Answer y to accept them, or press Ctrl+C to stop. Nothing has been changed.',
  );
};

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
    : [
        ...(found.path === null
          ? [
              {
                key: 'installer',
                judge: async (path) => holdsInstaller(machine, path),
              } satisfies Need<'installer'>,
            ]
          : []),
        { key: 'acceptEula', judge: needsLicence },
      ];
  const done = await complete(answers, needs, prompter, unattendedNeeds(context));
  if (!installed && !done.acceptEula) throw refuseLicence();
  const installer = found.path ?? (await findInstaller(machine, done.installer)).path;
  if (installer === null && !installed) throw noInstaller(done.installer, []);
  return { installer: installer ?? 'DPMAgentInstaller_x64.exe', answers: done };
};
