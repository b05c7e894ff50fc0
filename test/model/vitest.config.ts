import { defineConfig } from 'vitest/config';
import base from '../vitest.config.js';

/** The model in its short form: 200 sequences. TORTURE=full for 5,000; TORTURE_SEED for another seed. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/model/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    setupFiles: ['test/model/support/setup.ts'],
    globalSetup: ['test/torture/support/print-figures.ts'],
    maxWorkers: 2,
    testTimeout: 900_000,
    hookTimeout: 300_000,
  },
});
