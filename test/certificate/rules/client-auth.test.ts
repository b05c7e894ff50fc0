import { expect, test } from 'vitest';
import { clientAuth } from '../../../src/certificate/rules/client-auth.js';
import { aCase, leaf } from '../support/a-case.js';

const withUsages = (extendedKeyUsage: readonly string[] | null) =>
  clientAuth.run(aCase({ certificate: leaf({ extendedKeyUsage }) }));

test('the usage alone passes', () => {
  expect(withUsages(['1.3.6.1.5.5.7.3.2']).status).toBe('pass');
});

test('only the other usage fails', () => {
  const verdict = withUsages(['1.3.6.1.5.5.7.3.1']);
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain('1.3.6.1.5.5.7.3.2');
});

test('an empty Enhanced Key Usage fails', () => {
  expect(withUsages([]).status).toBe('fail');
});

test('none at all warns: the error text asks for it only where there is one', () => {
  expect(withUsages(null).status).toBe('warn');
});

test('any purpose warns', () => {
  expect(withUsages(['2.5.29.37.0']).status).toBe('warn');
});

test('one that is not readable fails', () => {
  const certificate = leaf({ extendedKeyUsage: null, malformed: ['extendedKeyUsage'] });
  expect(clientAuth.run(aCase({ certificate })).status).toBe('fail');
});
