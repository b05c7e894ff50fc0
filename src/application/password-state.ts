import { changeInLine, sameChange, type PasswordChange } from '../dpm/password-change.js';
import type { Journal, JournalEntry } from '../run/journal.js';
import { attachStepPrefix } from '../steps/attach-record.js';
import { setDpmServerCertificateId } from '../steps/set-dpm-server-certificate.js';
import { setDpmServerNtlmId } from '../steps/set-dpm-server-ntlm.js';
import { since } from '../steps/since.js';
import type { Step } from '../steps/step.js';
import { uninstallPrefix } from '../steps/uninstall-agent.js';
import {
  holdsPassword,
  isPasswordStep,
  notedState,
  refreshPrefix,
  serverStatePrefix,
  toldPrefix,
} from '../steps/update-password.js';

/**
 * How far a change of the password has come. `unchanged`: both computers have the password of before. `computer-only`: it
 * is set on the protected computer. `server-told`: the DPM server was given it too. `verified`: the DPM server then
 * reached the agent.
 */
type PasswordStateName = 'unchanged' | 'computer-only' | 'server-told' | 'verified';

export interface PasswordState {
  readonly state: PasswordStateName;
  /** Null: none, or a change without --generation. */
  readonly change: PasswordChange | null;
  /** When the state began; null: not known. */
  readonly at: Date | null;
}

export const unchanged: PasswordState = { state: 'unchanged', change: null, at: null };

type StepEntry = Extract<JournalEntry, { step: string }>;

const stepEntries = (journal: Journal | null): readonly StepEntry[] =>
  (journal?.entries ?? []).filter((entry): entry is StepEntry => 'step' in entry);

const configures = ({ step }: StepEntry): boolean =>
  step === setDpmServerNtlmId || step === setDpmServerCertificateId || step.startsWith(uninstallPrefix);

/** Returned to the old password on both computers is as if nothing had been changed. */
const settled = (change: PasswordChange | null): PasswordStateName =>
  change?.back === true ? 'unchanged' : 'verified';

const passwordSetIn = (entry: StepEntry): Date | null => {
  if (entry.event === 'started') return null;
  const text = 'facts' in entry ? entry.facts.passwordSet : undefined;
  return typeof text === 'string' ? new Date(text) : null;
};

/**
 * How far the last change has come, as this protected computer knows it. `passwordSet`: when the password of the account
 * was set, by Windows. A change that was begun and did not set the password does not count.
 */
export const computerPassword = (journal: Journal | null, passwordSet: Date): PasswordState => {
  const entries = stepEntries(journal);
  const own = entries.slice(entries.findLastIndex(configures) + 1);
  const index = own.findLastIndex(
    (entry) =>
      isPasswordStep(entry.step) &&
      ((entry.event === 'started' &&
        holdsPassword(passwordSet, { from: new Date(entry.since ?? entry.at) })) ||
        ((entry.event === 'verified' || entry.event === 'probed') && passwordSetIn(entry) !== null)),
  );
  const last = own[index];
  if (last === undefined) return unchanged;
  const change = changeInLine(last.line);
  const noted = own
    .slice(index)
    .findLast(
      (entry) =>
        entry.event === 'probed' &&
        entry.step.startsWith(serverStatePrefix) &&
        sameChange(changeInLine(entry.line), change),
    );
  const state = noted === undefined ? null : notedState(noted.line);
  return {
    state: state === null ? 'computer-only' : state === 'verified' ? settled(change) : state,
    change,
    at: passwordSetIn(last) ?? passwordSet,
  };
};

export interface ToldPassword extends PasswordState {
  /** Refreshes that failed since the DPM server was given the password. */
  readonly failedRefreshes: number;
}

/** How far the last change of each computer has come, as this DPM server knows it, by its name in lower case. */
export const serverPasswords = (journal: Journal | null): ReadonlyMap<string, ToldPassword> => {
  const states = new Map<string, ToldPassword>();
  for (const entry of stepEntries(journal)) {
    if (entry.event !== 'started' && entry.event !== 'verified') continue;
    const { step, line, event } = entry;
    const name = step.slice(step.indexOf(':') + 1).toLowerCase();
    const verified = event === 'verified' && entry.state === 'verified';
    const before = states.get(name);
    const at = new Date(entry.at);
    if (step.startsWith(attachStepPrefix) && verified) states.delete(name);
    if (step.startsWith(toldPrefix)) {
      const change = changeInLine(line);
      // The script may have done its work before an interruption or an error.
      states.set(name, {
        state: 'server-told',
        change,
        at,
        failedRefreshes:
          before !== undefined && sameChange(before.change, change) ? before.failedRefreshes : 0,
      });
    }
    if (step.startsWith(refreshPrefix) && event === 'verified' && before !== undefined) {
      if (verified) states.set(name, { ...before, state: settled(before.change), failedRefreshes: 0 });
      else if (before.state === 'server-told')
        states.set(name, { ...before, failedRefreshes: before.failedRefreshes + 1 });
    }
  }
  return states;
};

/** The step without what was recorded of it before another change, or before the agent was configured. */
export const sinceOtherChange =
  (journal: Journal | null) =>
  (step: Step): Step => {
    const other = stepEntries(journal).findLast(
      (entry) =>
        (entry.event === 'started' || entry.event === 'verified') &&
        (configures(entry) || (isPasswordStep(entry.step) && entry.step !== step.id)),
    );
    return other === undefined ? step : since(new Date(other.at), step);
  };
