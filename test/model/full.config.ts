import { defineConfig } from 'vitest/config';
import short from './vitest.config.js';

/** The long run: `TORTURE_SEED=2 npm run torture:model` for another seed. */
export default defineConfig({
  ...short,
  test: { ...short.test, env: { TORTURE: 'full' }, testTimeout: 14_400_000 },
});
