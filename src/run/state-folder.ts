import { lstatSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { cleanText } from '../clean.js';
import { acts } from '../machine/acts.js';
import type { Machine } from '../machine/machine.js';
import { makeFolders } from '../machine/make-folders.js';
import { readersBesides } from '../machine/private-access.js';
import { checkProblem } from '../problem.js';

/** The default state folder: %ProgramData%\dpm-prep, elsewhere the XDG state folder. */
export const defaultStateFolder = (
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string => {
  if (platform === 'win32') return `${environment.ProgramData ?? 'C:\\ProgramData'}\\dpm-prep`;
  const xdg = environment.XDG_STATE_HOME;
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.local', 'state'), 'dpm-prep');
};

const notPrivate = (folder: string, why: string): Error =>
  checkProblem(
    `The state folder ${folder} ${why}. Nothing was changed. Anyone who can write to it can change what dpm-prep believes it did.`,
    'Give a folder that only you can write to with --state-dir.',
  );

/** POSIX owner and mode. Windows keeps access lists instead: `openProtectedStateFolder` reads those. */
const refuseForeign = (folder: string): void => {
  const { getuid } = process;
  if (getuid === undefined) return;
  const { uid, mode } = lstatSync(folder);
  if (uid !== getuid() && uid !== 0) throw notPrivate(folder, `belongs to another user (id ${String(uid)})`);
  if ((mode & 0o022) !== 0) throw notPrivate(folder, 'can be written by other users');
};

/**
 * Makes the folder, private to the user. Without it nothing may change: a change must leave a record. Throws a Problem
 * (check) where it cannot be made, is not a folder, or is open to other users.
 */
export const openStateFolder = (path: string): string => {
  const folder = resolve(path);
  const there = lstatSync(folder, { throwIfNoEntry: false });
  if (there?.isDirectory() === false) throw notPrivate(folder, 'is not a folder');
  try {
    makeFolders(folder, 0o700);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw checkProblem(
      `The state folder ${folder} cannot be created (${code}). Nothing was changed, because every change must leave a record.`,
      'Give a folder that you can write to with --state-dir.',
    );
  }
  refuseForeign(folder);
  return folder;
};

/** Empty, missing, or a state folder already: its access may be set without harm to anything else. */
const mayBeOurs = (folder: string): boolean => {
  try {
    const names = readdirSync(folder);
    return names.length === 0 || names.includes('journal.jsonl');
  } catch {
    return true;
  }
};

const unprotected = (folder: string, why: string): Error =>
  checkProblem(
    `The state folder ${folder} cannot be protected from other users (${cleanText(why)}). Nothing was changed. The record of a run names computers and accounts.`,
    'Run dpm-prep in an elevated prompt, or give a folder of your own on an NTFS volume with --state-dir.',
  );

/**
 * Makes the folder so that only this user and administrators can read it, and reads that back. A folder that the user
 * named and that holds something else is refused: it may be anything, also a drive, and its access is not ours to set.
 * `owned`: the folder is the program's own, whoever made it. Throws a Problem (check) where it stays readable.
 */
export const openProtectedStateFolder = async (
  machine: Machine,
  path: string,
  { owned }: { readonly owned: boolean },
): Promise<string> => {
  // The practice pair has no access lists: what the system's own mode 0700 gives is all there is.
  if (machine.rehearsal) return openStateFolder(path);
  const folder = resolve(path);
  if (!owned && !mayBeOurs(folder)) {
    throw checkProblem(
      `The folder ${folder} holds other files, and dpm-prep does not change who can read them. Nothing was changed.`,
      'Give an empty folder, or one that dpm-prep used before, with --state-dir.',
    );
  }
  const { error, result } = await machine.perform(
    { kind: 'act', act: 'protect-folder', input: { path: folder }, shown: `icacls "${folder}"` },
    { attended: false },
  );
  if (error !== null) throw unprotected(folder, error);
  const access = acts['protect-folder'].output.safeParse(result);
  if (!access.success) throw unprotected(folder, 'Windows does not say who can read it');
  const others = readersBesides(access.data);
  if (others.length > 0) throw unprotected(folder, `it is open to ${others.join(', ')}`);
  return openStateFolder(folder);
};
