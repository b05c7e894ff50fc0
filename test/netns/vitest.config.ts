import { defineConfig } from 'vitest/config';
import base from '../vitest.config.js';

/** Preflight over a real network: two network namespaces of Linux. Needs root, iproute2 and nftables. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/netns/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 60_000,
  },
});
