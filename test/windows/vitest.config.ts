import { defineConfig } from 'vitest/config';
import base from '../vitest.config.js';

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/windows/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['test/windows/support/build.ts'],
    reporters: ['default', './test/windows/support/reporter.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // Wine on two processors: one file at a time.
    fileParallelism: false,
  },
});
