import type { Source } from '../dpm/source.js';
import { documentedLine, type Command } from '../machine/command.js';
import type { CommandResult, Machine } from '../machine/machine.js';
import type { ListedComputers } from './protected-computers.js';

/** The two computers of the procedure. */
export type Side = 'protected-computer' | 'dpm-server';

export const sideName: Record<Side, string> = {
  'protected-computer': 'the protected computer',
  'dpm-server': 'the DPM server',
};

/** JSON-safe details that a probe or verification found; kept in the journal, read by later steps. */
export type Facts = Readonly<Record<string, unknown>>;

/**
 * What a step asked of the computer, kept for its own verification and for the step that follows at once, so that it is
 * not asked again. It is not written to the journal, which would grow with every computer.
 */
export interface StepMemory {
  /** The DPM server's list of protected computers. */
  readonly listedComputers?: ListedComputers;
}

export interface Probe {
  readonly state: 'done' | 'not-done' | 'unknown';
  /** What the computer shows, as a sentence. */
  readonly found: string;
  readonly facts?: Facts;
  /** For this step's own verification. If the step is already done, also for the probe of the next step. */
  readonly memory?: StepMemory;
}

export interface Verification {
  /** `could-not-verify`: the computer has no way to show it, or could not be asked; said loudly, but no failure. */
  readonly state: 'verified' | 'not-verified' | 'could-not-verify';
  readonly found: string;
  readonly fix?: readonly string[];
  /** `fix` has the last lines of the tool's logs, or says that there are none. */
  readonly readLogs?: boolean;
  /** `fix` says why it is not verified: no likely causes beside it. */
  readonly explained?: boolean;
  readonly facts?: Facts;
  /** For the probe of the step that follows at once. */
  readonly memory?: StepMemory;
  /** The step harmed something else (the .bin trap): the run stops at once and exits with the verify code. */
  readonly harm?: boolean;
  /** The harm may be none: what is missing can still appear, so the step's patience is waited out first. */
  readonly mayStillAppear?: boolean;
}

/** What the journal knows of this very step (same command line). */
export interface StepRecord {
  /** From a run that did not come to its end: when the command was started. Set without `ended`: the run was
   *  interrupted there, and the tool may have finished on its own. */
  readonly started: Date | null;
  readonly ended: {
    readonly exitCode: number | null;
    /** It had nothing to complain about. */ readonly well: boolean;
  } | null;
  readonly verified: boolean;
  /** That run was not interrupted: it came to its end and said that something failed. */
  readonly runFailed: boolean;
  /** What the probe and the verification found, in that run or in the last one that verified it. */
  readonly facts: Facts;
  /** When this command line was last verified on this computer, in any run. */
  readonly everVerified: Date | null;
}

/** Facts of the steps before, by step id: what a later command is made of (the .bin that appeared). */
export type EarlierFacts = Readonly<Record<string, Facts>>;

/** One step of the page: data and three small functions. */
export interface Step {
  /** Stable, in the journal and in JSON. Unique in its plan. */
  readonly id: string;
  readonly title: string;
  readonly side: Side;
  readonly source: Source;
  /** Asks whether it is done already. Changes nothing. */
  readonly probe: (
    machine: Machine,
    record: StepRecord,
    earlier: EarlierFacts,
    memory?: StepMemory,
  ) => Promise<Probe>;
  /** Pure: the exact command. With no earlier facts (dry run) unknown parts are shown as <placeholders>. */
  readonly command: (earlier: EarlierFacts) => Command;
  /** Asks the computer again afterwards. */
  readonly verify: (
    machine: Machine,
    context: {
      readonly before: Probe;
      readonly result: CommandResult;
      readonly earlier: EarlierFacts;
      readonly started: Date;
    },
  ) => Promise<Verification>;
  /** What the journal knows the step by, where its command line has a part of one run alone; else the command line. */
  readonly recordedAs?: string;
  /** Where its tool asks a person for a password: whose it is, whether it is new, and where else it is needed. */
  readonly password?: string;
  /** Asks the other computer and changes nothing: the run does not count as a change. */
  readonly onlyReads?: boolean;
  /** How long `verify` may say not-verified before it counts, for what appears asynchronously. Milliseconds. */
  readonly patienceMs?: number;
  /** The computer that this step is about, where a plan has many: a failure skips the rest of its group only. */
  readonly group?: string;
}

/** What the journal keeps this step under. */
export const recordedLine = (step: Step, earlier: EarlierFacts): string =>
  step.recordedAs ?? documentedLine(step.command(earlier));

export const noRecord: StepRecord = {
  started: null,
  ended: null,
  verified: false,
  runFailed: false,
  facts: {},
  everVerified: null,
};
