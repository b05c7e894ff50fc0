import { closeSync, existsSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { toolProblem, usageProblem } from '../problem.js';

/** `command` never overwrites a file: refuses one that is there. */
export const refuseExisting = (path: string, command: string): void => {
  if (!existsSync(path)) return;
  throw usageProblem(
    `${path} exists already, and ${command} never overwrites a file.`,
    'Name another one with --out.',
  );
};

/** Writes the whole file, readable by its owner alone, or none. */
export const writeNew = (path: string, bytes: Buffer, command: string): void => {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'wx', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') refuseExisting(path, command);
    throw usageProblem(
      code === 'ENOENT'
        ? `The folder of ${path} does not exist.`
        : `${path} cannot be written (${code ?? 'unknown error'}).`,
      'Name a file in a folder that can be written with --out.',
    );
  }
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    closeSync(descriptor);
  } catch (error) {
    closeSync(descriptor);
    unlinkSync(path);
    const { code } = error as NodeJS.ErrnoException;
    throw toolProblem(
      `${path} could not be written completely (${code ?? 'unknown error'}). dpm-prep removed it again.`,
    );
  }
};
