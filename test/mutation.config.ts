import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

// For npm run mutation: only tests that run in the process of the test, since a child process runs dist/, without the
// mutant. Not mergeConfig, which adds to a list and would let every test in.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/{answers,certificate,dpm,procedures,run,steps}/**/*.test.ts'],
    exclude: [
      'test/certificate/{hostile,paths,refused-chains}.test.ts',
      'test/certificate/read/other-programs.test.ts',
    ],
  },
});
