import type { Journal, PastRun } from '../run/journal.js';
import { unfinishedRun } from './past-runs.js';

interface LeftOut {
  readonly name: string;
  readonly state: 'done' | 'begun' | 'not-begun';
}

const stateIn = (journal: Journal, { run }: PastRun, name: string): LeftOut['state'] => {
  const started = new Set<string>();
  const seen = new Set<string>();
  for (const entry of journal.entriesOf(run.run)) {
    if (!('step' in entry) || !entry.step.endsWith(`:${name}`)) continue;
    if (entry.event === 'started') started.add(entry.step);
    if (entry.event === 'verified' || (entry.event === 'probed' && entry.state === 'done'))
      seen.add(entry.step);
  }
  if (started.size === 0 && seen.size === 0) return 'not-begun';
  return [...started].every((step) => seen.has(step)) ? 'done' : 'begun';
};

const words: Record<LeftOut['state'], string> = {
  done: 'its last step is complete',
  begun: 'its last step began, and its end is unknown',
  'not-begun': 'not begun',
};

/** So many are named; the rest is a number. */
const named = 50;

/**
 * Computers of the same command's last run, which did not come to its end, that this plan no longer has: somebody
 * removed them from the inventory. Nothing is done for them, so they are named. Empty where there are none.
 */
export const leftOutNotes = (
  journal: Journal | null,
  command: string,
  computers: readonly string[],
): readonly string[] => {
  const past = unfinishedRun(journal);
  if (journal === null || past?.run.command !== command) return [];
  const now = new Set(computers.map((name) => name.toLowerCase()));
  const left = (past.run.computers ?? []).filter((name) => !now.has(name.toLowerCase()));
  if (left.length === 0) return [];
  const shown = left.slice(0, named).map((name) => `${name} (${words[stateIn(journal, past, name)]})`);
  const more = left.length - shown.length;
  return [
    `The unfinished run had ${left.length === 1 ? 'a computer' : `${String(left.length)} computers`} that this run leaves out: ${[...shown, ...(more > 0 ? [`${String(more)} more`] : [])].join(', ')}. This run does nothing for ${left.length === 1 ? 'it' : 'them'}.`,
  ];
};
