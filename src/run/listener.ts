import type { CommandResult } from '../machine/machine.js';
import type { Probe, Step, Verification } from '../steps/step.js';

/** Hears of a run while it goes on; shows it. */
export interface RunListener {
  step(step: Step, number: number, of: number): void;
  alreadyDone(step: Step, probe: Probe): void;
  /** `line` is the documented command line. */
  started(step: Step, line: string): void;
  line(step: Step, text: string): void;
  heartbeat(step: Step, elapsedMs: number): void;
  /** A tool of a run that was cut off is still at work. */
  waiting(step: Step, elapsedMs: number): void;
  /** The tool of a run that was cut off has ended, and how. */
  earlierEnded(step: Step, result: CommandResult): void;
  /** How the tool of a run that was cut off ended is not known: its keeper was ended together with it. */
  earlierLost(step: Step): void;
  verified(step: Step, verification: Verification): void;
  failed(step: Step, why: string): void;
}
