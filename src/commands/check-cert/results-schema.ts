import * as z from 'zod';
import { certificateSummarySchema } from '../../certificate/summary-schema.js';
import { listedCheckSchema } from '../../checks/finding-schema.js';

const verdict = z.enum(['pass', 'warn', 'fail']);

export const judgedSchema = z.strictObject({
  name: z.string().describe('the subject of its findings'),
  verdict,
  troubles: z.array(z.string()).describe('ids of the checks that did not pass'),
  origin: z
    .union([
      z.strictObject({
        kind: z.literal('file'),
        format: z.enum(['PFX', 'PEM', 'DER', 'PKCS#7']),
        file: z.string(),
      }),
      z.strictObject({ kind: z.literal('store'), store: z.enum(['LocalMachine\\My', 'CurrentUser\\My']) }),
    ])
    .nullable(),
  certificate: certificateSummarySchema.nullable().describe('null: the input could not be read'),
});

/** What check-cert puts into its report's data. */
export const dataSchema = z.strictObject({
  certificates: z.array(judgedSchema).optional(),
  unopened: z.array(z.string()).optional().describe('inputs whose password was wrong or missing'),
  unopenedBecause: z.array(z.string()).optional().describe('why, for each of them'),
  at: z.string().nullable().optional().describe('with --at: the time as of which they were judged'),
  differences: z
    .array(z.string())
    .nullable()
    .optional()
    .describe('with --expect: empty if all is as expected'),
  checks: z.array(listedCheckSchema).optional().describe('with --list-checks'),
});
