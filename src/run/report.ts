import type { Finding } from '../checks/check.js';
import { exitCode, type ExitCode } from '../exit-code.js';
import type { Side } from '../steps/step.js';
import type { StepReport } from './step-report.js';

export const reportSchemaVersion = 1;

export type Outcome =
  | 'done'
  | 'nothing-to-do'
  | 'planned'
  | 'other-machine-next'
  | 'restart-required'
  | 'check-failed'
  | 'tool-failed'
  | 'not-verified'
  | 'usage'
  | 'cancelled'
  | 'bug';

/** What the other computer must do now. */
export interface NextAction {
  readonly side: Side;
  /** The computer's name, where it is known. */
  readonly computer: string | null;
  /** What to carry over, and the dpm-prep command to run there. */
  readonly instructions: readonly string[];
  readonly command: string;
  /** The page's own command line that it will run. */
  readonly documentedCommand: string;
  readonly handoverFile: string | null;
}

/** The one result of every command: rendered as text for people, or as the JSON document. Plain data. */
export interface Report {
  readonly command: string;
  readonly rehearsal: boolean;
  /** This computer, as it calls itself; null where the command does not concern one. */
  readonly computer: string | null;
  readonly exitCode: ExitCode;
  readonly outcome: Outcome;
  /** True if anything on a computer may differ from before. */
  readonly changed: boolean;
  readonly restartRequired: boolean;
  readonly findings: readonly Finding[];
  readonly steps: readonly StepReport[];
  /** Notes for the person: faults of the page that were fixed, where files were written. */
  readonly notes: readonly string[];
  readonly next: NextAction | null;
  /** The unattended command line that does the same. */
  readonly replay: string | null;
  readonly problem: {
    readonly what: string;
    readonly fix: readonly string[];
    readonly dpmErrors: readonly number[];
  } | null;
  /** What is particular to the command: its schema stands in the command's module. */
  readonly data: unknown;
}

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

export const outcomeOf = (code: ExitCode): Outcome => outcomes[code];

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
