import * as z from 'zod';
import { reportSchemaVersion, type Report } from '../run/report.js';

const source = z.object({
  where: z.string(),
  confidence: z.enum(['documented', 'observed', 'inferred', 'recalled']),
});

export const findingSchema = z.object({
  id: z.string(),
  title: z.string(),
  status: z.enum(['pass', 'warn', 'fail', 'not-applicable', 'could-not-check']),
  found: z.string(),
  required: z.string(),
  source,
  severity: z.enum(['severe', 'error', 'advice']),
  prevents: z.array(z.number()).describe('DPM error ids that the check prevents'),
  fix: z.array(z.string()).optional(),
  subject: z.string().optional(),
  ignored: z.boolean().describe('demoted by --ignore: shown, but does not fail the run'),
  details: z.record(z.string(), z.unknown()).optional(),
});

const side = z.enum(['protected-computer', 'dpm-server']);

const stepSchema = z.object({
  id: z.string(),
  title: z.string(),
  side,
  source,
  command: z.string().describe('the documented command line'),
  state: z.enum([
    'already-done',
    'done',
    'done-unverified',
    'planned',
    'failed',
    'not-verified',
    'refused',
    'not-reached',
  ]),
  changed: z.boolean(),
  found: z.object({ state: z.enum(['done', 'not-done', 'unknown']), text: z.string() }).nullable(),
  did: z
    .object({
      ending: z.enum(['ended', 'no-end', 'refused']),
      exitCode: z.number().nullable(),
      elapsedMs: z.number(),
      output: z.array(z.string()),
      error: z.string().nullable(),
    })
    .nullable(),
  verified: z
    .object({ state: z.enum(['verified', 'not-verified', 'could-not-verify']), text: z.string() })
    .nullable(),
  restartRequired: z.boolean(),
  fix: z.array(z.string()),
});

/** The one JSON document that --json prints. `data` is particular to each command. */
export const reportDocumentSchema = z.object({
  schemaVersion: z.literal(reportSchemaVersion),
  program: z.object({ name: z.literal('dpm-prep'), version: z.string() }),
  command: z.string(),
  rehearsal: z.boolean().describe('true: this happened on practice computers only'),
  notice: z.literal('REHEARSAL').optional(),
  computer: z.string().nullable(),
  exitCode: z.number(),
  outcome: z.enum([
    'done',
    'nothing-to-do',
    'planned',
    'other-machine-next',
    'restart-required',
    'check-failed',
    'tool-failed',
    'not-verified',
    'usage',
    'cancelled',
    'bug',
  ]),
  changed: z.boolean().describe('true if anything on a computer may differ from before'),
  restartRequired: z.boolean(),
  findings: z.array(findingSchema),
  steps: z.array(stepSchema),
  notes: z.array(z.string()),
  next: z
    .object({
      side,
      computer: z.string().nullable(),
      instructions: z.array(z.string()),
      command: z.string(),
      documentedCommand: z.string(),
      handoverFile: z.string().nullable(),
    })
    .nullable(),
  replay: z.string().nullable(),
  problem: z
    .object({ what: z.string(), fix: z.array(z.string()), dpmErrors: z.array(z.number()) })
    .nullable(),
  data: z.unknown(),
});

/** The report as its JSON document. */
export const reportDocument = (report: Report, version: string): object => ({
  schemaVersion: reportSchemaVersion,
  program: { name: 'dpm-prep', version },
  ...(report.rehearsal ? { notice: 'REHEARSAL' } : {}),
  ...report,
});
