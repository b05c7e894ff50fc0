import { defineConfig } from 'vitest/config';
import short from './vitest.config.js';

/** The full figures: `npm run torture`. Another seed: TORTURE_SEED=2 npm run torture */
export default defineConfig({
  ...short,
  test: { ...short.test, env: { TORTURE: 'full' }, testTimeout: 3_600_000 },
});
