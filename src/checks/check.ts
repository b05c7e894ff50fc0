import type * as z from 'zod';
import type { Source } from '../dpm/source.js';
import type { Immutable } from '../immutable.js';
import type { findingSchema } from './finding-schema.js';

/** What a check found, about one subject. Plain data. */
export type Finding = Immutable<z.infer<typeof findingSchema>>;
export type FindingStatus = Finding['status'];
export type Severity = Finding['severity'];

/** What one check says: plain data, JSON-safe, with no control character of foreign text in it. */
export type Verdict = Pick<Finding, 'status' | 'found' | 'fix' | 'details'>;

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
