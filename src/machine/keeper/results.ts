import { readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { isAlive } from '../living-process.js';
import { processMarkSchema } from '../process-mark.js';
import type { KeepAt, KeptFor } from './order.js';
import { askedPath, claimedPath, heardPath, recordPath, remove, rename } from './record.js';

/*
 * What keepers wrote, as a later run reads it.
 */

const about = { step: z.string().max(300), line: z.string().max(20_000) };
const askedSchema = z.object({ v: z.literal(1), ...about });
const recordSchema = z.object({
  v: z.literal(1),
  ...about,
  tool: z.string(),
  keeper: processMarkSchema,
  state: z.enum(['starting', 'running', 'ended', 'refused']),
  started: z.iso.datetime(),
  processId: z.number().int().positive().nullable(),
  ended: z.iso.datetime().nullable(),
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  code: z.string().nullable(),
  marker: z.string().nullable(),
  stdout: z.base64(),
  stderr: z.base64(),
  cut: z.boolean(),
});

type Read = z.infer<typeof recordSchema>;

/** How a tool ended that an interrupted run had started. */
export interface KeptEnding {
  readonly started: Date;
  readonly ended: Date;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly marker: string | null;
  /** The last bytes, without passwords. */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export type Kept =
  /** Nothing is known of such a tool. */
  | { readonly kind: 'none' }
  /** It was never started, and now never will be. */
  | { readonly kind: 'not-started' }
  | { readonly kind: 'ended'; readonly ending: KeptEnding }
  /** Its keeper is gone and did not say how it ended. */
  | { readonly kind: 'lost'; readonly processId: number | null };

/** A tool of an earlier run that still works. */
export interface StillWorks {
  /** The program's path. */
  readonly tool: string;
  /** Null: not known yet. */
  readonly processId: number | null;
  readonly started: Date;
}

export interface SettleOptions {
  readonly signal: AbortSignal;
  /** Called again and again while it waits: how long, in milliseconds, and for what where that is known. */
  readonly onWaiting: (elapsedMs: number, works: StillWorks | null) => void;
  /** A tool that writes nothing for this long while somebody waits is stopped; absent: wait without a limit. Milliseconds. */
  readonly silenceMs?: number;
  /** Called before such a tool is ended. */
  readonly onSilent?: (works: StillWorks) => void;
}

/** A keeper moves the time of its file every second. After so long without a sign another process has its id. */
const noSignMs = 60_000;
const lookEveryMs = 200;

const readAs = <T extends z.ZodType>(path: string, schema: T): z.output<T> | null => {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
};

const changed = (path: string): number => {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
};

/** NAME.json, NAME.asked and so on; a writer that was killed leaves a NAME.….part. */
const nameOf = (file: string): string | undefined => /^([0-9a-f]{16})\./.exec(file)?.[1];

/** The results of one state folder. Only a run that holds its lock may settle or clear them. */
export class KeptResults {
  readonly #folder: string;

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, 'kept');
  }

  get folder(): string {
    return this.#folder;
  }

  /** A new place for the result of a tool that is about to start. */
  place(keptFor: KeptFor): KeepAt {
    return { folder: this.#folder, name: randomBytes(8).toString('hex'), about: keptFor };
  }

  #files(): readonly string[] {
    try {
      return readdirSync(this.#folder);
    } catch {
      return [];
    }
  }

  #names(): readonly string[] {
    return [...new Set(this.#files().flatMap((file) => nameOf(file) ?? []))];
  }

  #about(name: string): KeptFor | null {
    const place = { folder: this.#folder, name };
    return (
      readAs(recordPath(place), recordSchema) ??
      readAs(askedPath(place), askedSchema) ??
      readAs(claimedPath(place), askedSchema)
    );
  }

  /** The steps that something is kept of, each once. */
  get steps(): readonly KeptFor[] {
    const found = new Map<string, KeptFor>();
    for (const name of this.#names()) {
      const about = this.#about(name);
      if (about !== null) found.set(`${about.step}\n${about.line}`, { step: about.step, line: about.line });
    }
    return [...found.values()];
  }

  /** The tools that still work, by their documented command lines. Changes nothing, so that it needs no lock. */
  get working(): readonly (Omit<StillWorks, 'tool'> & { readonly line: string })[] {
    return this.#names().flatMap((name) => {
      const record = readAs(recordPath({ folder: this.#folder, name }), recordSchema);
      return record?.state === 'running' && this.#works(record, 0)
        ? [{ line: record.line, processId: record.processId, started: new Date(record.started) }]
        : [];
    });
  }

  /**
   * What became of the tool of this step in interrupted runs; waits for one that is still at work. `onWaiting` is
   * called while it waits. Throws where `signal` is aborted.
   */
  async settle({ step, line }: KeptFor, options: SettleOptions): Promise<Kept> {
    let last: Kept = { kind: 'none' };
    for (const name of this.#names()) {
      const found = this.#about(name);
      if (found?.step !== step || found.line !== line) continue;
      const kept = await this.#settleOne(name, options);
      if (kept.kind === 'none') continue;
      const isLater =
        last.kind !== 'ended' || (kept.kind === 'ended' && kept.ending.ended > last.ending.ended);
      if (kept.kind === 'lost' || (last.kind !== 'lost' && isLater)) last = kept;
    }
    return last;
  }

  async #settleOne(name: string, options: SettleOptions): Promise<Kept> {
    const { signal, onWaiting, silenceMs, onSilent } = options;
    const place = { folder: this.#folder, name };
    const begun = performance.now();
    let heard = { at: begun, changed: changed(heardPath(place)) };
    let isEnded = false;
    let sign = { at: performance.now(), changed: 0 };
    for (;;) {
      // Whoever renames it decides: a keeper that was slower no longer starts anything.
      if (rename(askedPath(place), join(this.#folder, `${name}.withdrawn`))) return { kind: 'not-started' };
      const record = readAs(recordPath(place), recordSchema);
      // Between two states of the file, or claimed a moment ago.
      if (record === null && this.#about(name) === null) return { kind: 'none' };
      if (record?.state === 'ended') return { kind: 'ended', ending: endingOf(record) };
      if (record?.state === 'refused') return { kind: 'not-started' };
      const now = changed(recordPath(place));
      if (now !== sign.changed) sign = { at: performance.now(), changed: now };
      if (record !== null && !this.#works(record, performance.now() - sign.at))
        return this.#isStill(place, record)
          ? { kind: 'lost', processId: record.processId }
          : this.#settleOne(name, options);
      const works = record && worksOf(record);
      onWaiting(performance.now() - begun, works);
      const said = changed(heardPath(place));
      if (said !== heard.changed) heard = { at: performance.now(), changed: said };
      const isSilent = silenceMs !== undefined && performance.now() - heard.at >= silenceMs;
      if (isSilent && !isEnded && works !== null && works.processId !== null) {
        isEnded = true;
        onSilent?.(works);
        endTool(works.processId);
      }
      await sleep(lookEveryMs, undefined, { signal });
    }
  }

  #works(record: Read, withoutSignMs: number): boolean {
    return isAlive(record.keeper) && withoutSignMs < noSignMs;
  }

  /** It may have written its last word between our reading and its end. */
  #isStill(place: { readonly folder: string; readonly name: string }, record: Read): boolean {
    return readAs(recordPath(place), recordSchema)?.state === record.state;
  }

  /** Removes what was read, or what no run will ask for: everything but what a keeper that lives still writes. */
  clear(isWanted: (keptFor: KeptFor) => boolean): void {
    for (const name of this.#names()) {
      const place = { folder: this.#folder, name };
      const found = this.#about(name);
      if (found !== null && isWanted(found)) continue;
      const record = readAs(recordPath(place), recordSchema);
      if (record?.state === 'running' && this.#works(record, 0)) continue;
      for (const file of this.#files()) if (nameOf(file) === name) remove(join(this.#folder, file));
    }
    this.#removeFolder();
  }

  /** Removes the results of one step, once the journal has them. */
  clearStep({ step, line }: KeptFor): void {
    this.clear((found) => found.step !== step || found.line !== line);
  }

  #removeFolder(): void {
    try {
      rmdirSync(this.#folder);
    } catch {
      // Not empty, or not there.
    }
  }
}

const worksOf = ({ tool, processId, started }: Read): StillWorks => ({
  tool,
  processId,
  started: new Date(started),
});

/** Its keeper lives, so the id is still the tool's. Elsewhere than on Windows the tool leads a group of its own. */
const endTool = (processId: number): void => {
  try {
    process.kill(process.platform === 'win32' ? processId : -processId, 'SIGKILL');
  } catch {
    // It ended in between.
  }
};

const endingOf = (record: Read): KeptEnding => ({
  started: new Date(record.started),
  ended: new Date(record.ended ?? record.started),
  exitCode: record.exitCode,
  signal: record.signal,
  marker: record.marker,
  stdout: Buffer.from(record.stdout, 'base64'),
  stderr: Buffer.from(record.stderr, 'base64'),
});
