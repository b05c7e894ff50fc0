import type { CommandResult } from '../machine/machine.js';
import type { Probe, Step, Verification } from '../steps/step.js';

export interface EarlierTool {
  /** Path of a program or script, or the name of a cmdlet or act. */
  readonly tool: string;
  readonly processId: number | null;
  readonly started: Date | null;
}

/** Hears of a run in progress; shows it. */
export interface RunListener {
  step(step: Step, number: number, of: number): void;
  alreadyDone(step: Step, probe: Probe): void;
  /** `line` is the documented command line. */
  started(step: Step, line: string): void;
  line(step: Step, text: string): void;
  /** `silenceMs`: the tool is stopped after so long without output; null: it is never stopped. */
  heartbeat(step: Step, elapsedMs: number, silenceMs: number | null): void;
  /** A tool that a person answers at its own prompt is still running: said seldom, because the person may be typing. */
  atOwnPrompt(step: Step, elapsedMs: number): void;
  /** The step's tool asks a person for a password now: what for. */
  password(step: Step, text: string): void;
  /** An installer started: how long dpm-prep waits for it (milliseconds); null: without a limit. */
  installer(step: Step, timeoutMs: number | null): void;
  /** The tool has ended, but the computer does not show its result yet: time waited so far, and the most. */
  verifying(step: Step, elapsedMs: number, patienceMs: number): void;
  /** A tool of an interrupted run is still at work; null: which one is not known yet. */
  waiting(step: Step, elapsedMs: number, works: EarlierTool | null): void;
  /** That tool wrote nothing for this long (milliseconds), and is stopped. */
  earlierSilent(step: Step, works: EarlierTool, silenceMs: number): void;
  /** The tool of an interrupted run has ended, and how. */
  earlierEnded(step: Step, result: CommandResult): void;
  /** How the tool of an interrupted run ended is not known: its keeper was ended together with it. */
  earlierLost(step: Step): void;
  verified(step: Step, verification: Verification): void;
  failed(step: Step, why: string): void;
}
