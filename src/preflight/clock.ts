import { notApplicable, pass, warn } from '../checks/verdict.js';
import { errorTable } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

const toleratedSeconds = 300;

export const clock: PreflightCheck = {
  id: 'clock',
  title: 'Clocks',
  required: 'The clocks of the two computers agree within five minutes.',
  source: errorTable(310, 337, 341),
  severity: 'advice',
  prevents: [310, 337, 341],
  run: async (subject) => {
    const other = subject.otherName;
    if (other === null) return notApplicable('The name of the other computer is not given.');
    const { aheadSeconds, why } = await subject.clock(other);
    if (aheadSeconds === null)
      return notApplicable(`The clock of ${other} cannot be read: ${why ?? 'no answer'}.`);
    const seconds = Math.round(Math.abs(aheadSeconds));
    if (seconds <= toleratedSeconds) return pass(`The clock of ${other} differs by ${String(seconds)} s.`);
    return warn(
      `The clock of ${other} is ${String(seconds)} s ${aheadSeconds > 0 ? 'ahead' : 'behind'}.`,
      'Synchronize the clocks with a time server. On each of the two computers: w32tm /resync',
    );
  },
};
