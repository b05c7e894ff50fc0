import { setTimeout as sleep } from 'node:timers/promises';
import { exitCode } from '../exit-code.js';
import { asksForPassword, documentedLine, type Command, type PersonCommand } from '../machine/command.js';
import { endedWell } from '../machine/ended-well.js';
import type { KeptResults } from '../machine/keeper/results.js';
import type { CommandResult, Machine } from '../machine/machine.js';
import { durationText } from '../dpm/duration.js';
import { cancelled, Problem, toolProblem } from '../problem.js';
import type { Plan } from '../procedures/plan.js';
import type { Secret } from '../secret.js';
import {
  recordedLine,
  type EarlierFacts,
  type Facts,
  type Probe,
  type Step,
  type StepMemory,
  type Verification,
} from '../steps/step.js';
import { journaledLines, settleEarlier, settleUnplanned } from './earlier.js';
import type { Journal } from './journal.js';
import type { RunListener } from './listener.js';
import { retypeAfter, type Retype } from './retype.js';
import { notReached, type Failure, type StepReport } from './step-report.js';
import { judge } from './verdict.js';

export interface RunResult {
  readonly steps: readonly StepReport[];
  readonly changed: boolean;
  readonly restartRequired: boolean;
  /** The failure that ended it, or null. */
  readonly failure: Failure | null;
  readonly facts: EarlierFacts;
}

export interface RunOptions {
  readonly plan: Plan;
  readonly machine: Machine;
  readonly journal: Journal;
  /** Where it is written down how tools ended, also those of an interrupted run. */
  readonly kept: KeptResults;
  readonly listener: RunListener;
  readonly attended: boolean;
  /** What the tool of this step is given when it asks; null: nothing, so a person must be there. */
  readonly passwordFor: (step: Step) => Secret | null;
  readonly silenceMs: number;
  /** How long an installer is waited for; null: without a limit. Milliseconds. */
  readonly timeoutMs: number | null;
  /** Asks what only a person can see; null: nobody is there. */
  readonly askPerson: ((question: string) => Promise<boolean>) | null;
  readonly signal: AbortSignal;
}

/** A tool that itself complains has seldom done its work: its patience is not waited out, for each of many computers. */
const patienceAfterComplaintMs = 5_000;

const patienceOf = (step: Step, { settlesWithinMs }: Machine): number =>
  Math.min(step.patienceMs ?? 0, settlesWithinMs ?? Number.POSITIVE_INFINITY);

const patienceFor = (step: Step, machine: Machine, result: CommandResult): number => {
  const patience = patienceOf(step, machine);
  return endedWell(result) ? patience : Math.min(patience, patienceAfterComplaintMs);
};

const verifyPatiently = async (
  patienceMs: number,
  ask: () => Promise<Verification>,
  { signal, onWait }: { readonly signal: AbortSignal; readonly onWait: (elapsedMs: number) => void },
): Promise<Verification> => {
  const begun = Date.now();
  const until = begun + patienceMs;
  const beat = setInterval(() => {
    onWait(Date.now() - begun);
  }, 1_000);
  let wait = 250;
  try {
    for (;;) {
      const verification = await ask();
      // Harm does not go away by waiting.
      const final =
        verification.state !== 'not-verified' ||
        (verification.harm === true && verification.mayStillAppear !== true);
      const left = until - Date.now();
      if (final || left <= 0) return verification;
      await sleep(Math.min(wait, left), undefined, { signal });
      wait = Math.min(wait * 2, 5_000);
    }
  } finally {
    clearInterval(beat);
  }
};

/** What a tool did that ended when nobody looked may appear as late as what it does while we wait for it. */
const probePatiently = async (
  patienceMs: number,
  ask: () => Promise<Probe>,
  signal: AbortSignal,
): Promise<Probe> => {
  const until = Date.now() + patienceMs;
  let wait = 250;
  for (;;) {
    const probe = await ask();
    const left = until - Date.now();
    if (probe.state !== 'not-done' || left <= 0) return probe;
    await sleep(Math.min(wait, left), undefined, { signal });
    wait = Math.min(wait * 2, 5_000);
  }
};

/** A person's part: nothing is started, and the answer is the result. */
const askedPerson = async (
  { question }: PersonCommand,
  askPerson: RunOptions['askPerson'],
): Promise<CommandResult> => {
  const begun = performance.now();
  const answer = askPerson === null ? null : (await askPerson(question)) ? 'yes' : 'no';
  return {
    exitCode: null,
    ending: 'ended',
    output: [],
    error: null,
    restartRequired: false,
    elapsedMs: performance.now() - begun,
    result: answer,
  };
};

/** A person answers the tool's own prompts: the tool has the console, and nobody else sees what it prints. */
const hasConsole = (step: Step, command: Command, { attended, passwordFor }: RunOptions): boolean =>
  attended && asksForPassword(command) && passwordFor(step) === null;

const performStep = async (
  step: Step,
  command: Command,
  of: { readonly step: string; readonly line: string },
  options: RunOptions,
): Promise<CommandResult> => {
  if (command.kind === 'person') return askedPerson(command, options.askPerson);
  const { listener, journal } = options;
  const password = options.passwordFor(step);
  const attended = options.attended && password === null;
  const ownPrompt = hasConsole(step, command, options);
  const limitMs = command.kind === 'program' && command.long === true ? null : options.silenceMs;
  const begun = Date.now();
  const word = ownPrompt
    ? setInterval(() => {
        listener.atOwnPrompt(step, Date.now() - begun);
      }, 1_000)
    : undefined;
  const performed = options.machine.perform(command, {
    attended,
    ...(password === null ? {} : { password }),
    silenceMs: options.silenceMs,
    keepAt: options.kept.place(of),
    onLine: (text) => {
      listener.line(step, text);
    },
    onHeartbeat: (elapsed) => {
      // A person types at the tool's own prompt: our own output must not write over it.
      if (!ownPrompt) listener.heartbeat(step, elapsed, limitMs);
    },
    onStarted: (processId) => {
      journal.append({ event: 'process', ...of, processId });
    },
    signal: options.signal,
  });
  try {
    return await performed;
  } finally {
    clearInterval(word);
  }
};

/** Waits for an installer no longer than the person wants. It is never ended: half an installation is worse than none. */
const withinTimeout = async <T>(
  command: Command,
  { timeoutMs, signal }: RunOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  if (timeoutMs === null || command.kind !== 'program' || command.long !== true) return work(signal);
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
  }, timeoutMs);
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (!late.signal.aborted || signal.aborted) throw error;
    throw toolProblem(
      `${command.tool} did not end within ${durationText(timeoutMs)} (--timeout). It is still running: dpm-prep never stops an installer.`,
      `Wait until ${command.tool} has ended (Task Manager shows it). The next run continues from there.`,
    );
  } finally {
    clearTimeout(timer);
  }
};

const runStep = async (
  step: Step,
  earlier: EarlierFacts,
  options: RunOptions,
  memory: StepMemory | undefined,
): Promise<{
  readonly report: StepReport;
  readonly facts: Facts;
  readonly failure: Failure | null;
  /** What the next step need not ask again. */
  readonly memory?: StepMemory | undefined;
  readonly retype?: Retype;
}> => {
  const { machine, journal, listener, signal } = options;
  const command = step.command(earlier);
  const line = documentedLine(command);
  const of = { step: step.id, line: recordedLine(step, earlier) };
  const blank = notReached(step, earlier);

  const earlierResult = await withinTimeout(command, options, async (limited) =>
    settleEarlier(step, command, of, { ...options, signal: limited }),
  );
  const probe = await probePatiently(
    earlierResult !== null && endedWell(earlierResult) ? patienceOf(step, machine) : 0,
    () => step.probe(machine, journal.recordOf(of.step, of.line), earlier, memory),
    signal,
  );
  journal.append({
    event: 'probed',
    ...of,
    state: probe.state,
    found: probe.found,
    facts: probe.facts ?? {},
  });
  const found = { state: probe.state, text: probe.found };
  if (probe.state === 'done') {
    listener.alreadyDone(step, probe);
    return {
      report: { ...blank, state: 'already-done', found },
      facts: probe.facts ?? {},
      failure: null,
      memory: probe.memory,
    };
  }

  signal.throwIfAborted();
  const started = new Date();
  journal.append({ event: 'started', ...of });
  listener.started(step, line);
  if (options.attended && step.password !== undefined && options.passwordFor(step) === null)
    listener.password(step, step.password);
  if (command.kind === 'program' && command.long === true) listener.installer(step, options.timeoutMs);
  const result = await withinTimeout(command, options, async (limited) =>
    performStep(step, command, of, { ...options, signal: limited }),
  );
  journal.append({
    event: 'ended',
    ...of,
    ending: result.ending,
    exitCode: result.exitCode,
    endedWell: endedWell(result),
    output: result.output.slice(-journaledLines),
  });
  options.kept.clearStep(of);

  const patienceMs = patienceFor(step, machine, result);
  const verification =
    result.ending === 'refused'
      ? ({ state: 'not-verified', found: 'The tool was not started.' } satisfies Verification)
      : await verifyPatiently(
          patienceMs,
          () => step.verify(machine, { before: probe, result, earlier, started }),
          {
            signal,
            onWait: (elapsedMs) => {
              listener.verifying(step, elapsedMs, patienceMs);
            },
          },
        );
  journal.append({
    event: 'verified',
    ...of,
    state: verification.state,
    found: verification.found,
    facts: verification.facts ?? {},
  });
  // Ctrl-C also ends the questions of a verification, which then could not be answered.
  if (verification.state !== 'verified' && verification.harm !== true) signal.throwIfAborted();
  const onConsole = hasConsole(step, command, options);
  const judgement = judge(command, result, verification, { onConsole });
  if (judgement.failure) listener.failed(step, judgement.failure.what);
  else listener.verified(step, verification);
  return {
    report: {
      ...blank,
      state: judgement.state,
      changed: result.ending !== 'refused' && command.kind !== 'person' && step.onlyReads !== true,
      found,
      did: {
        ending: result.ending,
        exitCode: result.exitCode,
        elapsedMs: Math.round(result.elapsedMs),
        output: result.output,
        error: result.error,
      },
      verified: { state: verification.state, text: verification.found },
      restartRequired: result.restartRequired,
      fix: judgement.failure?.fix ?? [],
    },
    facts: { ...probe.facts, ...verification.facts },
    failure: judgement.failure,
    memory: verification.memory,
    ...(onConsole ? { retype: retypeAfter(result, verification) } : {}),
  };
};

/** Ctrl-C: what is done stays done; the tool that is running is not ended with us. */
const interrupted = (error: unknown, signal: AbortSignal): Problem | null => {
  if (error instanceof Problem) return error;
  if (!signal.aborted) return null;
  return cancelled();
};

const attempt = async (
  step: Step,
  facts: EarlierFacts,
  options: RunOptions,
  memory: StepMemory | undefined,
): Promise<Awaited<ReturnType<typeof runStep>>> => {
  const startedAt = (): number | undefined =>
    options.journal.recordOf(step.id, recordedLine(step, facts)).started?.getTime();
  const before = startedAt();
  try {
    return await runStep(step, facts, options, memory);
  } catch (error) {
    const problem = interrupted(error, options.signal);
    if (!problem) throw error;
    // Ctrl-C is not a fault of the step. The report mentions it.
    if (problem.exitCode !== exitCode.cancelled) options.listener.failed(step, problem.message);
    const touched = step.onlyReads !== true && startedAt() !== before;
    return {
      report: { ...notReached(step, facts), state: touched ? 'failed' : 'not-reached', changed: touched },
      facts: {},
      failure: {
        code: problem.exitCode,
        what: problem.message,
        fix: problem.fix,
        dpmErrors: problem.dpmErrors,
        final: problem.exitCode === exitCode.cancelled || problem.exitCode === exitCode.notVerified,
        harm: problem.exitCode === exitCode.notVerified,
      },
    };
  }
};

/** The question after a failure at the tool's own prompt; null: typing the password again does not help. */
const retypeQuestion = (tool: string, retype: Retype | undefined): string | null => {
  if (retype === 'helps') return 'The password was refused, or the two passwords differ. Run the step again?';
  if (retype === 'unseen')
    return `Only you saw what ${tool} said. If it refused the password, or the two passwords differed, answer y. After any other message answer n, and fix the problem first. Run the step again?`;
  return null;
};

/**
 * A person who mistyped a password at the tool's own prompt may try again at once. The step begins from its probe, so
 * nothing is done twice.
 */
const attemptAgain: typeof attempt = async (step, facts, options, memory) => {
  for (;;) {
    const outcome = await attempt(step, facts, options, memory);
    const { failure } = outcome;
    const command = step.command(facts);
    const ended = outcome.report.state === 'failed' || outcome.report.state === 'not-verified';
    if (!hasConsole(step, command, options) || !ended || failure === null || failure.final) return outcome;
    const question = retypeQuestion('tool' in command ? command.tool : step.title, outcome.retype);
    if (question === null || options.askPerson === null) return outcome;
    if (!(await options.askPerson(question))) return outcome;
  }
};

/**
 * Exit 3 and the sentence "Nothing was changed." are about the whole run. A step that refuses knows only that it changed
 * nothing itself.
 */
const ofWholeRun = (failure: Failure | null, changed: boolean): Failure | null =>
  failure === null || !changed
    ? failure
    : {
        ...failure,
        code: failure.code === exitCode.checkFailed ? exitCode.toolFailed : failure.code,
        what: failure.what.replace(/\s*Nothing was changed\./g, ''),
      };

/** One failure for a run of many computers: which ones, and why the first. */
const summedUp = (failures: ReadonlyMap<string, Failure>, groups: number): Failure | null => {
  const [first] = failures.values();
  if (!first) return null;
  // A step that all computers need is not a failure of one of them.
  if (groups < 2 || failures.has('')) return first;
  const names = [...failures.keys()];
  return {
    ...first,
    what: `${String(names.length)} of ${String(groups)} computers failed: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}. The first: ${first.what}`,
  };
};

/**
 * Runs the steps in their order. Whatever ends it, the journal says what was done, and completed steps stay in place. In a
 * plan for many computers a failure skips the rest of its computer; the others continue.
 */
export const runPlan = async (options: RunOptions): Promise<RunResult> => {
  const reports: StepReport[] = [];
  const facts: Record<string, Facts> = {};
  const failures = new Map<string, Failure>();
  const { steps } = options.plan;
  const groups = new Set(steps.flatMap(({ group }) => group ?? []));
  await settleUnplanned(steps, options);
  let final = false;
  let memory: StepMemory | undefined;
  for (const [index, step] of steps.entries()) {
    const group = step.group ?? '';
    // What belongs to no computer is needed by all of them.
    if (final || failures.has(group) || failures.has('')) {
      reports.push(notReached(step, facts));
      continue;
    }
    options.listener.step(step, index + 1, steps.length);
    const outcome = await attemptAgain(step, facts, options, memory);
    memory = outcome.memory;
    facts[step.id] = outcome.facts;
    reports.push(outcome.report);
    if (!outcome.failure) continue;
    failures.set(group, outcome.failure);
    final = outcome.failure.final;
  }
  // Of a step that no run has open.
  options.kept.clear(({ step, line }) => {
    const { started, ended } = options.journal.recordOf(step, line);
    return started !== null && ended === null;
  });
  // What a killed run copied for a tool stays where a later run finds that step done.
  options.machine.clearCopies?.(options.kept.folder);
  const changed = reports.some((report) => report.changed);
  const failure = [...failures.values()].find(({ final: ends }) => ends) ?? summedUp(failures, groups.size);
  return {
    steps: reports,
    changed,
    restartRequired: reports.some((report) => report.restartRequired),
    failure: ofWholeRun(failure, changed),
    facts,
  };
};
