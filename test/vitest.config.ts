import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
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
    root: new URL('..', import.meta.url).pathname.replace(/^\/([A-Za-z]:)/, '$1'),
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/windows/**',
      'test/windows-native/**',
      'test/powershell/**',
      'test/fleet/**',
      'test/fleet-windows/**',
      'test/netns/**',
      'test/torture/**',
      'test/model/**',
      '**/node_modules/**',
    ],
    // Vitest's own choice leaves a processor free: on two of them it takes the files one by one.
    maxWorkers: availableParallelism(),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
