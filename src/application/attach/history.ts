import { sameName } from '../../dpm/names.js';
import type { Journal, JournalEntry } from '../../run/journal.js';
import {
  attachOf,
  attachStepPrefix,
  isLossUnknown,
  listedBeforeOf,
  lossOf,
  type AttachedWith,
  type Loss,
} from '../../steps/attach-record.js';
import { dataSourcesStepId } from '../../steps/list-data-sources.js';
import { removePrefix } from '../../steps/remove-production-server.js';

type StepEntry = Extract<JournalEntry, { step: string }>;

const computerOf = ({ step }: StepEntry): string => step.slice(attachStepPrefix.length);

const isAttach = (entry: JournalEntry): entry is StepEntry =>
  'step' in entry && entry.step.startsWith(attachStepPrefix);

const attachEntries = (journal: Journal | null): readonly StepEntry[] =>
  (journal?.entries ?? []).filter(isAttach);

/** After an attach DPM contacts the agent. Where that fails, what is listed may be an older attach. */
const contactFailed = (entry: JournalEntry, psName: string): boolean =>
  entry.event === 'verified' && entry.state === 'not-verified' && entry.step === dataSourcesStepId(psName);

/** With what this computer was last attached here and seen to be; null: never, or a later attach left that open. */
export const lastAttachOf = (journal: Journal | null, psName: string): AttachedWith | null => {
  let last: AttachedWith | null = null;
  for (const entry of journal?.entries ?? []) {
    if (contactFailed(entry, psName)) last = null;
    if (!isAttach(entry) || !sameName(computerOf(entry), psName)) continue;
    if (entry.event === 'started') last = null;
    const seen =
      (entry.event === 'verified' && entry.state === 'verified') ||
      (entry.event === 'probed' && entry.state === 'done');
    if (seen) last = attachOf(entry.facts);
  }
  return last;
};

/** The computers that runs here attached, by name, and did not begin to remove since. */
export const attachedHere = (journal: Journal | null): readonly string[] => {
  const attached = new Map<string, string>();
  for (const entry of journal?.entries ?? []) {
    if (!('step' in entry)) continue;
    if (isAttach(entry) && entry.event === 'verified' && entry.state === 'verified') {
      attached.set(computerOf(entry).toLowerCase(), computerOf(entry));
    } else if (entry.step.startsWith(removePrefix)) {
      attached.delete(entry.step.slice(removePrefix.length).toLowerCase());
    }
  }
  return [...attached.values()];
};

/** What attaches here removed computers from the list, and with which credential files. */
export const lossesIn = (journal: Journal | null, run?: string): readonly Loss[] =>
  (journal?.entries ?? []).flatMap((entry) => {
    if (entry.event !== 'verified' || (run !== undefined && entry.run !== run)) return [];
    const loss = lossOf(entry.facts);
    return loss ? [loss] : [];
  });

/** Attaches by certificate whose end nobody saw: the computer, and the SHA-256 of the file that the script was given. */
export const openAttaches = (
  journal: Journal | null,
): readonly { readonly psName: string; readonly sha256: string }[] => {
  const open = new Map<string, string>();
  const hashes = new Map<string, string>();
  for (const entry of attachEntries(journal)) {
    const psName = computerOf(entry);
    if (entry.event === 'probed') {
      const attach = attachOf(entry.facts);
      if (attach?.method === 'certificate') hashes.set(psName, attach.sha256);
      else hashes.delete(psName);
    }
    const sha256 = hashes.get(psName);
    if (entry.event === 'started' && sha256 !== undefined) open.set(psName, sha256);
    if (entry.event === 'verified' && !isLossUnknown(entry.facts)) open.delete(psName);
  }
  return [...open].map(([psName, sha256]) => ({ psName, sha256 }));
};

/**
 * The computers that were listed before an attach with this credential file whose end nobody saw; null: every attach with
 * it was seen to its end. The list stands in the journal once for a run, where it was asked for; what the run attached
 * since is added.
 */
export const listedBeforeCut = (journal: Journal | null, sha256: string): readonly string[] | null => {
  let run: string | null = null;
  let listed: readonly string[] = [];
  let open: readonly string[] | null = null;
  let hash: string | null = null;
  for (const entry of attachEntries(journal)) {
    if (entry.run !== run) listed = [];
    ({ run } = entry);
    if (entry.event === 'probed') {
      listed = listedBeforeOf(entry.facts) ?? listed;
      const attach = attachOf(entry.facts);
      hash = attach?.method === 'certificate' ? attach.sha256 : null;
    }
    if (entry.event === 'started' && hash === sha256) open = listed;
    if (entry.event !== 'verified') continue;
    if (hash === sha256 && !isLossUnknown(entry.facts)) open = null;
    if (entry.state === 'verified') listed = [...listed, computerOf(entry)];
  }
  return open;
};
