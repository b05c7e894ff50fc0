import { mayBeSameComputer } from '../dpm/names.js';
import type { Journal, JournalEntry } from '../run/journal.js';
import { removePrefix } from '../steps/remove-production-server.js';
import { asksForRestart, uninstallPrefix, type AgentProduct } from '../steps/uninstall-agent.js';

type StepEntry = Extract<JournalEntry, { step: string }>;

const stepEntries = (journal: Journal | null): readonly StepEntry[] =>
  (journal?.entries ?? []).filter((entry): entry is StepEntry => 'step' in entry);

const clusterOf = (journal: Journal | null, run: string): string | null => {
  const name = journal?.runs.find((past) => past.run.run === run)?.run.answers.clusterName;
  return typeof name === 'string' ? name : null;
};

/**
 * The computers of this name or cluster that runs here began to remove from the DPM server, as DPM spelled them. One of
 * them that DPM does not list now has been removed: nothing is left to do for it, and its name is not a typing error.
 */
export const removalsHere = (
  journal: Journal | null,
  { psName, clusterName }: { readonly psName: string | undefined; readonly clusterName: string | undefined },
): readonly string[] => {
  const names = stepEntries(journal).flatMap(({ step, run }) => {
    if (!step.startsWith(removePrefix)) return [];
    const name = step.slice(removePrefix.length);
    if (psName !== undefined) return mayBeSameComputer(name, psName) ? [name] : [];
    const cluster = clusterOf(journal, run);
    return clusterName !== undefined && cluster !== null && mayBeSameComputer(cluster, clusterName)
      ? [name]
      : [];
  });
  return [...new Set(names)];
};

export interface UninstallationFacts {
  readonly journal: Journal | null;
  /** The agent's products that are installed now. */
  readonly products: readonly AgentProduct[];
  /** When Windows was last started. */
  readonly lastStart: Date;
  /** Windows itself waits for a restart. */
  readonly restartPending: boolean;
}

/**
 * Did an uninstallation before this run ask for a restart that has not happened? A run here recorded it, or it was interrupted
 * while it uninstalled. Where no run recorded the uninstallation, Windows says what it waits for.
 */
export const restartLeft = ({
  journal,
  products,
  lastStart,
  restartPending,
}: UninstallationFacts): boolean => {
  const installed = new Set(products.map(({ productCode }) => `${uninstallPrefix}${productCode}`));
  const records = stepEntries(journal).filter(
    ({ step }) => step.startsWith(uninstallPrefix) && !installed.has(step),
  );
  if (records.length === 0) return products.length === 0 && restartPending;
  const recent = records.filter(({ at }) => new Date(at) > lastStart);
  const wanted = recent.some(
    (entry) =>
      (entry.event === 'ended' && asksForRestart(entry.exitCode)) ||
      ((entry.event === 'probed' || entry.event === 'verified') && entry.facts.restart === true),
  );
  const last = new Map(
    recent
      .filter(({ event }) => event === 'started' || event === 'ended')
      .map(({ step, event }) => [step, event]),
  );
  return wanted || [...last.values()].includes('started');
};
