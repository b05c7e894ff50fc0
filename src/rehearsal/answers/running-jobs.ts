import { hasFault } from '../faults.js';
import { visibleRecords } from '../records.js';
import { needDpmModule, type Answerer } from './answer.js';

/** As Microsoft's module: asked for each computer only where any job runs. */
export const runningJobs: Answerer<'running-jobs'> = (asked) => {
  const { state, now, world } = asked;
  needDpmModule(asked);
  const computers = visibleRecords(state, now).map(({ serverName, computer }) => ({
    name: serverName,
    jobs: hasFault(world.faults, 'jobs-running', computer) ? ['Replication'] : [],
    why: null,
  }));
  const total = computers.flatMap(({ jobs }) => jobs).length;
  return { total, computers: total === 0 ? [] : computers };
};
