import { expect, test } from 'vitest';
import { chain } from '../../../src/certificate/rules/chain.js';
import { aCase, authorityFacts, leaf, link, nameFacts, rootFacts } from '../support/a-case.js';

import type { ChainFacts } from '../../../src/certificate/facts.js';

const judge = (more: Partial<ChainFacts>) => chain.run(aCase({ chain: { ...aCase().chain, ...more } }));

test('a chain that is right passes, and says what it was compared with', () => {
  expect(judge({ trust: 'listed' })).toMatchObject({ status: 'pass' });
  expect(judge({ trust: 'by-windows' })).toMatchObject({ status: 'pass' });
  expect(judge({}).found).toContain('not compared with any trust list');
});

test.each([
  ['not-listed', '--trust'],
  ['not-by-windows', 'does not trust'],
] as const)('a root that is %s fails', (trust, words) => {
  const verdict = judge({ trust });
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain(words);
});

test('a missing issuer fails and says whose it is and where it may be', () => {
  const top = authorityFacts({ issuerAddresses: ['http://pki.contoso.com/root.cer'] });
  const verdict = judge({ links: [link(leaf()), link(top, null)], end: 'no-issuer' });
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain('CN=Root');
  expect(verdict.fix?.join(' ')).toContain('http://pki.contoso.com/root.cer');
});

test('a chain without end fails', () => {
  expect(judge({ end: 'too-long' }).status).toBe('fail');
});

test('a wrong signature fails', () => {
  const verdict = judge({ links: [link(leaf(), 'bad'), link(authorityFacts()), link(rootFacts())] });
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain('did not make its signature');
});

test('a signature that cannot be verified here is left open', () => {
  const verdict = judge({
    links: [link(leaf(), 'unverifiable'), link(authorityFacts()), link(rootFacts(), 'unverifiable')],
  });
  expect(verdict.status).toBe('could-not-check');
});

test('every failure names what Windows calls it', () => {
  const expired = judge({
    links: [link(leaf()), link(authorityFacts({ notAfter: '2026-01-01T00:00:00.000Z' })), link(rootFacts())],
  });
  expect(expired.found).toContain('CERT_E_EXPIRED');
  expect(judge({ end: 'no-issuer' }).found).toContain('CERT_E_CHAINING');
  expect(judge({ trust: 'not-listed' }).found).toContain('CERT_E_UNTRUSTEDROOT');
});

test('MD5 fails below the root and does not matter on it', () => {
  const md5 = { signatureAlgorithm: 'md5WithRSAEncryption' };
  expect(judge({ links: [link(leaf(md5)), link(rootFacts())] }).status).toBe('fail');
  expect(judge({ links: [link(leaf()), link(rootFacts(md5))] }).status).toBe('pass');
});

test.each([
  ['expired', { notAfter: '2026-11-23T00:00:00.000Z' }, 'expired'],
  ['not valid yet', { notBefore: '2026-11-25T00:00:00.000Z' }, 'only from'],
  ['without dates', { notAfter: null }, 'invalid dates'],
  ['not a CA', { basicConstraints: { ca: false, pathLength: null } }, 'not a CA'],
  ['without basic constraints', { basicConstraints: null }, 'not a CA'],
  [
    'not allowed to sign certificates',
    { keyUsage: { signsCertificates: false, signsRevocationLists: true } },
    'key usage',
  ],
])('a CA that is %s fails', (_, facts, words) => {
  const verdict = judge({ links: [link(leaf()), link(authorityFacts(facts)), link(rootFacts())] });
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain(words);
});

test('the dates of the certificate itself are for validity to judge', () => {
  const expired = leaf({ notAfter: '2026-01-02T00:00:00.000Z' });
  expect(judge({ links: [link(expired), link(authorityFacts()), link(rootFacts())] }).status).toBe('pass');
});

test('a root of version 1 counts as a CA without saying so, an intermediate of version 1 does not', () => {
  const old = { version: 1, basicConstraints: null, keyUsage: null };
  expect(judge({ links: [link(leaf()), link(rootFacts(old))] }).status).toBe('pass');
  expect(judge({ links: [link(leaf()), link(authorityFacts(old)), link(rootFacts())] }).status).toBe('fail');
});

test('path length counts the CAs in between, self-issued ones left out', () => {
  const zero = { basicConstraints: { ca: true, pathLength: 0 } };
  expect(judge({ links: [link(leaf()), link(authorityFacts(zero)), link(rootFacts())] }).status).toBe('pass');
  expect(judge({ links: [link(leaf()), link(authorityFacts()), link(rootFacts(zero))] }).status).toBe('fail');
  const selfIssued = authorityFacts({ issuer: nameFacts('CN=Issuing CA') });
  expect(judge({ links: [link(leaf()), link(selfIssued), link(rootFacts(zero))] }).status).toBe('pass');
});

test('a self-signed certificate is judged elsewhere', () => {
  expect(chain.run(aCase({ selfSigned: true })).status).toBe('not-applicable');
});
