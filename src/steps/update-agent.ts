import { installAgentArguments } from '../dpm/command-lines.js';
import { errorTable } from '../dpm/source.js';
import { isAtLeast } from '../dpm/versions.js';
import {
  agentContradiction,
  agentIsInstalled,
  agentText,
  agentTrace,
  askInstallation,
  traceOf,
} from './agent.js';
import { installerFileName, lastInstallerLines } from './install-agent.js';
import type { Step } from './step.js';

export interface UpdateAgentInput {
  /** Absolute path of the newer installer. */
  readonly installer: string;
  /** File versions, such as 10.22.197.0. */
  readonly from: string;
  readonly to: string;
}

/**
 * Runs the installer of a newer agent over the one that is there. Whether a silent update keeps the account and the owner of
 * an agent in a workgroup is not documented, so what the agent shows of them is compared with before.
 * Source: error table, ID 324.
 */
export const updateAgent = ({ installer, from, to }: UpdateAgentInput): Step => ({
  id: 'update-agent',
  title: `Update the DPM protection agent from ${from} to ${to}`,
  side: 'protected-computer',
  source: errorTable(324, 340, 344),
  probe: async (machine) => {
    const installation = await askInstallation(machine);
    const facts = { ...agentTrace(installation), version: installation.version };
    return agentIsInstalled(installation) &&
      installation.version !== null &&
      isAtLeast(installation.version, to)
      ? { state: 'done', found: `${agentText(installation)}.`, facts }
      : { state: 'not-done', found: `${agentText(installation)}. This run installs ${to}.`, facts };
  },
  command: () => ({
    kind: 'program',
    tool: installerFileName(installer),
    path: installer,
    arguments: installAgentArguments(),
    long: true,
  }),
  verify: async (machine, { before }) => {
    const installation = await askInstallation(machine);
    const facts = { version: installation.version };
    if (!agentIsInstalled(installation)) {
      return {
        state: 'not-verified',
        found: 'the agent is gone (no DPMRA service, or no entry in the Setup registry key)',
        fix: [...(await lastInstallerLines(machine)), 'Install it: dpm-prep install-agent'],
        readLogs: true,
        facts,
      };
    }
    if (installation.version === null || !isAtLeast(installation.version, to)) {
      return {
        state: 'not-verified',
        found: `the agent is still ${installation.version ?? 'of unknown version'}`,
        fix: await lastInstallerLines(machine),
        readLogs: true,
        facts,
      };
    }
    const contradiction = agentContradiction(installation, traceOf(before.facts ?? {}));
    if (contradiction !== null) {
      return {
        state: 'not-verified',
        found: `${agentText(installation)} is installed, but ${contradiction}`,
        fix: [
          'The update did not keep the configuration. Configure the agent again: dpm-prep set-dpm-server',
          'Then attach the computer again on the DPM server (ID 344): dpm-prep attach',
        ],
        facts,
      };
    }
    return {
      state: 'verified',
      found: `${agentText(installation)} is installed, service DPMRA is registered, and the agent shows the same DPM server as before.`,
      facts,
    };
  },
  patienceMs: 10_000,
});
