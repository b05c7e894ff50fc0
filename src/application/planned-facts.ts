import type { Answers } from '../answers/parameters.js';
import { sameName } from '../dpm/names.js';
import type { Method } from '../dpm/scenarios.js';
import { noFacts, type PreflightFacts } from '../preflight/index.js';
import type { ProcedureName } from '../procedures/plan.js';
import type { Journal, JournalEntry } from '../run/journal.js';
import { attachStepPrefix } from '../steps/attach-record.js';
import { setDpmServerNtlmId } from '../steps/set-dpm-server-ntlm.js';
import { isOfThisAgent } from './past-runs.js';
import type { Side } from '../steps/step.js';

type StepEntry = Extract<JournalEntry, { step: string }>;

/** The steps that make or use the account: SetDpmServer on the protected computer, the attach on the DPM server. */
const usesAccount = (step: string, side: Side): boolean =>
  side === 'protected-computer' ? step === setDpmServerNtlmId : step.startsWith(attachStepPrefix);

/**
 * Did a run of dpm-prep make this account? Its step was verified, or it was interrupted before anyone asked the computer: then
 * the account may be there, and the step continues from it. What a tool that failed left is in the way of the next run
 * (ID 32693), and must be deleted by hand.
 */
const madeByUs = (journal: Journal, side: Side, userName: string): boolean =>
  journal.runs.some((past) => {
    const { run } = past;
    // An uninstallation leaves the account, and the next SetDpmServer wants to create it.
    if (!isOfThisAgent(journal, past)) return false;
    if (run.procedure !== 'ntlm' || typeof run.answers.userName !== 'string') return false;
    if (!sameName(run.answers.userName, userName)) return false;
    const steps = journal
      .entriesOf(run.run)
      .filter((entry): entry is StepEntry => 'step' in entry && usesAccount(entry.step, side));
    const showed = (event: 'probed' | 'verified', state: string): boolean =>
      steps.some((entry) => entry.event === event && entry.state === state);
    if (showed('probed', 'done') || showed('verified', 'verified')) return true;
    return steps.some(({ event }) => event === 'started') && !steps.some(({ event }) => event === 'verified');
  });

/** The accounts that verified attaches used on this DPM server, by computer. */
const usedAccounts = (journal: Journal): PreflightFacts['accountsInUse'] =>
  journal.entries.flatMap((entry) =>
    entry.event === 'verified' &&
    entry.state === 'verified' &&
    typeof entry.facts.userName === 'string' &&
    typeof entry.facts.psName === 'string'
      ? [{ userName: entry.facts.userName, psName: entry.facts.psName }]
      : [],
  );

/** The method that a procedure is about; null: not decided. */
export const plannedMethod = (
  procedure: ProcedureName | null,
  answers: Pick<Answers, 'auth'>,
): Method | null => {
  switch (procedure) {
    case 'ntlm':
    case 'update-password':
      return 'ntlm';
    case 'certificate':
    case 'set-credentials':
    case 'switch-auth':
    case 'import-certificate':
    case 'request-certificate':
      return 'certificate';
    case 'install-agent':
    case 'remove':
    case null:
      return answers.auth ?? null;
  }
};

export type PlannedKey =
  'installer' | 'auth' | 'dpmServerName' | 'psName' | 'userName' | 'productionServerDnsSuffix' | 'workload';

export interface Planned {
  readonly side: Side;
  /** Null: nothing in particular. */
  readonly procedure: ProcedureName | null;
  /** A name that the command does not take is not part of its plan. */
  readonly answers: Pick<Answers, PlannedKey>;
  /** The journal of this computer, if it has one. */
  readonly journal: Journal | null;
}

/** What preflight judges: the plan's names and method, and what the journal knows of earlier runs. Pure. */
export const plannedFacts = ({ side, procedure, answers, journal }: Planned): PreflightFacts => {
  const userName = answers.userName ?? null;
  return {
    ...noFacts(side),
    method: plannedMethod(procedure, answers),
    workloads: answers.workload ?? [],
    procedure,
    dpmServerName: answers.dpmServerName?.text ?? null,
    psName: answers.psName?.text ?? null,
    userName,
    productionServerDnsSuffix: answers.productionServerDnsSuffix ?? null,
    installer: answers.installer ?? null,
    accountIsOurs: userName !== null && journal !== null && madeByUs(journal, side, userName),
    accountsInUse: journal === null || side === 'protected-computer' ? [] : usedAccounts(journal),
  };
};
