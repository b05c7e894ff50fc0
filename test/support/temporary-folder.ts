import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A new folder that is gone when the test file has ended. */
export const temporaryFolder = (name = 'test'): string => {
  const folder = mkdtempSync(join(tmpdir(), `dpm-prep-${name}-`));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    // Many practice worlds on a busy disk take their time to go.
  }, 300_000);
  return folder;
};
