import { expect, test } from 'vitest';
import { encoding } from '../../../src/certificate/rules/encoding.js';
import { aCase, authorityFacts, leaf, link, rootFacts } from '../support/a-case.js';

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

test('a repeated extension fails and is named', () => {
  const verdict = encoding.run(aCase({ certificate: leaf({ repeated: ['2.5.29.37'] }) }));
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain('extendedKeyUsage');
});

test('two signature algorithms in one certificate fail', () => {
  expect(encoding.run(aCase({ certificate: leaf({ algorithmsDiffer: true }) })).status).toBe('fail');
});

test('a CA that is encoded wrongly fails and is named', () => {
  const links = [link(leaf()), link(authorityFacts({ malformed: ['keyUsage'] })), link(rootFacts())];
  const verdict = encoding.run(aCase({ chain: { ...aCase().chain, links } }));
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain('CN=Issuing CA');
});
