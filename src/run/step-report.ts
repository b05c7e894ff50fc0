import type * as z from 'zod';
import type { ExitCode } from '../exit-code.js';
import type { Immutable } from '../immutable.js';
import { documentedLine } from '../machine/command.js';
import { endedWell } from '../machine/ended-well.js';
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

/** A tool that complained or died although the computer shows its result: a person must hear of it. */
export const isUneasy = ({ did, state }: StepReport): boolean =>
  state === 'done' && did !== null && !endedWell(did);

/** What is to be known of steps that are done, and not simply done. */
export const uneasyNotes = (steps: readonly StepReport[]): readonly string[] =>
  steps.filter(isUneasy).map(({ command, did, verified }) => {
    const tool = command.split(' ', 1)[0] ?? command;
    const code = did?.exitCode ?? null;
    const how = code === null ? 'it was stopped before its end' : `exit code ${String(code)}`;
    const said = did?.error === undefined || did.error === null ? '' : `; it said: ${did.error}`;
    return `${tool} did not end as it should (${`${how}${said}`.replace(/[.!\s]+$/, '')}), but the computer shows its result: ${verified?.text ?? ''}`;
  });

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
