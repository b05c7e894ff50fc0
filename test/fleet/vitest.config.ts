import { defineConfig } from 'vitest/config';
import base from '../vitest.config.js';

// The hosts are one world that the tests change one after the other.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/fleet/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 900_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
