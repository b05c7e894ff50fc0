import { usageProblem } from '../problem.js';
import type { Check, Finding, Verdict } from './check.js';

export interface RunChecksOptions {
  /** Ids that the user demoted. */
  readonly ignore?: readonly string[];
  /** What is judged, for the finding's `subject`. */
  readonly subject?: string;
  /** A check that takes longer ends as could-not-check, in milliseconds. */
  readonly timeoutMs?: number;
}

/** A check that only looks at what it is given: no waiting, so no time limit. */
export type PureCheck<Subject> = Omit<Check<Subject>, 'run'> & {
  readonly run: (subject: Subject) => Verdict;
};

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const impossible = (error: unknown): Verdict => ({
  status: 'could-not-check',
  found: `The check could not be made: ${describe(error)}`,
});

const none: readonly number[] = [];

// Written out: ten thousand certificates make a quarter of a million of these, and spreading objects is felt.
const findingOf = (
  check: Omit<Check<never>, 'run'>,
  verdict: Verdict,
  options: RunChecksOptions,
): Finding => {
  const finding: { -readonly [Name in keyof Finding]: Finding[Name] } = {
    // An advice never does more than warn, whatever its check says.
    status: check.severity === 'advice' && verdict.status === 'fail' ? 'warn' : verdict.status,
    found: verdict.found,
    id: check.id,
    title: check.title,
    required: check.required,
    source: check.source,
    severity: check.severity,
    prevents: check.prevents ?? none,
    ignored: options.ignore?.includes(check.id) ?? false,
  };
  if (options.subject !== undefined) finding.subject = options.subject;
  if (verdict.fix !== undefined) finding.fix = verdict.fix;
  if (verdict.details !== undefined) finding.details = verdict.details;
  return finding;
};

const runOne = async <S>(check: Check<S>, subject: S, options: RunChecksOptions): Promise<Finding> => {
  const stop = new AbortController();
  const limit = options.timeoutMs ?? 20_000;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Verdict>((resolve) => {
    timer = setTimeout(() => {
      stop.abort();
      resolve({ status: 'could-not-check', found: `No answer within ${String(limit / 1000)} s.` });
    }, limit);
  });
  const ask = async (): Promise<Verdict> => {
    try {
      return await check.run(subject, stop.signal);
    } catch (error) {
      return impossible(error);
    }
  };
  try {
    const verdict = await Promise.race([ask(), late]);
    return findingOf(check, verdict, options);
  } finally {
    clearTimeout(timer);
  }
};

/** Runs all checks side by side; every one ends as a finding, in the order of the list, never as an exception. */
export const runChecks = async <S>(
  checks: readonly Check<S>[],
  subject: S,
  options: RunChecksOptions = {},
): Promise<readonly Finding[]> => Promise.all(checks.map(async (check) => runOne(check, subject, options)));

/** Runs checks that need no waiting; every one ends as a finding, in the order of the list. */
export const runPureChecks = <S>(
  checks: readonly PureCheck<S>[],
  subject: S,
  options: Omit<RunChecksOptions, 'timeoutMs'> = {},
): readonly Finding[] =>
  checks.map((check) => {
    let verdict: Verdict;
    try {
      verdict = check.run(subject);
    } catch (error) {
      verdict = impossible(error);
    }
    return findingOf(check, verdict, options);
  });

/** True if this finding must stop the run. `strict`: warnings and could-not-check stop it too. */
export const blocks = (finding: Finding, strict = false): boolean => {
  if (finding.ignored) return false;
  if (finding.status === 'fail') return true;
  return strict && (finding.status === 'warn' || finding.status === 'could-not-check');
};

/** An id in `--ignore` that no check has is a typing error, and would silently ignore nothing. */
export const refuseUnknownIds = (
  ignore: readonly string[],
  checks: readonly { readonly id: string }[],
): void => {
  const ids = new Set(checks.map((check) => check.id));
  const unknown = ignore.filter((id) => !ids.has(id));
  if (unknown.length === 0) return;
  throw usageProblem(
    `--ignore: no check has the id ${unknown.map((id) => `"${id}"`).join(', ')}.`,
    'Run the command with --list-checks to see the ids.',
  );
};
