import { closeSync, fsyncSync, openSync, renameSync, rmSync, utimesSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessMark } from '../living-process.js';
import type { KeepAt, KeptFor } from './order.js';

/*
 * What is on the disk of one kept tool, in a folder of the state folder:
 * - NAME.asked: dpm-prep is about to start a keeper. Whoever renames it decides: the keeper to NAME.claimed, and then the
 *   tool starts; a later run to NAME.withdrawn, and then it never does.
 * - NAME.json: what the keeper knows; its time of change moves as long as the keeper lives.
 * - NAME.heard: empty; its time of change moves when the tool writes something. It says nothing of what was written.
 */

export interface KeptRecord extends KeptFor {
  readonly v: 1;
  /** The program's path. */
  readonly tool: string;
  readonly keeper: ProcessMark;
  /** `starting`: not yet started, or just now. `refused`: the system did not start it. */
  readonly state: 'starting' | 'running' | 'ended' | 'refused';
  /** ISO 8601. */
  readonly started: string;
  readonly processId: number | null;
  readonly ended: string | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The system's error where it was refused. */
  readonly code: string | null;
  readonly marker: string | null;
  /** base64 of the last bytes, without passwords. */
  readonly stdout: string;
  readonly stderr: string;
  readonly cut: boolean;
}

export const recordPath = ({ folder, name }: Pick<KeepAt, 'folder' | 'name'>): string =>
  join(folder, `${name}.json`);
export const askedPath = ({ folder, name }: Pick<KeepAt, 'folder' | 'name'>): string =>
  join(folder, `${name}.asked`);
export const claimedPath = ({ folder, name }: Pick<KeepAt, 'folder' | 'name'>): string =>
  join(folder, `${name}.claimed`);
export const heardPath = ({ folder, name }: Pick<KeepAt, 'folder' | 'name'>): string =>
  join(folder, `${name}.heard`);

const pause = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

/** Windows refuses a rename while a virus scanner or a reader has the file open; that passes. */
const renameSoon = (from: string, to: string): void => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || attempt > 40) throw error;
      pause(50);
    }
  }
};

/** Appears whole or not at all, and is on the disk when this returns. */
export const writeWhole = (path: string, content: string): void => {
  const part = `${path}.${String(process.pid)}.part`;
  const descriptor = openSync(part, 'w', 0o600);
  try {
    const bytes = Buffer.from(content, 'utf8');
    let written = 0;
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
    fsyncSync(descriptor);
  } catch (error) {
    // On a full disk the half of it would take the room that others need.
    rmSync(part, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  renameSoon(part, path);
};

/** False if it was withdrawn (or claimed) before. */
export const rename = (from: string, to: string): boolean => {
  try {
    renameSoon(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};

export const touch = (path: string): void => {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // The next time.
  }
};

/** Makes the file where there is none. */
export const mark = (path: string): void => {
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch {
    // The next time.
  }
  touch(path);
};

export const remove = (path: string): void => {
  rmSync(path, { force: true });
};
