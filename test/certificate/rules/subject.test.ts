import { expect, test } from 'vitest';
import { subject } from '../../../src/certificate/rules/subject.js';
import { aCase, leaf, nameFacts } from '../support/a-case.js';

test('a subject passes', () => {
  expect(subject.run(aCase()).status).toBe('pass');
});

test('an empty one fails, even with an alternative name', () => {
  const certificate = leaf({ subject: nameFacts(''), dnsNames: ['fin.contoso.com'] });
  const verdict = subject.run(aCase({ certificate }));
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain('fin.contoso.com');
});
