import { namesOf } from '../names.js';
import { sameName } from '../../dpm/names.js';
import { checkProblem } from '../../problem.js';
import { isProtected } from '../records.js';
import { needDpmModule, type Answerer } from './answer.js';

export const protectedComputers: Answerer<'protected-computers'> = (asked, { dpmServerName }) => {
  const { computer, state, now, world } = asked;
  needDpmModule(asked);
  if (state.server === null) {
    throw checkProblem(
      `${computer.netbiosName} is not a DPM server, so it does not list protected computers.`,
    );
  }
  if (!namesOf(computer).some((name) => sameName(name, dpmServerName))) {
    throw checkProblem(
      `There is not a DPM server ${dpmServerName}; this one is ${namesOf(computer).join(', ')}.`,
    );
  }
  return {
    computers: state.server.records
      .filter(({ visibleFrom }) => Date.parse(visibleFrom) <= now.getTime())
      .map((record) => {
        const it = world.computers.find(({ id }) => id === record.computer);
        return {
          serverName: record.serverName,
          machineName: it?.netbiosName ?? null,
          name: record.serverName,
          domain: it?.fqdn === null ? 'WORKGROUP' : (it?.dnsSuffixes[0] ?? null),
          clusterName: record.clusterName,
          state: record.deleted
            ? 'Deleted'
            : isProtected(world, record)
              ? 'HasDatasourcesProtected'
              : 'NoDatasourcesProtected',
          connectivity: record.connected ? 'Enabled' : 'Disabled',
          authentication: record.authentication,
        };
      }),
  };
};
