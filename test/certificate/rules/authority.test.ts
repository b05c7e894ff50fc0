import { expect, test } from 'vitest';
import { authority } from '../../../src/certificate/rules/authority.js';
import { aCase, leaf } from '../support/a-case.js';

test('not asked for', () => {
  expect(authority.run(aCase()).status).toBe('not-applicable');
});

test.each(['B', 'C'])('a CA of the chain passes (%s)', (digit) => {
  expect(authority.run(aCase({ authCaThumbprint: digit.repeat(40) })).status).toBe('pass');
});

test('another one fails, and those of the chain are named', () => {
  const verdict = authority.run(aCase({ authCaThumbprint: 'F'.repeat(40) }));
  expect(verdict.status).toBe('fail');
  expect(verdict.fix?.join(' ')).toContain('B'.repeat(40));
});

test('the certificate itself is not its own authority', () => {
  expect(authority.run(aCase({ authCaThumbprint: leaf().thumbprint })).status).toBe('fail');
});
