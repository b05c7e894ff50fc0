import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Where the suite keeps what it makes. Everything here can be deleted; the next run makes it again.

export const repository = fileURLToPath(new URL('../../..', import.meta.url));
const cache = join(repository, '.cache/windows');

export const places = {
  exe: join(repository, 'dist-exe/dpm-prep.exe'),
  /** Programs made of C, by name. */
  programs: join(cache, 'programs'),
  launcher: join(cache, 'programs/launch.exe'),
  consoleToolRunner: join(cache, 'console-tool-runner'),
  /** A prefix that has never been used; every other one starts as its copy. */
  basePrefix: join(cache, 'prefix'),
  cache,
  /** Every process of every run of dpm-prep.exe, in order, with its arguments; printed at the end of the suite. */
  processLog: join(cache, 'processes.log'),
} as const;
