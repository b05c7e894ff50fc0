import * as z from 'zod';
import { findingSchema } from '../checks/check.js';
import { exitCode, type ExitCode } from '../exit-code.js';
import type { Immutable } from '../immutable.js';
import { sideSchema, stepReportSchema } from './step-report.js';

export const reportSchemaVersion = 1;

const nextActionSchema = z
  .strictObject({
    side: sideSchema,
    computer: z.string().nullable().describe("the computer's name, where it is known"),
    instructions: z.array(z.string()).describe('what to carry over, and where to run the command'),
    command: z.string().describe('the dpm-prep command to run there'),
    documentedCommand: z.string().describe("the page's own command line that it will run"),
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

export type Report = Immutable<z.infer<typeof reportSchema>>;
type Outcome = Report['outcome'];
export type NextAction = NonNullable<Report['next']>;

const outcomes: Record<ExitCode, Outcome> = {
  [exitCode.done]: 'done',
  [exitCode.bug]: 'bug',
  [exitCode.usage]: 'usage',
  [exitCode.checkFailed]: 'check-failed',
  [exitCode.toolFailed]: 'tool-failed',
  [exitCode.notVerified]: 'not-verified',
  [exitCode.otherMachineNext]: 'other-machine-next',
  [exitCode.cancelled]: 'cancelled',
  [exitCode.restartRequired]: 'restart-required',
};

/** A report with everything that is not given left empty. */
export const report = (given: Pick<Report, 'command'> & Partial<Omit<Report, 'command'>>): Report => {
  const code = given.exitCode ?? exitCode.done;
  return {
    rehearsal: false,
    computer: null,
    exitCode: code,
    outcome: outcomes[code],
    changed: false,
    restartRequired: false,
    findings: [],
    steps: [],
    notes: [],
    next: null,
    replay: null,
    problem: null,
    data: null,
    ...given,
  };
};
