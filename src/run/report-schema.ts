import * as z from 'zod';
import { findingSchema } from '../checks/finding-schema.js';
import { exitCode } from '../exit-code.js';
import { sideSchema, stepReportSchema } from './step-report-schema.js';

const nextActionSchema = z
  .strictObject({
    side: sideSchema,
    computer: z.string().nullable().describe("the computer's name, where it is known"),
    instructions: z.array(z.string()).describe('what to carry over, and where to run the command'),
    command: z.string().describe('the dpm-prep command to run there'),
    documentedCommand: z.string().describe("Microsoft's documented command line that it will run"),
    handoverFile: z.string().nullable(),
  })
  .describe('what the other computer must do now');

/** The one result of every command: shown as text to people, or as the JSON document. Plain data. */
export const reportSchema = z.strictObject({
  command: z.string(),
  rehearsal: z.boolean().describe('true: this happened on practice computers only'),
  computer: z
    .string()
    .nullable()
    .describe('this computer, as it calls itself; null where the command does not concern one'),
  exitCode: z.literal(Object.values(exitCode)),
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
  steps: z.array(stepReportSchema),
  notes: z.array(z.string()),
  next: nextActionSchema.nullable(),
  replay: z.string().nullable().describe('the unattended command line that does the same'),
  problem: z
    .strictObject({ what: z.string(), fix: z.array(z.string()), dpmErrors: z.array(z.number()) })
    .nullable(),
  data: z.unknown().describe('what is particular to the command'),
});
