import type { ExitCode } from '../exit-code.js';
import { documentedLine } from '../machine/command.js';
import type { CommandResult } from '../machine/machine.js';
import type { EarlierFacts, Probe, Step, Verification } from '../steps/step.js';

export type StepState =
  | 'already-done'
  | 'done'
  | 'done-unverified'
  | 'planned'
  | 'failed'
  | 'not-verified'
  | 'refused'
  | 'not-reached';

/** What came of one step: what was found, what was done, what the computer shows afterwards. */
export interface StepReport {
  readonly id: string;
  readonly title: string;
  readonly side: Step['side'];
  readonly source: Step['source'];
  readonly command: string;
  readonly state: StepState;
  /** True if the command was started: the computer may differ from before, whatever came of it. */
  readonly changed: boolean;
  readonly found: { readonly state: Probe['state']; readonly text: string } | null;
  readonly did: {
    readonly ending: CommandResult['ending'];
    readonly exitCode: number | null;
    readonly elapsedMs: number;
    readonly output: readonly string[];
    readonly error: string | null;
  } | null;
  readonly verified: { readonly state: Verification['state']; readonly text: string } | null;
  readonly restartRequired: boolean;
  /** What to do about it, where it went wrong. */
  readonly fix: readonly string[];
}

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
