import { defineConfig } from 'vitest/config';
import base from '../vitest.config.js';

// Needs the .NET SDK: the whole PowerShell is built for the tests.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/powershell/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['test/powershell/support/build.ts'],
    // One PowerShell takes a processor for a second.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
