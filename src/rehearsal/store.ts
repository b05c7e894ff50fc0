import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type * as z from 'zod';
import { checkProblem } from '../problem.js';
import { cleanText } from '../clean.js';
import { withWorldLock } from './lock.js';
import { stateSchema, worldSchema, type PracticeComputer, type State, type WorldFile } from './state.js';

const maxBytes = 50_000_000;

/** Writes a file whole or not at all, also when the process is killed. */
export const writeWhole = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${String(process.pid)}.${randomBytes(3).toString('hex')}.new`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    const bytes = Buffer.from(content as Uint8Array);
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
};

const damaged = (path: string, why: string): Error =>
  checkProblem(
    `The practice world cannot be used: ${cleanText(path, 300)} ${why}.`,
    'Leave --world out for a new practice pair, or give the folder of another one.',
  );

const readJson = (path: string): unknown => {
  let text: string;
  try {
    if (statSync(path).size > maxBytes) throw damaged(path, 'is too large');
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw damaged(path, code === 'ENOENT' ? 'is missing' : `cannot be read (${code})`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(path, 'is not JSON');
  }
};

const parse = <T extends z.ZodType>(path: string, schema: T): z.output<T> => {
  const result = schema.safeParse(readJson(path));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.map(String).join('.') ?? '';
  throw damaged(
    path,
    `is damaged or of another version${where === '' ? '' : ` (at ${cleanText(where, 100)})`}`,
  );
};

export const worldPath = (folder: string): string => join(folder, 'world.json');
export const computerFolder = (folder: string, id: string): string => join(folder, 'machines', id);
const statePath = (folder: string, id: string): string => join(computerFolder(folder, id), 'state.json');

interface KnownWorld {
  readonly stamp: string;
  readonly world: WorldFile;
}

const knownWorlds = new Map<string, KnownWorld>();

/** The world's description. It is replaced whole when it changes, so the file's own stamp tells whether it did. */
export const readWorld = (folder: string): WorldFile => {
  const path = worldPath(folder);
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  const stamp = stats ? `${String(stats.ino)} ${String(stats.size)} ${String(stats.mtimeNs)}` : '';
  const known = knownWorlds.get(path);
  if (known && stats && known.stamp === stamp) return known.world;
  const world = parse(path, worldSchema);
  if (stats) knownWorlds.set(path, { stamp, world });
  return world;
};
export const readState = (folder: string, id: string): State => parse(statePath(folder, id), stateSchema);

export const writeWorld = (folder: string, world: WorldFile): void => {
  writeWhole(worldPath(folder), `${JSON.stringify(world, null, 1)}\n`);
};

export const writeState = (folder: string, id: string, state: State): void => {
  writeWhole(statePath(folder, id), `${JSON.stringify(state, null, 1)}\n`);
};

/** The states that one change may read and write, read on first use and written at its end. */
export interface Draft {
  readonly world: WorldFile;
  of(computer: Pick<PracticeComputer, 'id'>): State;
}

/**
 * Changes the world in one act: no other process in between. What `work` changes in a state is written when it
 * returns; when it throws, nothing is.
 */
export const changeWorld = async <T>(folder: string, work: (draft: Draft) => T): Promise<T> =>
  withWorldLock(folder, () => {
    const states = new Map<string, { readonly before: string; readonly state: State }>();
    const result = work({
      world: readWorld(folder),
      of: ({ id }) => {
        const known = states.get(id);
        if (known) return known.state;
        const state = readState(folder, id);
        states.set(id, { before: JSON.stringify(state), state });
        return state;
      },
    });
    for (const [id, { before, state }] of states) {
      if (JSON.stringify(state) !== before) writeState(folder, id, state);
    }
    return result;
  });
