import type { Step, StepRecord } from './step.js';

const after = (date: Date | null, since: Date): Date | null => (date !== null && date >= since ? date : null);

const forget = (record: StepRecord, since: Date): StepRecord => {
  const started = after(record.started, since);
  return {
    ...record,
    started,
    ended: started === null ? null : record.ended,
    verified: started !== null && record.verified,
    everVerified: after(record.everVerified, since),
  };
};

/**
 * The step without its records from before that time: what was done to an agent that has been uninstalled since says
 * nothing about the new one, even where the files that it left are still there.
 */
export const since = (time: Date, step: Step): Step => ({
  ...step,
  probe: async (machine, record, earlier, memory) =>
    step.probe(machine, forget(record, time), earlier, memory),
});
