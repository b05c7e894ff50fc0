import type { Source } from '../dpm/source.js';

export type FindingStatus = 'pass' | 'warn' | 'fail' | 'not-applicable' | 'could-not-check';

/**
 * How bad a failure of this check is. `severe`: can harm the server (an unexpected restart, lost protection);
 * `error`: DPM will refuse; `advice`: DPM accepts it, but it is not wise, so the check never does more than warn.
 */
export type Severity = 'severe' | 'error' | 'advice';

/** What one check says: plain data, JSON-safe, with no control character of foreign text in it. */
export interface Verdict {
  readonly status: FindingStatus;
  /** What was seen on the computer or in the file, with the value. For could-not-check: why not. */
  readonly found: string;
  /** The commands or clicks that fix it, in order. Empty for a pass. */
  readonly fix?: readonly string[];
  /** Machine-readable details, shown only in JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Check<Subject> {
  /** Stable: users put it into `--ignore`. kebab-case. */
  readonly id: string;
  readonly title: string;
  /** What is required, as one sentence. */
  readonly required: string;
  readonly source: Source;
  readonly severity: Severity;
  /** DPM error ids that the check prevents. */
  readonly prevents?: readonly number[];
  readonly run: (subject: Subject, signal: AbortSignal) => Verdict | Promise<Verdict>;
}

export interface Finding extends Verdict {
  readonly id: string;
  readonly title: string;
  readonly required: string;
  readonly source: Source;
  readonly severity: Severity;
  readonly prevents: readonly number[];
  /** What was judged: a file, a certificate, a computer. */
  readonly subject?: string;
  /** True where the user demoted this check by name: it still shows, but does not fail the run. */
  readonly ignored: boolean;
}
