import { installAgentArguments } from '../dpm/command-lines.js';
import type { Machine } from '../machine/machine.js';
import { page } from '../dpm/source.js';
import { agentIsInstalled, agentText, askInstallation } from './agent.js';
import type { Step } from './step.js';

export const installAgentId = 'install-agent';

export interface InstallAgentInput {
  /** Absolute path of DPMAgentInstaller_x64.exe. */
  readonly installer: string;
}

export const installerFileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

/** What the installer and the agent last wrote to their logs, for a failure. */
export const lastInstallerLines = async (machine: Machine): Promise<readonly string[]> => {
  const { files } = await machine.ask('installation-log', { lines: 20 });
  const logs = (['installation', 'agent'] as const).flatMap(
    (kind) => files.find((file) => file.kind === kind) ?? [],
  );
  return [
    ...(logs.some(({ kind }) => kind === 'installation')
      ? []
      : ['The installer did not write a log (%windir%\\Temp\\MSDPM*.*).']),
    ...logs.flatMap(({ path, lines }) => [`Last lines of ${path}:`, ...lines.map((line) => `  ${line}`)]),
  ];
};

/**
 * Installs the agent silently, without a server name: with one, the installer would also configure it for a trusted
 * domain. Microsoft's page, "Install and configure the agent", step 1.
 */
export const installAgent = ({ installer }: InstallAgentInput): Step => ({
  id: installAgentId,
  title: 'Install the DPM protection agent',
  side: 'protected-computer',
  source: page('Install and configure the agent'),
  probe: async (machine) => {
    const installation = await askInstallation(machine);
    return agentIsInstalled(installation)
      ? { state: 'done', found: `${agentText(installation)}.`, facts: { version: installation.version } }
      : { state: 'not-done', found: 'No DPM protection agent is installed.' };
  },
  command: () => ({
    kind: 'program',
    tool: installerFileName(installer),
    path: installer,
    arguments: installAgentArguments(),
    long: true,
  }),
  verify: async (machine) => {
    const installation = await askInstallation(machine);
    if (agentIsInstalled(installation)) {
      return {
        state: 'verified',
        found: `${agentText(installation)} is installed, service DPMRA is registered.`,
        facts: { version: installation.version },
      };
    }
    return {
      state: 'not-verified',
      found: 'no agent is installed (no DPMRA service, or no entry in the Setup registry key)',
      fix: await lastInstallerLines(machine),
      readLogs: true,
    };
  },
  patienceMs: 10_000,
});
