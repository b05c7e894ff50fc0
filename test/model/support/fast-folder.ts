import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In memory where there is such a folder: every file is written through to the disk. */
const inMemory = '/dev/shm';

/** A new folder; the caller removes it. */
export const fastFolder = (name: string): string =>
  mkdtempSync(join(existsSync(inMemory) ? inMemory : tmpdir(), `dpm-prep-${name}-`));
