import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { completeCodes } from '../exit-code.js';
import { readAtMost } from '../limited-file.js';
import { checkProblem } from '../problem.js';
import { noRecord, type Facts, type StepRecord } from '../steps/step.js';
import {
  entrySchema,
  schemaVersion,
  type JournalEntry,
  type JournalEvent,
  type RunEntry,
} from './journal-entry.js';
import { summedUp } from './journal-summary.js';
import { operator } from './operator.js';

export type { JournalEntry, JournalEvent } from './journal-entry.js';

export interface PastRun {
  readonly run: RunEntry;
  readonly finished: { readonly at: Date; readonly exitCode: number } | null;
}

interface StepState {
  open: StepRecord;
  everVerified: Date | null;
  facts: Facts;
}

/** A run for 10,000 computers writes about 20 MB, and every run begins with a journal that is summed up. */
const maxBytes = 256 * 1024 * 1024;
/** A journal that is larger is summed up when the next run begins. */
const summaryBytes = 128 * 1024;
const summary = { wholeBytes: 48 * 1024, lines: 100 };

const startAgain =
  'To continue without the record of earlier runs, give another folder with --state-dir: dpm-prep then asks only the computer.';

const unreadable = (path: string, line: number, why: string): Error =>
  checkProblem(
    `The journal ${path} cannot be read at line ${String(line)}: ${why}. Nothing was changed.`,
    `Find out what changed the file; dpm-prep only adds whole lines to it.`,
    startAgain,
  );

const tooLarge = (path: string): Error =>
  checkProblem(
    `The journal ${path} exceeds dpm-prep's limit of ${String(maxBytes / 1024 / 1024)} MB. Nothing was changed.`,
    `Find out what wrote to the file; dpm-prep keeps it small.`,
    startAgain,
  );

const notAFile = (path: string): Error =>
  checkProblem(
    `The journal ${path} is not a regular file (a link, a folder or a pipe). Nothing was changed.`,
    'Find out what made it, remove it, and run: dpm-prep again',
  );

/** Writes all of it and flushes it to the disk. */
const writeWhole = (descriptor: number, bytes: Buffer): void => {
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  fsyncSync(descriptor);
};

/**
 * The record of every run: JSON lines, flushed to the disk before and after each step, readable by a person.
 * A torn last line (the machine lost power while it was written) is passed over and removed; anything else that
 * cannot be read stops the run, since a guess about what was done is worse than no run.
 */
export class Journal {
  readonly path: string;
  #entries: JournalEntry[] = [];
  readonly #steps = new Map<string, StepState>();
  readonly #stepsOfRun = new Map<string, Set<string>>();
  #run: string | null = null;
  /** Length of the file up to its last whole line, where something torn follows; else null. */
  #whole: number | null = null;

  constructor(stateFolder: string) {
    this.path = join(stateFolder, 'journal.jsonl');
    this.#load();
  }

  get runs(): readonly PastRun[] {
    const runs = new Map<string, { run: RunEntry; finished: PastRun['finished'] }>();
    for (const entry of this.#entries) {
      if (entry.event === 'run') runs.set(entry.run, { run: entry, finished: null });
      const run = runs.get(entry.run);
      if (entry.event === 'finish' && run)
        run.finished = { at: new Date(entry.at), exitCode: entry.exitCode };
    }
    return [...runs.values()];
  }

  entriesOf(run: string): readonly JournalEntry[] {
    return this.#entries.filter((entry) => entry.run === run);
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** What is known of the step with this command line. */
  recordOf(stepId: string, line: string): StepRecord {
    const state = this.#steps.get(`${stepId}\n${line}`);
    if (!state) return noRecord;
    return { ...state.open, facts: state.facts, everVerified: state.everVerified };
  }

  /** How many runs were summed up, and are no longer among `runs`. */
  get earlierRuns(): number {
    const [first] = this.#entries;
    return first?.event === 'summary' ? first.runs : 0;
  }

  /** Starts a run: everything that follows belongs to it. Only the holder of the lock may call it. */
  begin(event: Omit<Extract<JournalEvent, { event: 'run' }>, 'event' | 'operator' | 'host'>): string {
    this.#sumUp();
    this.#run = `${new Date().toISOString().replace(/[-:.]/g, '').slice(0, 15)}-${randomBytes(3).toString('hex')}`;
    this.append({ event: 'run', ...event, operator: operator(), host: hostname() });
    return this.#run;
  }

  append(event: JournalEvent): void {
    if (this.#run === null) throw new Error('The journal has no run to write for.');
    const entry = entrySchema.parse({
      v: schemaVersion,
      at: new Date().toISOString(),
      run: this.#run,
      ...event,
    });
    let descriptor: number | undefined;
    try {
      descriptor = openSync(this.path, 'a', 0o600);
      // What a crash or a full disk left of a line would spoil the next one.
      if (this.#whole !== null) ftruncateSync(descriptor, this.#whole);
      this.#whole = fstatSync(descriptor).size;
      writeWhole(descriptor, Buffer.from(`${JSON.stringify(entry)}\n`));
      this.#whole = null;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
      throw checkProblem(
        `The journal ${this.path} cannot be written (${code}). dpm-prep stops here, because every change must leave a record.`,
        'Free space or fix the permissions of that folder, or give another folder with --state-dir; then run: dpm-prep again',
      );
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
    this.#add(entry);
  }

  #add(entry: JournalEntry): void {
    this.#entries.push(entry);
    if (entry.event === 'run' || entry.event === 'summary') return;
    if (entry.event === 'finish') {
      for (const key of this.#stepsOfRun.get(entry.run) ?? []) {
        const state = this.#steps.get(key);
        if (state)
          state.open = completeCodes.has(entry.exitCode) ? noRecord : { ...state.open, runFailed: true };
      }
      return;
    }
    const key = `${entry.step}\n${entry.line}`;
    const state = this.#steps.get(key) ?? { open: noRecord, everVerified: null, facts: {} };
    this.#steps.set(key, state);
    // How a tool of another run ended may be written down by a run that does not have its step, and does not close it.
    if (entry.event !== 'ended') {
      const keys = this.#stepsOfRun.get(entry.run) ?? new Set();
      this.#stepsOfRun.set(entry.run, keys.add(key));
    }
    const at = new Date(entry.at);
    switch (entry.event) {
      case 'probed':
        state.facts = { ...state.facts, ...entry.facts };
        // Found done because of what an interrupted run left: that record ends with this run, the finding stays.
        if (entry.state === 'done') state.everVerified ??= at;
        break;
      case 'started':
        state.open = { ...noRecord, started: entry.since === undefined ? at : new Date(entry.since) };
        break;
      case 'process':
        break;
      case 'ended':
        state.open = {
          ...state.open,
          ended: { exitCode: entry.exitCode, well: entry.endedWell ?? entry.exitCode === 0 },
        };
        break;
      case 'verified':
        state.facts = { ...state.facts, ...entry.facts };
        if (entry.state !== 'verified') break;
        state.everVerified = at;
        state.open = { ...state.open, verified: true };
        break;
    }
  }

  /** Rewrites the file in one act. Where that fails (a full disk) it stays as it is: nothing depends on it. */
  #sumUp(): void {
    const size = lstatSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= summaryBytes) return;
    const entries = summedUp(this.#entries, summary);
    const draft = `${this.path}.part`;
    let descriptor: number | undefined;
    try {
      descriptor = openSync(draft, 'w', 0o600);
      writeWhole(descriptor, Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')));
      closeSync(descriptor);
      descriptor = undefined;
      renameSync(draft, this.path);
    } catch {
      return;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
    this.#entries = [];
    this.#steps.clear();
    this.#stepsOfRun.clear();
    this.#whole = null;
    for (const entry of entries) this.#add(entry);
  }

  #load(): void {
    let bytes: Buffer | null;
    const entry = lstatSync(this.path, { throwIfNoEntry: false });
    if (entry?.isFile() === false) throw notAFile(this.path);
    try {
      bytes = readAtMost(this.path, maxBytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw unreadable(this.path, 1, (error as NodeJS.ErrnoException).code ?? 'unknown error');
    }
    if (bytes === null) throw tooLarge(this.path);
    const text = bytes.toString('utf8');
    // A line counts once its line end is on the disk.
    const end = text.lastIndexOf('\n') + 1;
    if (end < text.length) this.#whole = Buffer.byteLength(text.slice(0, end));
    text
      .slice(0, end)
      .split('\n')
      .forEach((line, index) => {
        if (line !== '') this.#add(this.#parse(line, index + 1));
      });
  }

  #parse(line: string, number: number): JournalEntry {
    let content: unknown;
    try {
      content = JSON.parse(line);
    } catch {
      throw unreadable(this.path, number, 'it is not JSON');
    }
    const version = z.object({ v: z.number() }).safeParse(content);
    if (version.success && version.data.v > schemaVersion) {
      throw unreadable(this.path, number, 'a newer version of dpm-prep wrote it; use that version');
    }
    const entry = entrySchema.safeParse(content);
    if (!entry.success) throw unreadable(this.path, number, 'it is not an entry of dpm-prep');
    return entry.data;
  }
}
