import type * as z from 'zod';
import { exitCode, type ExitCode } from '../exit-code.js';
import type { Immutable } from '../immutable.js';
import type { reportSchema } from './report-schema.js';

export const reportSchemaVersion = 1;

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
