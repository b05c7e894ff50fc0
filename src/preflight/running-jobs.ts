import { fail, notApplicable, pass } from '../checks/verdict.js';
import { utcMinute } from '../dpm/date.js';
import { errorTable } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

/** DPM synchronizes as often as every 15 minutes, so an older list shows nothing of now. */
const maxAgeMs = 15 * 60_000;
/** How far two clocks may differ, as for Kerberos. */
const clockMs = 5 * 60_000;

const clock = (date: Date): string => `${utcMinute(date.toISOString())} UTC`;

/** An update of the agent makes the jobs of its computer fail. Only the DPM server knows them. */
export const runningJobs: PreflightCheck = {
  id: 'running-jobs',
  title: 'Running backup jobs',
  required: 'DPM runs no job of the computer while its agent is updated.',
  source: errorTable(323),
  severity: 'error',
  prevents: [323],
  run: ({ facts: { jobs } }) => {
    if (jobs === null) return notApplicable('No audit document of the DPM server is given (--server-audit).');
    const { server, readAt, running, why } = jobs;
    const again = `On the DPM server ${server}, run "dpm-prep audit --out ${server}.audit.json" again, and copy the file here at once.`;
    const age = Date.now() - readAt.getTime();
    if (age > maxAgeMs + clockMs || age < -clockMs) {
      return fail(
        `The audit document of ${server} is from ${clock(readAt)}, so it does not show which jobs run now.`,
        again,
      );
    }
    if (running === null) {
      return fail(
        `${server} could not be asked for running jobs: ${why ?? 'no reason was given'}`,
        'Look in the DPM console (Monitoring, Jobs). If no job of this computer runs: --ignore running-jobs',
      );
    }
    return running.length === 0
      ? pass(`${server} ran no job of this computer at ${clock(readAt)}.`)
      : fail(
          `${server} ran ${String(running.length)} ${running.length === 1 ? 'job' : 'jobs'} of this computer at ${clock(readAt)}: ${running.slice(0, 10).join(', ')}. An update of the agent makes them fail (ID 323).`,
          `Wait until they have ended. ${again}`,
        );
  },
};
