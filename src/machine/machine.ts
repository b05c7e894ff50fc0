import type { Secret } from '../secret.js';
import type { Command } from './command.js';
import type { KeepAt } from './keeper/order.js';
import type { KeptEnding } from './keeper/results.js';
import type { Answer, QuestionInput, QuestionName } from './questions.js';

/** How a command is to be run, and who hears of it while it runs. */
export interface PerformOptions {
  /** A person is there and answers the tool's own prompts: the tool gets the console. */
  readonly attended: boolean;
  /** Unattended only: what the tool is given when it asks for a password. */
  readonly password?: Secret;
  /** How long a tool that may be waiting for an answer may be silent before it counts as `no-end`. Milliseconds. */
  readonly silenceMs?: number;
  /** One line of the tool's output, decoded, without control characters. Not called where the tool has the console. */
  readonly onLine?: (line: string) => void;
  /** Called every few seconds while a long command runs; elapsed milliseconds. */
  readonly onHeartbeat?: (elapsedMs: number) => void;
  /** Called once the process exists, before it can have done anything that outlives us unrecorded. */
  readonly onStarted?: (processId: number) => void;
  /** Where it is written down how the tool ended, for the run that continues after an interruption. Absent: nowhere. */
  readonly keepAt?: KeepAt;
  /** Cancels probes and bridge calls; never kills an installer. */
  readonly signal?: AbortSignal;
}

/**
 * What came of a command. For Microsoft's tools the exit code is evidence, not a verdict: the codes of
 * DPMAgentInstaller and SetDpmServer are not documented. The verdict is the step's `verify`.
 */
export interface CommandResult {
  /** Null where there is none: the tool was ended by a signal or by our limit, or it was an act or a file. */
  readonly exitCode: number | null;
  /** `ended`: by itself. `no-end`: it still waited (for input) when its time was over, and was stopped.
   *  `refused`: it was not started, for the reason in `error`. */
  readonly ending: 'ended' | 'no-end' | 'refused';
  /** Last lines of the output, decoded, without control characters, at most 200. Empty where the tool had the console. */
  readonly output: readonly string[];
  /** Errors that a script wrote or threw; for `refused` why. */
  readonly error: string | null;
  /** Windows says that a restart is needed (exit code 3010 or 1641). */
  readonly restartRequired: boolean;
  readonly elapsedMs: number;
  /** The structured answer of an act. */
  readonly result?: unknown;
}

export interface FileEntry {
  readonly name: string;
  /** Path as that machine writes it. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes. */
  readonly size: number;
  readonly modified: Date;
}

/** Files of that machine. Paths are as that machine writes them; on the practice pair C:\ is a folder of the world. */
export interface MachineFiles {
  /** Null if there is nothing. Does not follow links. */
  stat(path: string): Promise<FileEntry | null>;
  list(folder: string): Promise<readonly FileEntry[]>;
  /** Throws a Problem if it is larger than `maxBytes`. */
  read(path: string, maxBytes: number): Promise<Buffer>;
  /** SHA-256, lower-case hexadecimal. */
  sha256(path: string): Promise<string>;
  /** Joins in that machine's style. */
  join(...parts: readonly string[]): string;
  /** Absolute in that machine's style. */
  absolute(path: string): string;
}

export interface MachineOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** The computer as the steps see it: Windows, or one of the practice pair. */
export interface Machine {
  /** True for the practice pair: every screen and document then says REHEARSAL. */
  readonly rehearsal: boolean;
  /** "this computer", or "practice computer Finance01". */
  readonly label: string;
  /** Where the journal and the lock of this computer live; null: the default state folder of the system. */
  readonly stateFolder: string | null;
  /** Below it this computer keeps what only administrators may read or write, e.g. C:\\ProgramData\\dpm-prep. */
  readonly privateFolder: string;
  /** What a tool did shows this long after its end, at the latest. Milliseconds. Null: nobody can say. */
  readonly settlesWithinMs: number | null;
  ask<Q extends QuestionName>(
    question: Q,
    input: QuestionInput<Q>,
    options?: MachineOptions,
  ): Promise<Answer<Q>>;
  perform(command: Command, options: PerformOptions): Promise<CommandResult>;
  /** What `perform` would have answered, from what was written down at `keepAt`: the run that started it was interrupted. */
  resultOf(command: Command, kept: KeptEnding): CommandResult;
  /**
   * Removes private copies of credential files that killed runs of this state folder left; `keptFolder` is where it keeps
   * how tools ended. Only the holder of its lock may call it. Absent: that machine makes none.
   */
  readonly clearCopies?: (keptFolder: string) => void;
  /** What the practice pair's own CA is called, as certreq takes it. Absent: a real computer, whose CAs nobody knows. */
  readonly practiceAuthority?: string;
  readonly files: MachineFiles;
}
