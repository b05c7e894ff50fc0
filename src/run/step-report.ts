import * as z from 'zod';
import { sourceSchema } from '../checks/check.js';
import type { ExitCode } from '../exit-code.js';
import type { Immutable } from '../immutable.js';
import { documentedLine } from '../machine/command.js';
import type { CommandResult } from '../machine/machine.js';
import type { EarlierFacts, Side, Step } from '../steps/step.js';

export const sideSchema = z.enum(['protected-computer', 'dpm-server']) satisfies z.ZodType<Side>;

/** What came of one step: what was found, what was done, what the computer shows afterwards. */
export const stepReportSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  side: sideSchema,
  source: sourceSchema,
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
  changed: z
    .boolean()
    .describe('true if the command was started: the computer may differ from before, whatever came of it'),
  found: z.strictObject({ state: z.enum(['done', 'not-done', 'unknown']), text: z.string() }).nullable(),
  did: z
    .strictObject({
      ending: z.enum(['ended', 'no-end', 'refused']) satisfies z.ZodType<CommandResult['ending']>,
      exitCode: z.number().nullable(),
      elapsedMs: z.number(),
      output: z.array(z.string()),
      error: z.string().nullable(),
    })
    .nullable(),
  verified: z
    .strictObject({ state: z.enum(['verified', 'not-verified', 'could-not-verify']), text: z.string() })
    .nullable(),
  restartRequired: z.boolean(),
  fix: z.array(z.string()).describe('what to do about it, where it went wrong'),
});

export type StepReport = Immutable<z.infer<typeof stepReportSchema>>;
export type StepState = StepReport['state'];

export interface Failure {
  readonly code: ExitCode;
  readonly what: string;
  readonly fix: readonly string[];
  /** Ids of DPM's error table that the tool's output or its log names. */
  readonly dpmErrors: readonly number[];
  /** Nothing more may be done, for no computer. */
  readonly final: boolean;
  /** Something else was harmed, or nobody can say that it was not: no one is told to go on. */
  readonly harm?: boolean;
}

/** What stands in the report of a step until something comes of it. */
export const notReached = (step: Step, earlier: EarlierFacts): StepReport => ({
  id: step.id,
  title: step.title,
  side: step.side,
  source: step.source,
  command: documentedLine(step.command(earlier)),
  state: 'not-reached',
  changed: false,
  found: null,
  did: null,
  verified: null,
  restartRequired: false,
  fix: [],
});
