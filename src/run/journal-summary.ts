import { attachStepPrefix } from '../steps/attach-record.js';
import { setDpmServerCertificateId } from '../steps/set-dpm-server-certificate.js';
import { setDpmServerNtlmId } from '../steps/set-dpm-server-ntlm.js';
import type { Facts } from '../steps/step.js';
import { uninstallPrefix } from '../steps/uninstall-agent.js';
import { isPasswordStep, refreshPrefix, serverStatePrefix, toldPrefix } from '../steps/update-password.js';
import { completeCodes } from '../exit-code.js';
import { schemaVersion, type JournalEntry, type RunEntry } from './journal-entry.js';

type StepEntry = Extract<JournalEntry, { step: string }>;

export interface SummaryOptions {
  /** Serialized size of the newest runs that stay as they are, in bytes. The newest run always stays whole. */
  readonly wholeBytes: number;
  /** How many command lines of older runs keep their last findings, apart from what guards credential files. */
  readonly lines: number;
}

const sizeOf = (entry: JournalEntry): number => JSON.stringify(entry).length + 1;

/** Runs in the order in which they began. What belongs to no run that is left comes under its own id. */
const byRun = (entries: readonly JournalEntry[]): ReadonlyMap<string, readonly JournalEntry[]> => {
  const runs = new Map<string, JournalEntry[]>();
  for (const entry of entries) {
    if (entry.event === 'summary') continue;
    const run = runs.get(entry.run);
    if (run) run.push(entry);
    else runs.set(entry.run, [entry]);
  }
  return runs;
};

const newestWhole = (
  runs: ReadonlyMap<string, readonly JournalEntry[]>,
  wholeBytes: number,
): ReadonlySet<string> => {
  const whole = new Set<string>();
  let bytes = 0;
  for (const [run, entries] of [...runs].reverse()) {
    bytes += entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (whole.size > 0 && bytes > wholeBytes) break;
    whole.add(run);
  }
  return whole;
};

/** A hash guards a credential file for ever: with which content a file was written, or did harm. */
const guardsCredential = ({ step, facts }: { readonly step: string; readonly facts: Facts }): boolean =>
  'loss' in facts || (step === 'set-dpm-credentials' && 'credentialFile' in facts);

const configuresAgent = (step: string): boolean =>
  step === setDpmServerNtlmId || step === setDpmServerCertificateId || step.startsWith(uninstallPrefix);

/**
 * What tells how far the last change of each password has come, and what ends it (a new agent, an attach): later runs
 * must never take an older change for the last one. Refreshes that failed since one that was answered are counted, so
 * that no account is locked out.
 */
const ofPasswords = (old: readonly JournalEntry[]): readonly JournalEntry[] => {
  const newest = new Map<string, JournalEntry>();
  const unanswered = new Map<string, JournalEntry[]>();
  // Any of them may have set the password.
  let begun: JournalEntry[] = [];
  for (const entry of old) {
    if (entry.event === 'started' && isPasswordStep(entry.step)) begun.push(entry);
    if (entry.event !== 'verified' && entry.event !== 'probed') continue;
    const { step, event, state } = entry;
    if (event === 'verified' && state === 'verified' && isPasswordStep(step)) begun = [];
    const isKept =
      isPasswordStep(step) ||
      step.startsWith(serverStatePrefix) ||
      (event === 'verified' &&
        (configuresAgent(step) ||
          [toldPrefix, refreshPrefix, attachStepPrefix].some((prefix) => step.startsWith(prefix))));
    if (!isKept) continue;
    if (step.startsWith(refreshPrefix)) {
      if (state === 'verified') unanswered.delete(step);
      else unanswered.set(step, [...(unanswered.get(step) ?? []), entry]);
    }
    newest.set(`${event}\n${step}\n${state}`, entry);
  }
  return [...newest.values(), ...begun, ...[...unanswered.values()].flat()];
};

/** What an attach that nobody saw the end of is judged by: what was listed before it, and with which file it ran. */
const beforeAttaches = (
  entries: readonly JournalEntry[],
  runs: ReadonlySet<string>,
): readonly JournalEntry[] =>
  entries.filter(
    (entry) =>
      entry.event === 'probed' &&
      runs.has(entry.run) &&
      ('listedBefore' in entry.facts || 'attach' in entry.facts),
  );

/** The newest entry of each finding of each command line; of what guards credential files every different one. */
const findings = (old: readonly JournalEntry[], lines: number): readonly JournalEntry[] => {
  const guards = new Map<string, JournalEntry>();
  const last = new Map<string, JournalEntry>();
  for (const entry of old) {
    if (entry.event !== 'verified' && entry.event !== 'probed') continue;
    const telling = entry.event === 'verified' ? entry.state === 'verified' : entry.state === 'done';
    if (guardsCredential(entry)) guards.set(`${entry.step}\n${JSON.stringify(entry.facts)}`, entry);
    else if (telling || Object.keys(entry.facts).length > 0) {
      const key = `${entry.event}\n${entry.step}\n${entry.line}`;
      // Deleted first, so that the newest stand last.
      last.delete(key);
      last.set(key, entry);
    }
  }
  return [...guards.values(), ...[...last.values()].slice(-lines)];
};

/** What older runs began and no complete run has closed since: `resume` and the probes need all of it. */
const openEntries = (entries: readonly JournalEntry[], old: ReadonlySet<string>): readonly JournalEntry[] => {
  const open = new Map<string, StepEntry[]>();
  const keysOf = new Map<string, Set<string>>();
  for (const entry of entries) {
    if (entry.event === 'finish' && completeCodes.has(entry.exitCode))
      for (const key of keysOf.get(entry.run) ?? []) open.delete(key);
    if (!('step' in entry)) continue;
    const key = `${entry.step}\n${entry.line}`;
    keysOf.set(entry.run, (keysOf.get(entry.run) ?? new Set()).add(key));
    if (entry.event === 'started') open.set(key, [entry]);
    else open.get(key)?.push(entry);
  }
  return [...open.values()].flat().filter(({ run }) => old.has(run));
};

/** The last run of each procedure that came to a good end: its names are the ones to use again. */
const lastGoodRuns = (entries: readonly JournalEntry[]): readonly JournalEntry[] => {
  const begun = new Map<string, RunEntry>();
  const good = new Map<string, JournalEntry>();
  for (const entry of entries) {
    if (entry.event === 'run') begun.set(entry.run, entry);
    const run =
      entry.event === 'finish' && completeCodes.has(entry.exitCode) ? begun.get(entry.run) : undefined;
    if (run) good.set(run.procedure, run);
  }
  return [...good.values()];
};

/**
 * The journal summed up: the newest runs as they are, of older ones what later runs still need, and how many were
 * taken out. Pure. The result is read by the same rules as any journal.
 */
export const summedUp = (
  entries: readonly JournalEntry[],
  { wholeBytes, lines }: SummaryOptions,
): readonly JournalEntry[] => {
  const runs = byRun(entries);
  const whole = newestWhole(runs, wholeBytes);
  const old = new Set([...runs.keys()].filter((run) => !whole.has(run)));
  const older = entries.filter((entry) => entry.event !== 'summary' && old.has(entry.run));
  const open = openEntries(entries, old);
  const kept = new Set<JournalEntry>([
    ...findings(older, lines),
    ...ofPasswords(older),
    ...open,
    ...beforeAttaches(older, new Set(open.map(({ run }) => run))),
    ...lastGoodRuns(older),
  ]);
  const keptRuns = new Set([...kept].map(({ run }) => run));
  const stays = (entry: JournalEntry): boolean =>
    entry.event !== 'summary' &&
    (whole.has(entry.run) ||
      kept.has(entry) ||
      (keptRuns.has(entry.run) && (entry.event === 'run' || entry.event === 'finish')));
  const before = entries.find((entry) => entry.event === 'summary');
  const gone = entries.filter((entry) => entry.event === 'run' && !stays(entry));
  const first = before?.event === 'summary' ? before.from : gone[0]?.at;
  const last = gone.at(-1)?.at ?? (before?.event === 'summary' ? before.to : undefined);
  const rest = entries.filter(stays);
  if (first === undefined || last === undefined) return rest;
  const count = (before?.event === 'summary' ? before.runs : 0) + gone.length;
  return [
    { v: schemaVersion, at: last, run: 'summary', event: 'summary', runs: count, from: first, to: last },
    ...rest,
  ];
};
