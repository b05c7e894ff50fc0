import { writtenAnswers, replayLine } from '../answers/replay.js';
import {
  pickAnswers,
  runParameters,
  type Answers,
  type AnswersOf,
  type ParameterKey,
  type RunKey,
} from '../answers/parameters.js';
import type { Missing } from '../answers/complete.js';
import { passwordIsGiven, type PasswordKey } from '../answers/password.js';
import { documentedLine, asksForPassword } from '../machine/command.js';
import { blocks } from '../checks/run-checks.js';
import type { Finding } from '../checks/check.js';
import { scenarioOf } from '../dpm/scenarios.js';
import { exitCode, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine/machine.js';
import { cancelled, Problem } from '../problem.js';
import { clusterNote, type PreflightFacts } from '../preflight/index.js';
import type { Plan, ProcedureName } from '../procedures/plan.js';
import { KeptResults } from '../machine/keeper/results.js';
import { Journal } from '../run/journal.js';
import { takeLock } from '../run/lock.js';
import { report, type NextAction, type Report } from '../run/report.js';
import { runPlan, type RunResult } from '../run/runner.js';
import { uneasyNotes, type Failure, type StepReport } from '../run/step-report.js';
import { openProtectedStateFolder } from '../run/state-folder.js';
import { progressListener, showFindings, showPlan } from '../show/progress.js';
import type { Secret } from '../secret.js';
import { noRecord, type EarlierFacts, type Step } from '../steps/step.js';
import { checkComputer } from './check-computer.js';
import type { CommandContext } from './command.js';
import { refuseUnknownChecks } from './listed-checks.js';
import { leftOutNotes } from './left-out.js';
import { sameAgain } from './where-the-reader-stands.js';
import { existingJournal, stateFolderOf } from './past-runs.js';
import type { ProcedureKey } from './parameter-groups.js';
import { plannedFacts, plannedMethod, type PlannedKey } from './planned-facts.js';
import { environmentOf, refuseUnsupportedTogether } from './scenario.js';

const defaultSilenceMs = 120_000;

export interface Procedure<K extends ParameterKey = never> {
  readonly plan: Plan;
  /** Null: a dry run on a system without Windows. */
  readonly machine: Machine | null;
  /** All answers that the plan was made of, for the journal and the replay line. */
  readonly answers: AnswersOf<K | ProcedureKey | RunKey>;
  /** What was judged already, such as the certificate; preflight is added. */
  readonly findings: readonly Finding[];
  /** For preflight, where the answers do not say it. */
  readonly about?: Partial<PreflightFacts>;
  /** The password of the account, where the plan's tools ask for one and nobody is to type it; null: it was not given. */
  readonly password?: () => Secret | null;
  /** A password of its own for a step (an inventory names one for each computer). */
  readonly passwordFor?: (step: Step) => Secret | null;
  /** What the other computer must do once this side is done; null if nothing is left. */
  readonly next: (facts: EarlierFacts) => NextAction | null;
  /** What is true once the plan came to its end. */
  readonly notes?: (facts: EarlierFacts) => readonly string[];
}

/** What `runProcedure` itself reads: the names only where the command takes them. */
type Ready = Procedure & { readonly answers: Pick<Answers, PlannedKey | 'timeout'> };

const planWantsPassword = (plan: Plan): boolean =>
  plan.steps.some((step) => asksForPassword(step.command({})));

const isUnattended = ({ answers, prompter }: CommandContext): boolean =>
  prompter === null && answers.dryRun !== true;

/** The consent that a person gives at the prompt: an unattended run must be given it. */
export const unattendedNeeds = (context: CommandContext): readonly Missing[] =>
  isUnattended(context) && context.answers.yes !== true
    ? [{ flag: '--yes', help: 'run the plan without asking' }]
    : [];

/** The password of the account, where a tool of the plan asks for it: an unattended run must be given it. */
export const passwordNeeds = (context: CommandContext<PasswordKey>): readonly Missing[] =>
  isUnattended(context) && !passwordIsGiven(context.answers, context.environment)
    ? [
        {
          flag: '--password-file <file>',
          help: 'the password of the account; or use --password-stdin, or the environment variable DPM_PREP_PASSWORD',
        },
      ]
    : [];

/** All answers of the run that its command declares. */
const answersOf = ({ spec }: CommandContext, { answers }: Procedure): Answers =>
  pickAnswers<ParameterKey>(answers, [...spec.parameters, ...runParameters]);

/** The command line that does the same, with the flags that the command declares. */
const replayOf = (context: CommandContext, procedure: Procedure): string =>
  replayLine(
    [context.spec.name, ...context.positional],
    answersOf(context, procedure),
    planWantsPassword(procedure.plan),
  );

const dryRun = async (context: CommandContext, procedure: Procedure): Promise<Report> => {
  const { plan, machine, answers } = procedure;
  const steps: StepReport[] = [];
  const facts: Record<string, Record<string, unknown>> = {};
  for (const step of plan.steps) {
    const probe = machine ? await step.probe(machine, noRecord, facts) : null;
    if (probe?.facts) facts[step.id] = { ...probe.facts };
    steps.push({
      id: step.id,
      title: step.title,
      side: step.side,
      source: step.source,
      command: documentedLine(step.command(facts)),
      state: probe?.state === 'done' ? 'already-done' : 'planned',
      changed: false,
      found: probe ? { state: probe.state, text: probe.found } : null,
      did: null,
      verified: null,
      restartRequired: false,
      fix: [],
    });
  }
  const blocked = procedure.findings.some((finding) => blocks(finding, answers.strict));
  return report({
    command: context.spec.name,
    rehearsal: machine?.rehearsal ?? false,
    computer: machine?.label ?? null,
    exitCode: blocked ? exitCode.checkFailed : exitCode.done,
    outcome: blocked ? 'check-failed' : 'planned',
    findings: procedure.findings,
    steps,
    notes: plan.notes,
    replay: replayOf(context, procedure),
  });
};

const codeOf = (result: RunResult, next: NextAction | null): ExitCode => {
  if (result.failure) return result.failure.code;
  if (result.restartRequired) return exitCode.restartRequired;
  return next ? exitCode.otherMachineNext : exitCode.done;
};

const resumeHint = ({ failure, changed }: RunResult): readonly string[] => {
  if (failure === null || failure.harm === true) return [];
  // A restart is not a failure: what to do after it says the step.
  if (failure.code === exitCode.restartRequired) return [];
  const wasCancelled = failure.code === exitCode.cancelled;
  if (changed && wasCancelled) return ['To continue, run: dpm-prep resume'];
  if (wasCancelled) return [];
  // The step has named the next command: a second one would compete with it.
  if (failure.fix.some((text) => text.includes('dpm-prep again')))
    return [changed ? 'Completed steps stay in place.' : 'Nothing was changed.'];
  return changed
    ? ['Completed steps stay in place. After you fix the problem, run: dpm-prep resume']
    : ['Nothing was changed. After you fix the problem, run: dpm-prep again'];
};

/** The run's last entry. Where it cannot be written, what was done must still be reported: that is its failure then. */
const recordEnd = (journal: Journal, code: ExitCode, result: RunResult): Failure | null => {
  try {
    journal.append({ event: 'finish', exitCode: code, problem: result.failure?.what ?? null });
    return result.failure;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return (
      result.failure ?? {
        code: result.changed ? exitCode.toolFailed : error.exitCode,
        what: error.message,
        fix: error.fix,
        dpmErrors: [],
        final: true,
      }
    );
  }
};

/** One agent alone does not protect a cluster. A switch has the nodes in its plan. */
const preparesNode: ReadonlySet<ProcedureName> = new Set(['install-agent', 'ntlm', 'certificate']);

/** What Microsoft's page says of a DPM server that another one protects, and what it leaves open. */
const secondaryNotes = (): readonly string[] => {
  const { notes, contradictions } = scenarioOf('secondary-dpm-server');
  return [
    ...notes,
    ...contradictions.map(({ says }) => says),
    'That SetDpmServer works with the agent that DPM brings to a DPM server is not confirmed.',
  ];
};

const withNotes = (procedure: Ready, found: readonly Finding[]): Ready => {
  const { plan } = procedure;
  if (plan.side !== 'protected-computer' || !preparesNode.has(plan.procedure)) return procedure;
  const notes = [
    ...found.flatMap((finding) => clusterNote(finding) ?? []),
    ...(procedure.answers.workload?.includes('secondary-dpm-server') === true ? secondaryNotes() : []),
  ];
  return notes.length === 0
    ? procedure
    : { ...procedure, plan: { ...plan, notes: [...plan.notes, ...notes] } };
};

/** Everything that can be known before anything is changed; then what the caller judged. */
const withPreflight = async (context: CommandContext<'ignore'>, procedure: Ready): Promise<Ready> => {
  const { machine, plan, answers, about, findings } = procedure;
  await refuseUnknownChecks(answers.ignore);
  const { workload } = answers;
  if (workload !== undefined) {
    const environment = await environmentOf(answers, machine, plan.side);
    const cluster = answers.cluster ?? false;
    refuseUnsupportedTogether(workload, { cluster, environment }, plannedMethod(plan.procedure, answers));
  }
  if (machine === null) return procedure;
  const facts = plannedFacts({
    side: plan.side,
    procedure: plan.procedure,
    answers,
    journal: existingJournal(context, machine),
  });
  const found = await checkComputer(context, machine, { ...facts, ...about });
  return withNotes({ ...procedure, findings: [...found, ...findings] }, found);
};

/** The computers that the plan is about, where it says which. */
const computersOf = ({ steps }: Plan): readonly string[] => [
  ...new Set(steps.flatMap(({ group }) => group ?? [])),
];

/** Shows the plan, asks once, runs it with lock and journal, and reports. Every procedure goes this way. */
export function runProcedure<K extends ParameterKey>(
  context: CommandContext<K | ProcedureKey>,
  given: Procedure<K>,
): Promise<Report>;
export async function runProcedure(context: CommandContext<ProcedureKey>, given: Procedure): Promise<Report> {
  const { screen, prompter, spec } = context;
  const checked = await withPreflight(context, given);
  const computers = computersOf(checked.plan);
  const { machine, answers, findings } = checked;
  context.whereabouts.again = sameAgain(spec.name, context.positional, answersOf(context, checked));
  const leftOut =
    machine === null ? [] : leftOutNotes(existingJournal(context, machine), spec.name, computers);
  const procedure =
    leftOut.length === 0
      ? checked
      : { ...checked, plan: { ...checked.plan, notes: [...leftOut, ...checked.plan.notes] } };
  const { plan } = procedure;
  if (answers.dryRun === true || machine === null) return dryRun(context, procedure);

  const about = { command: spec.name, rehearsal: machine.rehearsal, computer: machine.label, findings };
  if (findings.some((finding) => blocks(finding, answers.strict))) {
    return report({ ...about, exitCode: exitCode.checkFailed });
  }
  if (!screen.json) {
    showPlan(screen, plan);
    // Show the failures before the question whether to run it.
    if (prompter) showFindings(screen, findings);
  }
  const password = planWantsPassword(plan) ? (procedure.password?.() ?? null) : null;
  if (prompter && answers.yes !== true && !(await prompter.approve())) {
    throw cancelled('Cancelled; nothing was changed.');
  }

  const folder = await openProtectedStateFolder(machine, stateFolderOf(context, machine), {
    owned: context.answers.stateDir === undefined,
  });
  const lock = takeLock(folder, `dpm-prep ${spec.name}`);
  try {
    const journal = new Journal(folder);
    journal.begin({
      command: spec.name,
      procedure: plan.procedure,
      version: context.version,
      processId: process.pid,
      rehearsal: machine.rehearsal,
      answers: writtenAnswers(answers),
      positional: [...context.positional],
      ...(computers.length > 1 || leftOut.length > 0 ? { computers: [...computers] } : {}),
    });
    const ran = await runPlan({
      plan,
      machine,
      journal,
      kept: new KeptResults(folder),
      listener: progressListener(screen, plan),
      attended: prompter !== null,
      passwordFor: (step) => procedure.passwordFor?.(step) ?? password,
      askPerson: prompter === null ? null : async (question) => prompter.confirm(question, false),
      silenceMs: answers.silenceSeconds === undefined ? defaultSilenceMs : answers.silenceSeconds * 1000,
      timeoutMs: answers.timeout ?? null,
      signal: context.signal,
    });
    const planned = ran.failure ? null : procedure.next(ran.facts);
    const result = { ...ran, failure: recordEnd(journal, codeOf(ran, planned), ran) };
    const next = result.failure ? null : planned;
    const code = codeOf(result, next);
    const unchanged = code === exitCode.done && !result.changed;
    return report({
      ...about,
      exitCode: code,
      ...(unchanged ? { outcome: 'nothing-to-do' } : {}),
      changed: result.changed,
      restartRequired: result.restartRequired || code === exitCode.restartRequired,
      steps: result.steps,
      notes: [
        ...uneasyNotes(result.steps),
        ...plan.notes,
        ...(result.failure ? [] : (procedure.notes?.(result.facts) ?? [])),
      ],
      next,
      replay: result.failure ? null : replayOf(context, procedure),
      problem: result.failure
        ? {
            what: result.failure.what,
            fix: [...result.failure.fix, ...resumeHint(result)],
            dpmErrors: result.failure.dpmErrors,
          }
        : null,
    });
  } finally {
    lock.release();
  }
}
