import { defineConfig } from 'vitest/config';
import base from '../vitest.config.js';

// Needs a real Windows with Windows PowerShell 5.1; elsewhere everything is skipped by name.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/windows-native/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
