import { lstatSync, readdirSync } from 'node:fs';
import { isAbsolute, join, resolve, sep, win32 } from 'node:path';
import { computerFolder } from './store.js';

/*
 * Paths of a practice computer. C:\ and D:\ are the folders C and D of that computer in the world, without a
 * difference between upper and lower case. A path of the system that the rehearsal runs on (the exchange folder, a
 * file of the user) is taken as it is.
 */

const hasDrive = /^[A-Za-z]:/;

/** True where a path is one of the practice computer, not of the system beneath. */
const isPracticePath = (world: string, path: string): boolean => {
  if (!hasDrive.test(path) && !path.startsWith('\\')) return false;
  if (process.platform !== 'win32') return true;
  const within = win32.normalize(path).toLowerCase();
  return !within.startsWith(win32.normalize(world).toLowerCase() + sep);
};

const present = (path: string): boolean => {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
};

/** The name as it is written on disk, or as given where there is none. */
const onDisk = (folder: string, name: string): string => {
  if (present(join(folder, name))) return name;
  try {
    const lower = name.toLowerCase();
    return readdirSync(folder).find((entry) => entry.toLowerCase() === lower) ?? name;
  } catch {
    return name;
  }
};

/**
 * Where a path of that computer is on this system; null for what no practice computer has (another drive, a share, a
 * drive without a path).
 */
export const toHost = (world: string, computerId: string, path: string): string | null => {
  if (path.includes('\0')) return null;
  if (!isPracticePath(world, path)) return isAbsolute(path) ? path : null;
  const whole = win32.normalize(path);
  const root = win32.parse(whole).root;
  if (!/^[CD]:\\$/i.test(root)) return null;
  const drive = join(computerFolder(world, computerId), root.charAt(0).toUpperCase());
  return whole
    .slice(root.length)
    .split('\\')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .reduce((folder, part) => join(folder, onDisk(folder, part)), drive);
};

/** Absolute as that computer writes it. A relative path is one of the system that the user types on. */
export const absolutePath = (world: string, path: string): string => {
  if (isPracticePath(world, path)) {
    return hasDrive.test(path) && !/^[A-Za-z]:[\\/]/.test(path)
      ? win32.normalize(`${path.slice(0, 2)}\\${path.slice(2)}`)
      : win32.normalize(path);
  }
  return resolve(path);
};

export const joinPath = (world: string, parts: readonly string[]): string => {
  const first = parts[0] ?? '';
  return isPracticePath(world, first) || !isAbsolute(first) ? win32.join(...parts) : join(...parts);
};
