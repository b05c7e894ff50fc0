import { mkdirSync, readFileSync, renameSync, rmdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { processExists } from '../machine/living-process.js';
import { toolProblem } from '../problem.js';

const holderOf = (path: string): number | null => {
  try {
    const id = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(id) && id > 0 ? id : 0;
  } catch {
    return null;
  }
};

/** Older than this with no readable holder: whoever made it died between making and writing. Milliseconds. */
const unwrittenMs = 2_000;

const isDead = (path: string): boolean => {
  const holder = holderOf(path);
  if (holder === null) return false;
  if (holder > 0) return !processExists(holder);
  try {
    return Date.now() - statSync(path).mtimeMs > unwrittenMs;
  } catch {
    return false;
  }
};

/** Only one at a time may judge the lock dead and take it away: two would take away each other's new one. */
const clearDead = (path: string): void => {
  const gate = `${path}.gate`;
  try {
    mkdirSync(gate);
  } catch {
    try {
      if (Date.now() - statSync(gate).mtimeMs > 5_000) rmdirSync(gate);
    } catch {
      // Another one has opened it.
    }
    return;
  }
  try {
    if (!isDead(path)) return;
    const grave = `${path}.dead.${randomBytes(4).toString('hex')}`;
    renameSync(path, grave);
    unlinkSync(grave);
  } catch {
    // It was released in between.
  } finally {
    rmdirSync(gate);
  }
};

const take = (path: string): boolean => {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Windows says EPERM or EBUSY of a file that is being deleted.
    if (code === 'EEXIST' || code === 'EPERM' || code === 'EBUSY' || code === 'EACCES') return false;
    throw error;
  }
};

const patienceMs = 30_000;

/**
 * Does `work` while no other process changes this world; waits for its turn. `work` is synchronous, so it holds the
 * lock for milliseconds; the lock of a dead process is taken over.
 */
export const withWorldLock = async <T>(folder: string, work: () => T): Promise<T> => {
  const path = join(folder, 'world.lock');
  const until = Date.now() + patienceMs;
  while (!take(path)) {
    if (isDead(path)) clearDead(path);
    else await sleep(5 + Math.random() * 10);
    if (Date.now() > until) {
      throw toolProblem(
        `The practice world ${folder} has been locked for ${String(patienceMs / 1_000)} seconds.`,
        `If no practice tool is running, delete ${path}.`,
      );
    }
  }
  try {
    return work();
  } finally {
    unlinkSync(path);
  }
};
