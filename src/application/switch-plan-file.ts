import { maxSwitchPlanBytes, parseSwitchPlan, type SwitchPlan } from '../dpm/switch-plan.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem } from '../problem.js';
import type { Journal } from '../run/journal.js';
import { writtenRevision } from '../steps/write-switch-plan.js';
import { readCarriedFile } from './carried-file.js';

/** The plan file, or null where there is none yet. */
export const readSwitchPlan = async (machine: Machine, path: string): Promise<SwitchPlan | null> =>
  (await machine.files.stat(path)) === null
    ? null
    : readCarriedFile(machine, path, {
        noun: 'switch plan',
        maxBytes: maxSwitchPlanBytes,
        parse: parseSwitchPlan,
        whence: 'The computer that had the previous turn wrote it. Copy it from there.',
      });

/**
 * Refuses a copy that is older than what this computer itself wrote of this switch: with it things would be done twice.
 */
export const refuseOlderCopy = (plan: SwitchPlan, journal: Journal | null, path: string): void => {
  const written = (journal?.entries ?? []).flatMap((entry) => {
    if (entry.event !== 'verified') return [];
    const revision = writtenRevision(entry.step, entry.facts, plan.id);
    return revision === null ? [] : [revision];
  });
  const newest = Math.max(0, ...written);
  if (newest <= plan.revision) return;
  throw checkProblem(
    `${path} is an older copy of the plan (revision ${String(plan.revision)}; this computer wrote revision ${String(newest)} itself): this turn is already done. Nothing was changed.`,
    'Copy the plan file from the computer that had the last turn.',
  );
};
