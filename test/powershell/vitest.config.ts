import { defineConfig } from 'vitest/config';
import base from '../vitest.config.js';

// Needs the .NET SDK: PowerShell's own engine is built into a powershell.exe for the tests.
export default defineConfig({
  ...(base.plugins === undefined ? {} : { plugins: base.plugins }),
  test: {
    ...(base.test?.root === undefined ? {} : { root: base.test.root }),
    include: ['test/powershell/**/*.test.ts'],
    // One PowerShell takes a processor for a second.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
