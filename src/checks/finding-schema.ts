import * as z from 'zod';
import { confidences } from '../dpm/source.js';

// The findings as they stand in a JSON document; the types of check.ts follow from these schemas.

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
    .describe('what the check found, with the value; for could-not-check: why it could not be made'),
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

/** A row of --list-checks. */
export const listedCheckSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  required: z.string(),
  source: sourceSchema,
  severity: findingSchema.shape.severity,
  prevents: z.array(z.number()).optional(),
});
