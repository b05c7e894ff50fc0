import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkProblem, toolProblem } from '../../problem.js';
import { cleanText } from '../../clean.js';
import type { FileEntry, MachineFiles } from '../machine.js';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';

const unreadable = (path: string, error: unknown): Error =>
  toolProblem(`${cleanText(path)} cannot be read (${codeOf(error)}).`);

const kindOf = (stats: Stats): FileEntry['kind'] => {
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isDirectory()) return 'folder';
  return stats.isFile() ? 'file' : 'other';
};

const entry = (name: string, path: string, stats: Stats): FileEntry => ({
  name,
  path,
  kind: kindOf(stats),
  size: stats.size,
  modified: stats.mtime,
});

const absent = ['ENOENT', 'ENOTDIR'];

/** A folder with more entries than this is not a folder of DPM. */
const maxEntries = 10_000;

/** This computer's own files. */
export const windowsFiles: MachineFiles = {
  stat: async (path) => {
    try {
      const stats = await lstat(path);
      return entry(path.split(/[\\/]/).at(-1) ?? path, path, stats);
    } catch (error) {
      if (absent.includes(codeOf(error))) return null;
      throw unreadable(path, error);
    }
  },
  list: async (folder) => {
    let names: string[];
    try {
      names = await readdir(folder);
    } catch (error) {
      if (absent.includes(codeOf(error))) return [];
      throw unreadable(folder, error);
    }
    if (names.length > maxEntries) {
      throw checkProblem(
        `${cleanText(folder)} holds more than ${maxEntries.toLocaleString('en')} files and folders.`,
        'Use a separate folder.',
      );
    }
    const entries: FileEntry[] = [];
    for (const name of names) {
      const path = join(folder, name);
      try {
        entries.push(entry(name, path, await lstat(path)));
      } catch (error) {
        // Gone again in between, or locked away from us: the rest still counts.
        if (!['ENOENT', 'EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error))) throw unreadable(path, error);
      }
    }
    return entries;
  },
  read: async (path, maxBytes) => {
    const tooLarge = (): Error =>
      checkProblem(`${cleanText(path)} is larger than ${maxBytes.toLocaleString('en')} bytes.`);
    let file;
    try {
      file = await open(path, 'r');
    } catch (error) {
      throw unreadable(path, error);
    }
    try {
      const chunks: Buffer[] = [];
      let size = 0;
      for (;;) {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536));
        if (bytesRead === 0) return Buffer.concat(chunks);
        size += bytesRead;
        if (size > maxBytes) throw tooLarge();
        chunks.push(buffer.subarray(0, bytesRead));
      }
    } catch (error) {
      throw error instanceof Error && 'exitCode' in error ? error : unreadable(path, error);
    } finally {
      await file.close();
    }
  },
  sha256: async (path) => {
    const hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    } catch (error) {
      throw unreadable(path, error);
    }
    return hash.digest('hex');
  },
  join: (...parts) => join(...parts),
  absolute: (path) => resolve(path),
};
