import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How this program starts itself again: a program and the arguments that come before ours. */
export interface Launch {
  readonly path: string;
  readonly arguments: readonly string[];
}

const launcherName = 'dpm-prep.js';

/** The folder above us that holds bin/dpm-prep.js: the package, or the repository where tests run. */
const launcherAbove = (start: string): string | null => {
  for (let folder = start; ; folder = dirname(folder)) {
    const launcher = join(folder, 'bin', launcherName);
    if (existsSync(launcher)) return launcher;
    if (dirname(folder) === folder) return null;
  }
};

const isOurLauncher = (path: string | undefined): path is string =>
  path !== undefined && /[\\/]dpm-prep(?:\.js)?$/.test(path) && existsSync(path);

const isSingleExecutable = async (): Promise<boolean> => {
  try {
    const sea = await import('node:sea');
    return sea.isSea();
  } catch {
    return false;
  }
};

/**
 * The practice tools are this program itself, started again: from the launcher it was started by, in tests from the
 * repository's, as a single executable without any script.
 */
export const ownLaunch = async (): Promise<Launch> => {
  if (await isSingleExecutable()) return { path: process.execPath, arguments: [] };
  const started = process.argv[1];
  const launcher =
    launcherAbove(dirname(fileURLToPath(import.meta.url))) ??
    (isOurLauncher(started) ? realpathSync(resolve(started)) : null);
  if (launcher === null) throw new Error('bin/dpm-prep.js is nowhere above this module.');
  return { path: process.execPath, arguments: [launcher] };
};
