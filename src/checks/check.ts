import * as z from 'zod';
import { confidences, type Source } from '../dpm/source.js';
import type { Immutable } from '../immutable.js';

// The findings as they stand in a JSON document; the types follow from the schemas.

export const sourceSchema = z.strictObject({
  where: z.string(),
  confidence: z.enum(confidences),
  versions: z.string().optional().describe('the versions of DPM and MABS that the source is written for'),
});

export const findingSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  status: z.enum(['pass', 'warn', 'fail', 'not-applicable', 'could-not-check']),
  found: z
    .string()
    .describe('what was seen on the computer or in the file, with the value; for could-not-check: why not'),
  required: z.string(),
  source: sourceSchema,
  severity: z
    .enum(['severe', 'error', 'advice'])
    .describe(
      'how bad a failure is. severe: it can harm the server; error: DPM refuses; advice: DPM accepts it, so the check only warns',
    ),
  prevents: z.array(z.number()).describe('DPM error ids that the check prevents'),
  fix: z
    .array(z.string())
    .optional()
    .describe('the commands or clicks that fix it, in order; absent for a pass'),
  subject: z.string().optional().describe('what was judged: a file, a certificate, a computer'),
  ignored: z.boolean().describe('demoted by --ignore: shown, but does not fail the run'),
  details: z.record(z.string(), z.unknown()).optional(),
});

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
