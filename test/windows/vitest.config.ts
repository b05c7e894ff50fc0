import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [
    {
      name: 'as-text',
      enforce: 'pre',
      load(id) {
        if (!/\.(?:ps1|cs)$/.test(id)) return null;
        return `export default ${JSON.stringify(readFileSync(id, 'utf8'))}`;
      },
    },
  ],
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/windows/**/*.test.ts'],
    globalSetup: ['test/windows/support/build.ts'],
    reporters: ['default', './test/windows/support/reporter.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // Wine on two processors: one file at a time.
    fileParallelism: false,
  },
});
