import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and the folders above it that are missing. Throws the error of the system. Not `mkdirSync` with
 * `recursive`: Node.js never returns from it where the system refuses with ENOENT although the folder above exists (/proc).
 * @param mode permissions of what is made; nothing changes for a folder that exists
 */
export const makeFolders = (folder: string, mode = 0o777): void => {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolders(above, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};
