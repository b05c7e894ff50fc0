// ESLint 10 no longer reads .eslintrc.json by itself: this hands it over.
import { readFileSync } from 'node:fs';
import { FlatCompat } from '@eslint/eslintrc';
import js from '@eslint/js';

const {
  root: _root,
  ignorePatterns,
  reportUnusedDisableDirectives,
  ...rc
} = JSON.parse(readFileSync(new URL('.eslintrc.json', import.meta.url), 'utf8'));

const compat = new FlatCompat({
  baseDirectory: import.meta.dirname,
  recommendedConfig: js.configs.recommended,
});

export default [
  { ignores: ignorePatterns },
  { linterOptions: { reportUnusedDisableDirectives: reportUnusedDisableDirectives ? 'error' : 'off' } },
  ...compat.config(rc),
];
