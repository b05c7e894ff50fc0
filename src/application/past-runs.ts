import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { completeCodes } from '../exit-code.js';
import type { Machine } from '../machine/machine.js';
import { Journal, type JournalEntry, type PastRun } from '../run/journal.js';
import { defaultStateFolder } from '../run/state-folder.js';
import { since } from '../steps/since.js';
import { recordedLine, type Step } from '../steps/step.js';
import { deleteAgentFolderId } from '../steps/delete-agent-folder.js';
import { installAgentId } from '../steps/install-agent.js';
import { setDpmServerCertificateId } from '../steps/set-dpm-server-certificate.js';
import { setDpmServerNtlmId } from '../steps/set-dpm-server-ntlm.js';
import { uninstallPrefix } from '../steps/uninstall-agent.js';
import { isPasswordStep } from '../steps/update-password.js';
import type { CommandContext } from './command.js';

export const stateFolderOf = (context: CommandContext, machine: Machine | null): string =>
  context.answers.stateDir ??
  machine?.stateFolder ??
  defaultStateFolder(context.environment, context.platform);

/** The last journal that was read, and the file's state then: one command asks for it several times. */
let lastRead: { readonly of: string; readonly journal: Journal } | null = null;

/** The journal of that computer, or null if there is none yet. Reads only. */
export const existingJournal = (context: CommandContext, machine: Machine | null): Journal | null => {
  const folder = stateFolderOf(context, machine);
  if (!existsSync(folder)) return null;
  const file = statSync(join(folder, 'journal.jsonl'), { throwIfNoEntry: false });
  const of = JSON.stringify([folder, file?.ino, file?.size, file?.mtimeMs]);
  if (lastRead?.of !== of) lastRead = { of, journal: new Journal(folder) };
  return lastRead.journal;
};

const succeeded = (run: PastRun): boolean =>
  run.finished !== null && completeCodes.has(run.finished.exitCode);

const textAnswer = (run: PastRun, key: string): string | undefined => {
  const value = run.run.answers[key];
  return typeof value === 'string' ? value : undefined;
};

export interface PastNames {
  readonly dpmServerName: string | undefined;
  readonly psName: string | undefined;
  readonly userName: string | undefined;
}

/** How the agent of this computer was changed last, as far as runs here recorded it; null: by none of them. */
const lastAgentChange = (
  journal: Journal | null,
): { readonly step: string; readonly at: Date; readonly verified: boolean } | null => {
  const entry = (journal?.entries ?? []).findLast(
    (one) => (one.event === 'started' || one.event === 'verified') && changesAgent(one.step),
  );
  if (entry === undefined || !('step' in entry)) return null;
  return {
    step: entry.step,
    at: new Date(entry.at),
    verified: entry.event === 'verified' && entry.state === 'verified',
  };
};

/** The agent was uninstalled after this time, or may have been: what configured it before is over. */
const wasRemovedSince = (journal: Journal | null, at: Date): boolean => {
  const last = new Map<string, JournalEntry>();
  for (const entry of journal?.entries ?? []) {
    if (entry.event !== 'started' && entry.event !== 'verified' && entry.event !== 'probed') continue;
    const { step } = entry;
    if (!step.startsWith(uninstallPrefix) && step !== deleteAgentFolderId) continue;
    if (new Date(entry.at) > at) last.set(step, entry);
  }
  return [...last.values()].some(
    (entry) =>
      entry.event === 'started' ||
      (entry.event === 'verified' && entry.state === 'verified') ||
      (entry.event === 'probed' && entry.state === 'done'),
  );
};

/** Did this run configure the agent that is here now? False where the agent was uninstalled since. */
export const isOfThisAgent = (journal: Journal | null, { run }: PastRun): boolean =>
  !wasRemovedSince(journal, new Date(run.at));

/**
 * The names of the last NTLM run that came to its end here: the form that must be used again. Null where the agent was
 * configured by certificate or uninstalled since.
 */
export const lastNtlmNames = (context: CommandContext, machine: Machine): PastNames | null => {
  const journal = existingJournal(context, machine);
  const run = journal?.runs.findLast((past) => past.run.procedure === 'ntlm' && succeeded(past));
  if (!run) return null;
  const change = lastAgentChange(journal);
  const isByCertificateNow =
    change !== null && change.at > new Date(run.run.at) && change.step === setDpmServerCertificateId;
  if (isByCertificateNow || !isOfThisAgent(journal, run)) return null;
  return {
    dpmServerName: textAnswer(run, 'dpmServerName'),
    psName: textAnswer(run, 'psName'),
    userName: textAnswer(run, 'userName'),
  };
};

/** The last update of the password here that came to its end: when, and which names it had; null: none, or void since. */
export const lastPasswordUpdate = (
  context: CommandContext,
  machine: Machine,
): { readonly at: Date; readonly dpmServerName: string | undefined } | null => {
  const journal = existingJournal(context, machine);
  const run = journal?.runs.findLast((past) => past.run.procedure === 'update-password' && succeeded(past));
  const finished = run?.finished ?? null;
  if (run === undefined || finished === null) return null;
  const change = lastAgentChange(journal);
  if (change !== null && change.at > finished.at) return null;
  return { at: finished.at, dpmServerName: textAnswer(run, 'dpmServerName') };
};

export interface PasswordSetHere {
  readonly at: Date;
  /** Windows itself said so. Else it is when the tool ran. */
  readonly isExact: boolean;
}

/**
 * When a run here last set the password of the account for NTLM, or may have: an interrupted tool may have done its
 * work. Null: no run did, as far as the journal knows.
 */
export const passwordSetHere = (journal: Journal | null): PasswordSetHere | null => {
  const entry = (journal?.entries ?? []).findLast(
    ({ event, ...one }) =>
      (event === 'started' || event === 'ended' || event === 'verified') &&
      'step' in one &&
      (one.step === setDpmServerNtlmId || isPasswordStep(one.step)),
  );
  if (entry === undefined) return null;
  const seen = 'facts' in entry ? entry.facts.passwordSet : undefined;
  return typeof seen === 'string'
    ? { at: new Date(seen), isExact: true }
    : { at: new Date(entry.at), isExact: false };
};

/** What this computer was last called when it was configured for a DPM server: its handover file has that name. */
export const lastPsName = (context: CommandContext, machine: Machine): string | undefined => {
  const run = existingJournal(context, machine)?.runs.findLast(
    (past) => ['ntlm', 'certificate'].includes(past.run.procedure) && succeeded(past),
  );
  return run && textAnswer(run, 'psName');
};

/** The last run, if it did not come to its end: what `resume` continues. */
export const unfinishedRun = (journal: Journal | null): PastRun | null => {
  const last = journal?.runs.at(-1);
  return last && !succeeded(last) ? last : null;
};

/** Steps after which an agent is not what it was before. */
const changesAgent = (step: string): boolean =>
  [installAgentId, setDpmServerNtlmId, setDpmServerCertificateId, deleteAgentFolderId].includes(step) ||
  step.startsWith(uninstallPrefix);

/**
 * The step without what was recorded of it before something else changed the agent here: another form of SetDpmServer, an
 * installation. `installs`: this very plan installs the agent, so everything before it is void.
 */
export const sinceAgentChanged =
  (journal: Journal | null, installs: boolean) =>
  (step: Step): Step => {
    if (installs) return since(new Date(), step);
    const line = recordedLine(step, {});
    const other = (journal?.entries ?? []).findLast(
      (entry) =>
        (entry.event === 'started' || entry.event === 'verified') &&
        changesAgent(entry.step) &&
        !(entry.step === step.id && entry.line === line),
    );
    return other === undefined ? step : since(new Date(other.at), step);
  };

/** The thumbprint that this computer was last configured with by dpm-prep, if it was. */
export const configuredThumbprint = (context: CommandContext, machine: Machine): string | undefined => {
  const journal = existingJournal(context, machine);
  const run = journal?.runs.findLast(
    (past) =>
      isOfThisAgent(journal, past) &&
      ['certificate', 'set-credentials'].includes(past.run.procedure) &&
      succeeded(past) &&
      textAnswer(past, 'thumbprint') !== undefined,
  );
  return run && textAnswer(run, 'thumbprint');
};
