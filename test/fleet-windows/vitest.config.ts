import { defineConfig } from 'vitest/config';
import base from '../vitest.config.js';

// A task of Ansible takes seconds under Wine, a playbook minutes.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/fleet-windows/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['test/windows/support/build.ts'],
    testTimeout: 1_200_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
