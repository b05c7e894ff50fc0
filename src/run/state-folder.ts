import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
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
