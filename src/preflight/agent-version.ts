import { notApplicable, pass, warn } from '../checks/verdict.js';
import { errorTable } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

export const agentVersion: PreflightCheck = {
  id: 'agent-version',
  title: 'Version of the agent',
  required: 'Only one version of the agent is on a computer, and it is the one that fits the DPM server.',
  source: errorTable(296, 297, 306, 340, 344, 372),
  severity: 'error',
  prevents: [296, 297, 306, 340, 344, 372],
  run: async (subject) => {
    const installation = await subject.installation();
    if (installation.role !== 'protected-computer') {
      return notApplicable('No agent is installed here.');
    }
    const agents = installation.products.filter(({ displayName }) => /protection agent/i.test(displayName));
    if (agents.length > 1) {
      return warn(
        `Several agents are registered: ${agents.map(({ displayName, version }) => `${displayName} ${version ?? ''}`.trim()).join('; ')}.`,
        'Uninstall the one that does not fit the DPM server.',
      );
    }
    const { version } = installation;
    if (version === null) {
      return warn('The version of the agent could not be read (DPMRA.exe).', 'Install the agent again.');
    }
    // Only here is the newest installer at hand that can be compared with.
    const { installers } = await subject.ask('agent-installers', { path: null });
    const newest = installers[0]?.version ?? null;
    if (newest !== null && newest !== version) {
      return warn(
        `The agent is ${version}, and an installer of ${newest} is here; two versions cannot live side by side.`,
        'To change the version: uninstall the agent, restart, install the other one, attach again.',
      );
    }
    return pass(`The agent is ${version}; the DPM server says whether it fits.`);
  },
};
