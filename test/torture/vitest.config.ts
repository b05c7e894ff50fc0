import { defineConfig } from 'vitest/config';
import base from '../vitest.config.js';

/** The figures for reliability and security, in their short and seeded form. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/torture/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['test/torture/support/print-figures.ts'],
    // Most of the time one file waits for a process; more than two at once would only slow each other down.
    maxWorkers: 2,
    // On a busy machine all of this takes many times as long; no figure is a time.
    testTimeout: 900_000,
    hookTimeout: 300_000,
  },
});
