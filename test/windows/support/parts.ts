import { describeUnless, onPath } from '../../support/lacking.js';

/*
 * What the Windows suite is made of beside Node.js. A machine that lacks a part runs the rest; the tests that need it
 * say so in their name.
 */

const parts = {
  /** Debian package wine64: its programs are not on PATH. */
  Wine: onPath('wine64', '/usr/lib/wine'),
  /** Debian package gcc-mingw-w64-x86-64. */
  'mingw gcc': onPath('x86_64-w64-mingw32-gcc'),
  '.NET SDK': onPath('dotnet'),
  osslsigncode: onPath('osslsigncode'),
} as const;

export type Part = keyof typeof parts;

export const missing = (...needed: readonly Part[]): readonly Part[] =>
  process.platform === 'linux' ? needed.filter((part) => parts[part] === null) : needed;

/** `describe`, or where a part is missing the same skipped, with the reason in its name. */
export const describeWith = (needed: readonly Part[], name: string, tests: () => void): void => {
  describeUnless(missing(...needed), name, tests);
};

/** Path of a part that is there. */
export const part = (name: Part): string => {
  const path = parts[name];
  if (path === null) throw new Error(`${name} is missing.`);
  return path;
};
