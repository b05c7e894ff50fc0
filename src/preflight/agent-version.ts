import { fail, notApplicable, pass, warn } from '../checks/verdict.js';
import { errorTable } from '../dpm/source.js';
import type { Answer } from '../machine/questions.js';
import type { PreflightCheck } from './subject.js';

type Products = Answer<'installation'>['products'];

const list = (agents: Products): string =>
  agents.map(({ displayName, version }) => `${displayName} ${version ?? ''}`.trim()).join('; ');

export const agentVersion: PreflightCheck = {
  id: 'agent-version',
  title: 'Version of the agent',
  required: 'A computer has only one version of the agent, and that version fits the DPM server.',
  source: errorTable(296, 297, 306, 340, 344, 372),
  severity: 'error',
  prevents: [296, 297, 306, 340, 344, 372],
  run: async (subject) => {
    const installation = await subject.installation();
    if (installation.role === 'dpm-server') return notApplicable('This run does not install an agent here.');
    const agents = installation.products.filter(({ displayName }) => /protection\s+agent/i.test(displayName));
    // The newest installer that is here, or the one that was given.
    const newest = await subject.installerVersion();
    if (installation.role === 'neither') {
      const other = agents.filter(({ version }) => version !== newest);
      if (other.length === 0) return notApplicable('No agent is installed here.');
      return fail(
        `No working agent is installed, but Windows lists ${list(other)}. The installer of another version then fails (ID 306).`,
        'Uninstall that entry, restart this computer, then install the agent.',
      );
    }
    if (agents.length > 1) {
      return warn(
        `Windows lists several agents: ${list(agents)}.`,
        'Uninstall the agent that does not fit the DPM server.',
      );
    }
    const { version } = installation;
    if (version === null) {
      return warn('The version of the agent could not be read (DPMRA.exe).', 'Install the agent again.');
    }
    if (newest !== null && newest !== version) {
      return warn(
        `The agent is ${version}, and an installer of ${newest} is here.`,
        'To update the agent: update the DPM server first, run the installer on this computer, then refresh the computer on the DPM server (ID 324). If the installer refuses (ID 306, 340): uninstall the agent, restart, install, attach again.',
      );
    }
    return pass(`The agent is ${version}. The DPM server shows whether this version fits.`);
  },
};
