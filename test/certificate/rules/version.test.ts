import { expect, test } from 'vitest';
import { version } from '../../../src/certificate/rules/version.js';
import { aCase, leaf } from '../support/a-case.js';

test('version 3 passes', () => {
  expect(version.run(aCase()).status).toBe('pass');
});

test.each([1, 2])('version %i fails', (number) => {
  const verdict = version.run(aCase({ certificate: leaf({ version: number }) }));
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain(`v${number}`);
});
