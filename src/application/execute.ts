import '../short-lived.js';
import { gather } from '../answers/gather.js';
import { pickAnswers, runParameters, type AnswersOf, type ParameterKey } from '../answers/parameters.js';
import type { Prompter } from '../answers/prompter.js';
import { cleanText } from '../clean.js';
import { exitCode, type ExitCode } from '../exit-code.js';
import type { Activity } from '../machine/interruptible.js';
import { cancelled, Problem } from '../problem.js';
import { report, type Report } from '../run/report.js';
import { redact } from '../secret.js';
import { reportDocument } from '../show/document.js';
import { printReport } from '../show/report-text.js';
import { Screen } from '../show/screen.js';
import { endNow, isTerminal } from '../show/streams.js';
import { placingOf, type CommandModule, type Subcommand } from './command.js';
import { sourceLines } from './source-lines.js';
import { placedReport, placedText, sameAgain, type Whereabouts } from './where-the-reader-stands.js';

export interface Execution {
  readonly spec: Subcommand;
  readonly commands: readonly Subcommand[];
  readonly positional: readonly string[];
  readonly flags: Readonly<Partial<Record<ParameterKey, unknown>>>;
  readonly version: string;
}

const present = (
  screen: Screen,
  result: Report,
  version: string,
  ran: { readonly module: CommandModule; readonly answers: AnswersOf<ParameterKey> } | null = null,
): void => {
  if (screen.json) {
    screen.print(JSON.stringify(reportDocument(result, version), null, 2));
  } else if (ran?.module.print && result.data !== null) {
    ran.module.print(result, screen, ran.answers, version);
  } else {
    printReport(result, screen, []);
  }
};

const fromProblem = (command: string, problem: Problem): Report =>
  report({
    command,
    exitCode: problem.exitCode,
    problem: { what: problem.message, fix: problem.fix, dpmErrors: problem.dpmErrors },
  });

const fromBug = (command: string, error: unknown, verbose: boolean): Report => {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack =
    verbose && error instanceof Error ? sourceLines((error.stack ?? '').split('\n').slice(1, 12)) : [];
  return report({
    command,
    exitCode: exitCode.bug,
    problem: {
      what: `This is a bug in dpm-prep: ${cleanText(redact(what))}`,
      fix: [
        ...stack.map((line) => line.trim()),
        ...(verbose ? [] : ['Run it again with --verbose, and report what it shows.']),
        'If a run had started, "dpm-prep status" shows what it completed.',
      ],
      dpmErrors: [],
    },
  });
};

/** The end at a second Ctrl-C: it waits for nothing, so it names the tools that continue without us. */
const endedAtOnce = (command: string, { running, began }: Activity): Report => {
  const tools = [...running].map(({ name, processId }) => `${name} (process ${String(processId)})`);
  return report({
    command,
    exitCode: exitCode.cancelled,
    changed: began,
    problem: {
      what:
        tools.length === 0
          ? 'Cancelled. No tool that dpm-prep started is still running.'
          : `Cancelled. Still running: ${tools.join(', ')}.`,
      fix: began ? ['To see what it completed, run: dpm-prep status'] : [],
      dpmErrors: [],
    },
  });
};

/** What ended a run, as a report. After Ctrl-C whatever was waited for fails, each in its own words. */
const reportOf = (error: unknown, command: string, verbose: boolean, signal: AbortSignal): Report => {
  if (error instanceof Problem) return fromProblem(command, error);
  return signal.aborted ? fromProblem(command, cancelled()) : fromBug(command, error, verbose);
};

const truthy = (text: string | undefined): boolean =>
  text !== undefined && text !== '' && text !== '0' && text.toLowerCase() !== 'false';

/** Runs one command: answers → run → report → screen. Returns the exit code. */
export const execute = async ({
  spec,
  commands,
  positional,
  flags,
  version,
}: Execution): Promise<ExitCode> => {
  const { env: environment, platform } = process;
  const screenOptions = { environment, platform };
  let screen = new Screen({
    ...screenOptions,
    colorWanted: flags.color !== false,
    json: flags.json === true || truthy(environment.DPM_PREP_JSON),
    verbose: flags.verbose === true,
  });
  const stop = new AbortController();
  const activity: Activity = { running: new Set(), began: false };
  const onSignal = (): void => {
    if (!stop.signal.aborted) {
      stop.abort();
      return;
    }
    present(
      screen,
      placedReport(endedAtOnce(spec.name, activity), placingOf({ whereabouts, commands })),
      version,
    );
    endNow(exitCode.cancelled);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  let ran: { readonly module: CommandModule; readonly answers: AnswersOf<ParameterKey> } | null = null;
  const whereabouts: Whereabouts = { practice: null, again: sameAgain(spec.name, positional, {}) };
  const here = (text: string): string => placedText(text, placingOf({ whereabouts, commands }));
  let result: Report;
  let verbose = flags.verbose === true;
  try {
    const gathered = await gather({ flags, environment });
    const answers = pickAnswers<ParameterKey>(gathered, [...spec.parameters, ...runParameters]);
    verbose = answers.verbose === true;
    screen = new Screen({
      ...screenOptions,
      colorWanted: answers.color !== false,
      json: answers.json === true,
      verbose,
    });
    screen.place = here;
    whereabouts.again = sameAgain(spec.name, positional, answers);
    let prompter: Prompter | null = null;
    if (answers.input !== false && !truthy(environment.CI) && isTerminal()) {
      const { terminalPrompter } = await import('../show/prompts.js');
      prompter = terminalPrompter(screen, stop.signal);
    }
    ran = { module: await spec.load(), answers };
    result = await ran.module.run({
      answers,
      spec,
      commands,
      positional,
      environment,
      platform,
      screen,
      prompter,
      resuming: false,
      signal: stop.signal,
      activity,
      version,
      whereabouts,
    });
  } catch (error) {
    result = reportOf(error, spec.name, verbose, stop.signal);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
  try {
    present(screen, placedReport(result, placingOf({ whereabouts, commands })), version, ran);
  } catch (error) {
    result = fromBug(spec.name, error, verbose);
    present(screen, result, version);
  }
  return result.exitCode;
};

/** Shows why a command line was refused before it was read. Returns the exit code. */
export const refuseCommandLine = (
  problem: Problem,
  command: string,
  { json, version }: { readonly json: boolean; readonly version: string },
): ExitCode => {
  const { env: environment, platform } = process;
  const screen = new Screen({ colorWanted: true, json, verbose: false, environment, platform });
  present(screen, fromProblem(command, problem), version);
  return problem.exitCode;
};

/** The JSON document for a command line that commander refused. */
export const printUsageError = (what: string, command: string, version: string): void => {
  const { env: environment, platform } = process;
  const screen = new Screen({ colorWanted: false, json: true, verbose: false, environment, platform });
  const problem = { what: cleanText(what), fix: [], dpmErrors: [] };
  present(screen, report({ command, exitCode: exitCode.usage, problem }), version);
};
