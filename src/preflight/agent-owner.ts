import { fail, notApplicable, pass } from '../checks/verdict.js';
import { mayBeSameComputer, sameName } from '../dpm/names.js';
import { errorTable } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

const otherServer = (list: string, first: string) =>
  fail(
    `The agent belongs to the DPM server ${list}.`,
    `Stop the protection on the DPM server ${first} first. Then remove the agent on this computer: dpm-prep remove`,
    `Or use the DPM server ${first}: answer with its name, or give --dpm-server-name ${first}`,
  );

export const agentOwner: PreflightCheck = {
  id: 'agent-owner',
  title: 'Another DPM server’s agent',
  required: 'The agent does not belong to another DPM server, and it knows this DPM server by the same name.',
  source: errorTable(302, 307, 337),
  severity: 'error',
  prevents: [302, 307, 337, 32685],
  run: async (subject) => {
    const { side, dpmServerName, procedure } = subject.facts;
    const { role, owners, agentConfiguration } = await subject.installation();
    if (side === 'dpm-server' || role !== 'protected-computer')
      return notApplicable('No agent is installed here.');
    const configured = agentConfiguration?.dpmServers ?? [];
    if (owners.length === 0 && configured.length === 0)
      return pass('The agent does not show which DPM server it belongs to.');
    if (owners.length === 0) {
      // The registry may have another form of the name than SetDpmServer was given.
      const names = configured.join(', ');
      return dpmServerName === null || configured.some((one) => mayBeSameComputer(one, dpmServerName))
        ? pass(`The configuration of the agent names ${names}.`)
        : otherServer(names, configured[0] ?? '');
    }
    const list = owners.join(', ');
    if (dpmServerName === null) return pass(`The agent belongs to ${list}.`);
    if (owners.some((owner) => sameName(owner, dpmServerName)))
      return pass(`The agent belongs to ${dpmServerName}.`);
    if (owners.some((owner) => mayBeSameComputer(owner, dpmServerName))) {
      // The switch uninstalls the agent, and with it the old form of the name.
      if (procedure === 'switch-auth') return pass(`The agent belongs to ${list}.`);
      return fail(
        `The agent knows its DPM server as ${list}, not as ${dpmServerName}.`,
        `Use the same name as before: --dpm-server-name ${owners[0] ?? ''}`,
      );
    }
    return otherServer(list, owners[0] ?? '');
  },
};
