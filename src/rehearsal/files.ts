import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, type Stats } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, win32 } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FileEntry, MachineFiles } from '../machine/machine.js';
import { checkProblem } from '../problem.js';
import { cleanText } from '../clean.js';
import { hasFault } from './faults.js';
import { absolutePath, joinPath, toHost } from './paths.js';
import { places } from './practice-files.js';
import { readWorld } from './store.js';

/** Null where there is nothing. Does not follow links. */
export const statOrNull = (hostPath: string): Stats | null => {
  try {
    return lstatSync(hostPath);
  } catch {
    return null;
  }
};

const kindOf = (stats: Stats): FileEntry['kind'] => {
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isFile()) return 'file';
  return stats.isDirectory() ? 'folder' : 'other';
};

const noFile = (path: string, code: string | undefined): Error =>
  checkProblem(
    code === undefined || code === 'ENOENT'
      ? `${cleanText(path, 300)} does not exist.`
      : `${cleanText(path, 300)} cannot be read (${code}).`,
  );

/** The scripts of DPM that a fault has removed. */
const isMissing = (world: string, computerId: string, path: string): boolean =>
  path.startsWith(places.serverBin) &&
  /\.ps1$/i.test(path) &&
  hasFault(readWorld(world).faults, 'scripts-missing', computerId);

/** The files of one practice computer, and of the system beneath where a path is one of that. */
export const practiceFiles = (world: string, computerId: string): MachineFiles => {
  const host = (path: string): string => {
    const found = toHost(world, computerId, path);
    if (found === null) throw noFile(path, undefined);
    return found;
  };
  const entry = async (path: string, hostPath: string): Promise<FileEntry | null> => {
    try {
      const stats = await lstat(hostPath);
      const name = path.includes('\\') ? win32.basename(path) : basename(path);
      return { name, path, kind: kindOf(stats), size: stats.size, modified: stats.mtime };
    } catch {
      return null;
    }
  };
  return {
    stat: async (path) => {
      const found = toHost(world, computerId, path);
      if (found === null || isMissing(world, computerId, path)) return null;
      return entry(path, found);
    },
    list: async (folder) => {
      const found = host(folder);
      try {
        const names = (await readdir(found)).sort();
        const entries = await Promise.all(
          names.map(async (name) => {
            const path = joinPath(world, [folder, name]);
            return entry(path, host(path));
          }),
        );
        return entries.filter((one) => one !== null);
      } catch (error) {
        throw noFile(folder, (error as NodeJS.ErrnoException).code);
      }
    },
    read: async (path, maxBytes) => {
      const found = host(path);
      try {
        const { size } = await lstat(found);
        if (size > maxBytes) {
          throw checkProblem(
            `${cleanText(path, 300)} has ${String(size)} bytes; at most ${String(maxBytes)} are read.`,
          );
        }
        return await readFile(found);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw typeof code === 'string' ? noFile(path, code) : error;
      }
    },
    sha256: async (path) => {
      const hash = createHash('sha256');
      try {
        await pipeline(createReadStream(host(path)), hash);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw typeof code === 'string' ? noFile(path, code) : error;
      }
      return hash.digest('hex');
    },
    join: (...parts) => joinPath(world, parts),
    absolute: (path) => absolutePath(world, path),
  };
};
