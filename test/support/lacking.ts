import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

/** Path of a program on PATH or in one of these folders, or null. */
export const onPath = (name: string, ...alsoIn: readonly string[]): string | null =>
  [...(process.env.PATH ?? '').split(delimiter), ...alsoIn]
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file)) ?? null;

/** `describe`, or where there is a reason not to run the same skipped, with the reason in its name. */
export const describeIfNot = (reason: string | null, name: string, tests: () => void): void => {
  if (reason === null) describe(name, tests);
  else describe.skip(`${name} (not run: ${reason})`, tests);
};

/** `describe`, or where something is lacking the same skipped, with what it is in its name. */
export const describeUnless = (lacking: readonly string[], name: string, tests: () => void): void => {
  describeIfNot(lacking.length === 0 ? null : `no ${lacking.join(', no ')}`, name, tests);
};
