import { mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { cleanText } from '../clean.js';
import { acts } from '../machine/acts.js';
import type { Machine } from '../machine/machine.js';
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

/** Makes the folder, private to the user. Without it nothing may change: a change must leave a record. */
export const openStateFolder = (path: string): string => {
  const folder = resolve(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw checkProblem(
      `The state folder ${folder} cannot be made (${code}), so nothing was changed: every change must leave a record.`,
      'Give a folder that can be written with --state-dir.',
    );
  }
  return folder;
};

const isEmptyOrMissing = (folder: string): boolean => {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return true;
  }
};

/** BUILTIN\Administrators, and SYSTEM, from which no access list keeps anything. */
const administrators: readonly string[] = ['S-1-5-32-544', 'S-1-5-18'];

const unprotected = (folder: string, why: string): Error =>
  checkProblem(
    `The state folder ${folder} cannot be kept from other users (${cleanText(why)}), so nothing was changed: the record of a run names computers and accounts.`,
    'Run it in an elevated prompt, or give a folder of your own on an NTFS volume with --state-dir.',
  );

/**
 * Makes the folder so that only this user and administrators can read it, and reads that back. A folder that the user
 * named and that already holds something keeps the access that it has: it may be anything, also a drive.
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
  if (!owned && !isEmptyOrMissing(folder)) return openStateFolder(folder);
  const { error, result } = await machine.perform(
    { kind: 'act', act: 'protect-folder', input: { path: folder }, shown: `icacls "${folder}"` },
    { attended: false },
  );
  if (error !== null) throw unprotected(folder, error);
  const access = acts['protect-folder'].output.safeParse(result);
  if (!access.success) throw unprotected(folder, 'Windows does not say who can read it');
  const { owner, readers, user } = access.data;
  const others = [owner, ...readers].filter((sid) => sid !== user && !administrators.includes(sid));
  if (others.length > 0) throw unprotected(folder, `it is open to ${[...new Set(others)].join(', ')}`);
  return openStateFolder(folder);
};
