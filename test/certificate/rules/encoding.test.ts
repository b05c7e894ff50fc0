import { expect, test } from 'vitest';
import { encoding } from '../../../src/certificate/rules/encoding.js';
import { aCase, leaf } from '../support/a-case.js';

test('a readable certificate passes', () => {
  expect(encoding.run(aCase()).status).toBe('pass');
});

test('a malformed extension fails and is named', () => {
  const verdict = encoding.run(aCase({ certificate: leaf({ malformed: ['subjectAltName'] }) }));
  expect(verdict).toMatchObject({ status: 'fail' });
  expect(verdict.found).toContain('subjectAltName');
});

test('a certificate that OpenSSL refuses fails, with its reason', () => {
  const verdict = encoding.run(aCase({ certificate: leaf({ refused: 'wrong tag' }) }));
  expect(verdict).toMatchObject({ status: 'fail' });
  expect(verdict.found).toContain('wrong tag');
});
