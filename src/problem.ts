import { cleanText } from './clean.js';
import { exitCode, type ExitCode } from './exit-code.js';

/** What the user reads: one sentence for what is wrong and where, one for what would be right. */
export interface ProblemText {
  /** What is wrong, and where: names the flag, file, line or machine. A whole sentence. */
  readonly what: string;
  /** What would be right, or what to do now: whole sentences, most useful first. */
  readonly fix?: readonly string[];
  /** DPM error ids that this is about, if any. */
  readonly dpmErrors?: readonly number[];
}

const mostShown = 20_000;

/** Names from files and command lines are in these sentences, and may hold what a terminal acts on. */
const harmless = (text: string): string =>
  text
    .split('\n')
    .map((line) => cleanText(line, mostShown))
    .join('\n');

/**
 * Everything that ends a run for a reason that is not a bug. The class of failure is its exit code; whatever is
 * thrown and is not a Problem is a bug of dpm-prep (exit code 1).
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly exitCode: ExitCode;
  readonly fix: readonly string[];
  readonly dpmErrors: readonly number[];

  constructor(code: ExitCode, text: ProblemText, options?: ErrorOptions) {
    super(harmless(text.what), options);
    this.exitCode = code;
    this.fix = (text.fix ?? []).map(harmless);
    this.dpmErrors = text.dpmErrors ?? [];
  }
}

/** The user gave something that cannot be (exit 2). */
export const usageProblem = (what: string, ...fix: readonly string[]): Problem =>
  new Problem(exitCode.usage, { what, fix });

/** Something on the computer prevents the run; nothing was changed (exit 3). */
export const checkProblem = (what: string, ...fix: readonly string[]): Problem =>
  new Problem(exitCode.checkFailed, { what, fix });

/** A program or script that we started failed (exit 4). */
export const toolProblem = (what: string, ...fix: readonly string[]): Problem =>
  new Problem(exitCode.toolFailed, { what, fix });

/** The user stopped it (exit 130). */
export const cancelled = (what = 'Cancelled.', ...fix: readonly string[]): Problem =>
  new Problem(exitCode.cancelled, { what, fix });
