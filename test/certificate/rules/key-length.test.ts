import { expect, test } from 'vitest';
import { keyLength } from '../../../src/certificate/rules/key-length.js';
import { aCase, authorityFacts, leaf, link, rootFacts } from '../support/a-case.js';

test.each([
  [512, 'fail'],
  [1023, 'fail'],
  [1024, 'warn'],
  [2047, 'warn'],
  [2048, 'pass'],
  [4096, 'pass'],
  [null, 'fail'],
])('RSA with %s bits: %s', (bits, status) => {
  const certificate = leaf({ publicKey: { algorithm: 'RSA', bits } });
  expect(keyLength.run(aCase({ certificate })).status).toBe(status);
});

test('an EC key is for no-cng to judge', () => {
  const certificate = leaf({ publicKey: { algorithm: 'EC', bits: null } });
  expect(keyLength.run(aCase({ certificate })).status).toBe('not-applicable');
});

test.each([
  [512, 'fail'],
  [1024, 'warn'],
  [2048, 'pass'],
])('a CA and a root with %s bits: %s, and each is named', (bits, status) => {
  const short = { publicKey: { algorithm: 'RSA', bits } };
  const links = [link(leaf()), link(authorityFacts(short)), link(rootFacts(short))];
  const verdict = keyLength.run(aCase({ chain: { ...aCase().chain, links } }));
  expect(verdict.status).toBe(status);
  if (status !== 'pass') {
    expect(verdict.found).toContain('CN=Issuing CA');
    expect(verdict.found).toContain('CN=Root');
  }
  if (status === 'fail') expect(verdict.found).toContain('TRUST_E_CERT_SIGNATURE');
});
