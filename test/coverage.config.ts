import { mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

const children = process.env.DPM_PREP_COVERAGE_OF_CHILDREN;

// For npm run coverage. The child processes of the tests inherit the folder into which Node writes what they covered.
export default mergeConfig(base, {
  test: {
    ...(children === undefined ? {} : { env: { NODE_V8_COVERAGE: children } }),
    coverage: { enabled: true, provider: 'v8', include: ['src/**/*.ts'], reporter: ['json'] },
  },
});
