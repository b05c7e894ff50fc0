import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { readAtMost } from '../limited-file.js';
import { checkProblem } from '../problem.js';
import { redact } from '../secret.js';
import { noRecord, type Facts, type StepRecord } from '../steps/step.js';

const schemaVersion = 1;

const base = { v: z.literal(schemaVersion), at: z.iso.datetime(), run: z.string().min(1).max(40) };
const step = { step: z.string().max(300), line: z.string().max(20_000) };
const facts = z.record(z.string(), z.unknown());

const entrySchema = z.discriminatedUnion('event', [
  z.object({
    ...base,
    event: z.literal('run'),
    command: z.string(),
    procedure: z.string(),
    version: z.string(),
    processId: z.number(),
    rehearsal: z.boolean(),
    /** Everything that was answered, without secrets: what `resume` starts again with. */
    answers: z.record(z.string(), z.unknown()),
    positional: z.array(z.string()).default([]),
  }),
  z.object({ ...base, ...step, event: z.literal('probed'), state: z.string(), found: z.string(), facts }),
  z.object({ ...base, ...step, event: z.literal('started') }),
  z.object({ ...base, ...step, event: z.literal('process'), processId: z.number() }),
  z.object({
    ...base,
    ...step,
    event: z.literal('ended'),
    ending: z.string(),
    exitCode: z.number().nullable(),
    output: z.array(z.string()),
  }),
  z.object({ ...base, ...step, event: z.literal('verified'), state: z.string(), found: z.string(), facts }),
  z.object({ ...base, event: z.literal('finish'), exitCode: z.number(), problem: z.string().nullable() }),
]);

export type JournalEntry = z.infer<typeof entrySchema>;
export type RunEntry = Extract<JournalEntry, { event: 'run' }>;

type WithoutStamp<E> = E extends JournalEntry ? Omit<E, 'v' | 'at' | 'run'> : never;
/** What a caller says; the journal adds version, time and run. */
export type JournalEvent = WithoutStamp<JournalEntry>;

export interface PastRun {
  readonly run: RunEntry;
  readonly finished: { readonly at: Date; readonly exitCode: number } | null;
}

interface StepState {
  open: StepRecord;
  everVerified: Date | null;
  facts: Facts;
}

/** Exit codes after which a run is complete, and its steps are not "the run that was cut off" any more. */
const complete = new Set([0, 6, 3010]);

/** A run for 10,000 computers writes about 20 MB. */
const maxBytes = 64 * 1024 * 1024;

const keepIt =
  'The journal says what was done on this computer. Keep it: move it away under another name, then run again; dpm-prep then asks the computer alone.';

const unreadable = (path: string, line: number, why: string): Error =>
  checkProblem(
    `The journal ${path} cannot be read at line ${String(line)}: ${why}. Nothing was changed.`,
    keepIt,
  );

const tooLarge = (path: string): Error =>
  checkProblem(
    `The journal ${path} is larger than ${String(maxBytes / 1024 / 1024)} MB; no more of one is read. Nothing was changed.`,
    keepIt,
  );

/**
 * The record of every run: JSON lines, flushed to the disk before and after each step, readable by a person.
 * A torn last line (the machine lost power while it was written) is passed over and removed; anything else that
 * cannot be read stops the run, since a guess about what was done is worse than no run.
 */
export class Journal {
  readonly path: string;
  readonly #entries: JournalEntry[] = [];
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

  /** Starts a run: everything that follows belongs to it. */
  begin(event: Omit<Extract<JournalEvent, { event: 'run' }>, 'event'>): string {
    this.#run = `${new Date().toISOString().replace(/[-:.]/g, '').slice(0, 15)}-${randomBytes(3).toString('hex')}`;
    this.append({ event: 'run', ...event });
    return this.#run;
  }

  append(event: JournalEvent): void {
    if (this.#run === null) throw new Error('The journal has no run to write for.');
    const text = redact(
      JSON.stringify({ v: schemaVersion, at: new Date().toISOString(), run: this.#run, ...event }),
    );
    const entry = entrySchema.parse(JSON.parse(text));
    let descriptor: number | undefined;
    try {
      descriptor = openSync(this.path, 'a', 0o600);
      // What a crash or a full disk left of a line would spoil the next one.
      if (this.#whole !== null) ftruncateSync(descriptor, this.#whole);
      this.#whole = fstatSync(descriptor).size;
      const bytes = Buffer.from(`${text}\n`);
      let written = 0;
      while (written < bytes.length) written += writeSync(descriptor, bytes, written);
      fsyncSync(descriptor);
      this.#whole = null;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
      throw checkProblem(
        `The journal ${this.path} cannot be written (${code}); dpm-prep goes no further, since a change must leave a record.`,
        'Free space or fix the permissions of that folder, or give another with --state-dir; then run the same command again.',
      );
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
    this.#add(entry);
  }

  #add(entry: JournalEntry): void {
    this.#entries.push(entry);
    if (entry.event === 'run') return;
    if (entry.event === 'finish') {
      for (const key of this.#stepsOfRun.get(entry.run) ?? []) {
        const state = this.#steps.get(key);
        if (state) state.open = complete.has(entry.exitCode) ? noRecord : { ...state.open, runFailed: true };
      }
      return;
    }
    const key = `${entry.step}\n${entry.line}`;
    const state = this.#steps.get(key) ?? { open: noRecord, everVerified: null, facts: {} };
    this.#steps.set(key, state);
    const keys = this.#stepsOfRun.get(entry.run) ?? new Set();
    this.#stepsOfRun.set(entry.run, keys.add(key));
    const at = new Date(entry.at);
    switch (entry.event) {
      case 'probed':
        state.facts = { ...state.facts, ...entry.facts };
        // Found done because of what a run left that was cut off: that record ends with this run, the finding stays.
        if (entry.state === 'done') state.everVerified ??= at;
        break;
      case 'started':
        state.open = { ...noRecord, started: at };
        break;
      case 'process':
        break;
      case 'ended':
        state.open = { ...state.open, ended: { exitCode: entry.exitCode } };
        break;
      case 'verified':
        state.facts = { ...state.facts, ...entry.facts };
        if (entry.state !== 'verified') break;
        state.everVerified = at;
        state.open = { ...state.open, verified: true };
        break;
    }
  }

  #load(): void {
    let bytes: Buffer | null;
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
