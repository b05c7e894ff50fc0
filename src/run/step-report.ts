import type * as z from 'zod';
import type { ExitCode } from '../exit-code.js';
import type { Immutable } from '../immutable.js';
import { documentedLine } from '../machine/command.js';
import type { EarlierFacts, Step } from '../steps/step.js';
import type { stepReportSchema } from './step-report-schema.js';

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
  /** Something else was harmed, or nobody can say that it was not: never invite to continue. */
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
