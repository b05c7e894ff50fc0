import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { checkProblem } from '../problem.js';

const holderSchema = z.object({
  processId: z.number().int().positive(),
  host: z.string().max(255),
  command: z.string().max(200),
  since: z.iso.datetime(),
  /** When the computer was started, to the minute: a process id means nothing after a restart. */
  computerStarted: z.number(),
});

type Holder = z.infer<typeof holderSchema>;

const computerStarted = (): number => Math.round((Date.now() / 1000 - uptime()) / 60);

const isAlive = (holder: Holder): boolean => {
  if (holder.host !== hostname()) return true;
  if (Math.abs(holder.computerStarted - computerStarted()) > 2) return false;
  try {
    process.kill(holder.processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const readHolder = (path: string): Holder | 'none' | 'unreadable' => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'none';
    return 'unreadable';
  }
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return 'unreadable';
  }
};

export interface Lock {
  release(): void;
}

const held = (path: string, holder: Holder): Error =>
  checkProblem(
    `Another run of dpm-prep is at work: ${holder.command}, process ${String(holder.processId)} on ${holder.host}, since ${holder.since}.`,
    'Wait until it has ended, then run this again.',
    `If process ${String(holder.processId)} is not dpm-prep, delete ${path}.`,
  );

/** Puts a whole file there in one act: it either appears complete or not at all. False if something is there. */
const place = (path: string, content: string): boolean => {
  const draft = `${path}.${String(process.pid)}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, content, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return false;
    // A file system without hard links: exclusive creation is the next best.
    try {
      writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
      return true;
    } catch (second) {
      if ((second as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw second;
    }
  } finally {
    unlinkSync(draft);
  }
};

/** Only one at a time may judge a lock dead and remove it, or two would each remove the other's new one. */
const clearDead = (path: string): void => {
  const gate = `${path}.takeover`;
  try {
    mkdirSync(gate);
  } catch {
    try {
      if (Date.now() - statSync(gate).mtimeMs > 10_000) rmdirSync(gate);
    } catch {
      // Somebody else has just removed it.
    }
    return;
  }
  try {
    const holder = readHolder(path);
    if (holder === 'none' || (holder !== 'unreadable' && isAlive(holder))) return;
    const grave = `${path}.dead.${randomBytes(4).toString('hex')}`;
    renameSync(path, grave);
    unlinkSync(grave);
  } finally {
    rmdirSync(gate);
  }
};

const pause = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

/**
 * Keeps two runs on one state folder apart. A lock whose process is gone is taken over.
 * Throws a Problem (exit 3) that says who holds it.
 */
export const takeLock = (stateFolder: string, command: string): Lock => {
  const path = join(stateFolder, 'run.lock');
  const mine: Holder = {
    processId: process.pid,
    host: hostname(),
    command,
    since: new Date().toISOString(),
    computerStarted: computerStarted(),
  };
  const content = `${JSON.stringify(mine)}\n`;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      if (place(path, content)) {
        return {
          release: () => {
            const holder = readHolder(path);
            if (holder !== 'none' && holder !== 'unreadable' && holder.processId === process.pid)
              unlinkSync(path);
          },
        };
      }
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
      throw checkProblem(
        `The state folder ${stateFolder} cannot be written (${code}), so nothing was changed.`,
        'Give a folder that can be written with --state-dir.',
      );
    }
    const holder = readHolder(path);
    if (holder !== 'none' && holder !== 'unreadable' && isAlive(holder)) throw held(path, holder);
    if (holder !== 'none') clearDead(path);
    pause(20);
  }
  throw checkProblem(`The lock ${path} cannot be taken.`, `If no dpm-prep is running, delete ${path}.`);
};
