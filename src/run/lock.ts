import {
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { isAlive, markOf } from '../machine/living-process.js';
import { processMarkSchema } from '../machine/process-mark.js';
import { checkProblem, Problem } from '../problem.js';

const holderSchema = z.object({
  process: processMarkSchema,
  command: z.string().max(200),
  since: z.iso.datetime(),
});

type Holder = z.infer<typeof holderSchema>;

/** `unreadable`: a file that no whole lock ever was, as a full disk leaves it. */
const readHolder = (path: string): Holder | 'none' | 'unreadable' => {
  let text: string;
  try {
    // A folder or a pipe in its place is not ours to remove, and reading a pipe would wait for ever.
    if (!lstatSync(path).isFile()) throw notAFile(path);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'none';
    throw error;
  }
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return 'unreadable';
  }
};

const notAFile = (path: string): Error =>
  checkProblem(
    `The lock ${path} is not a regular file, so dpm-prep cannot use this state folder. Nothing was changed.`,
    `Find out what made ${path}, remove it, and run: dpm-prep again`,
  );

export interface Lock {
  release(): void;
}

const held = (path: string, holder: Holder): Error =>
  checkProblem(
    `Another run of dpm-prep is at work: ${holder.command}, process ${String(holder.process.processId)} on ${holder.process.host}, since ${holder.since}.`,
    'Wait until it has ended, then run: dpm-prep again',
    `If process ${String(holder.process.processId)} is not dpm-prep, delete ${path}.`,
  );

/** Puts a whole file there in one act: it either appears complete or not at all. False if something is there. */
const place = (path: string, content: string): boolean => {
  const draft = `${path}.${String(process.pid)}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: 'wx' });
    linkSync(draft, path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return false;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw error;
    // A file system without hard links: exclusive creation is the next best.
    try {
      writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
      return true;
    } catch (second) {
      if ((second as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw second;
    }
  } finally {
    rmSync(draft, { force: true });
  }
};

/** A gate that is older belongs to a process that died in it. Milliseconds. */
const gateMs = 5_000;

/** Only one at a time may judge a lock dead and remove it, or two would each remove the other's new one. */
const clearDead = (path: string): void => {
  const gate = `${path}.takeover`;
  try {
    mkdirSync(gate);
  } catch {
    try {
      // In the future counts as old: the clock was set back.
      if (Math.abs(Date.now() - statSync(gate).mtimeMs) > gateMs) rmdirSync(gate);
    } catch {
      // Somebody else has just removed it.
    }
    return;
  }
  try {
    const holder = readHolder(path);
    if (holder === 'none' || (holder !== 'unreadable' && isAlive(holder.process))) return;
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

const unwritable = (stateFolder: string, error: unknown): Error =>
  checkProblem(
    `The state folder ${stateFolder} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}). Nothing was changed.`,
    'Free space or fix the permissions of that folder, or give another folder with --state-dir.',
  );

/**
 * Keeps two runs on one state folder apart. A lock whose process is gone is taken over.
 * Throws a Problem (exit 3) that says who holds it.
 */
export const takeLock = (stateFolder: string, command: string): Lock => {
  const path = join(stateFolder, 'run.lock');
  const mine: Holder = {
    process: markOf(process.pid),
    command,
    since: new Date().toISOString(),
  };
  const content = `${JSON.stringify(mine)}\n`;
  for (let attempt = 0; attempt < 500; attempt += 1) {
    try {
      if (place(path, content)) {
        return {
          release: () => {
            const holder = readHolder(path);
            if (holder !== 'none' && holder !== 'unreadable' && holder.process.processId === process.pid)
              unlinkSync(path);
          },
        };
      }
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw unwritable(stateFolder, error);
    }
    const holder = readHolder(path);
    if (holder !== 'none' && holder !== 'unreadable' && isAlive(holder.process)) throw held(path, holder);
    if (holder !== 'none') clearDead(path);
    pause(20);
  }
  throw checkProblem(`The lock ${path} cannot be taken.`, `If no dpm-prep is running, delete ${path}.`);
};
