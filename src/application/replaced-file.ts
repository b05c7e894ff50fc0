import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a file whole or not at all: beside its place under a name that nobody can foresee, then renamed into place. What
 * was there is replaced. `mode`: who may read it, before the umask. Throws the system's error.
 */
export const replaceFile = (path: string, text: string, mode = 0o666): void => {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    writeFileSync(part, text, { flag: 'wx', mode });
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
};
