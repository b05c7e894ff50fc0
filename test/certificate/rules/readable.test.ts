import { expect, test } from 'vitest';
import { readable } from '../../../src/certificate/rules/readable.js';
import { checkProblem } from '../../../src/problem.js';

test('an input that was read passes', () => {
  expect(readable.run({ problem: null }).status).toBe('pass');
});

test('one that was not fails with the reason and the advice', () => {
  const verdict = readable.run({ problem: checkProblem('a.pfx cannot be read.', 'Export it again.') });
  expect(verdict).toMatchObject({
    status: 'fail',
    found: 'a.pfx cannot be read.',
    fix: ['Export it again.'],
  });
});
