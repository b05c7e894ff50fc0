import { missingModuleFix } from '../../machine/missing-module.js';
import { checkProblem } from '../../problem.js';
import { hasFault } from '../faults.js';
import { visibleRecords } from '../records.js';
import { faulty, type Answerer } from './answer.js';

/** As Microsoft's module: asked for each computer only where any job runs. */
export const runningJobs: Answerer<'running-jobs'> = (asked) => {
  const { state, now, world } = asked;
  if (faulty(asked, 'module-missing')) {
    throw checkProblem(
      'The PowerShell module DataProtectionManager is not on this computer.',
      missingModuleFix,
    );
  }
  const computers = visibleRecords(state, now).map(({ serverName, computer }) => ({
    name: serverName,
    jobs: hasFault(world.faults, 'jobs-running', computer) ? ['Replication'] : [],
    why: null,
  }));
  const total = computers.flatMap(({ jobs }) => jobs).length;
  return { total, computers: total === 0 ? [] : computers };
};
