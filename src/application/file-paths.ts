import type { Machine } from '../machine/machine.js';
import { usageProblem } from '../problem.js';

/** The last part of a path, Windows or not. */
export const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

/** The folder of a path; null for a bare name. */
export const folderOf = (path: string): string | null =>
  /[\\/]/.test(path) ? path.replace(/[\\/][^\\/]*$/, '') : null;

/**
 * A given path made absolute, or a bare name in the first of these folders that holds such a file: nothing is left to
 * a tool's current folder.
 */
export const resolveFile = async (
  machine: Machine,
  given: string,
  folders: readonly (string | null)[],
  missing: { readonly what: string; readonly fix: string },
): Promise<string> => {
  if (folderOf(given) !== null) return machine.files.absolute(given);
  const tried = [...new Set(folders.filter((folder) => folder !== null))];
  for (const folder of tried) {
    const path = machine.files.join(folder, given);
    if ((await machine.files.stat(path))?.kind === 'file') return path;
  }
  throw usageProblem(
    `${missing.what} ${given} was not found in these folders: ${tried.join(', ')}.`,
    missing.fix,
  );
};
