import { expect, test } from 'vitest';
import { revocation } from '../../../src/certificate/rules/revocation.js';
import { aCase, address } from '../support/a-case.js';

import type { AddressFacts, CertificateCase } from '../../../src/certificate/facts.js';

const judge = (addresses: readonly AddressFacts[], more: Partial<CertificateCase> = {}) =>
  revocation.run(
    aCase({
      revocation: {
        offline: false,
        certificates: [{ subject: 'CN=fin', thumbprint: 'A'.repeat(40), addresses }],
      },
      ...more,
    }),
  );

const ldap = address({ address: 'ldap:///CN=CA,DC=contoso', outcome: 'directory', why: 'directory' });
const down = address({ address: 'http://down/ca.crl', outcome: 'unreachable', why: 'refused' });

test('a good answer passes, and a directory address beside it is named', () => {
  expect(judge([address()]).status).toBe('pass');
  const verdict = judge([address(), ldap]);
  expect(verdict.status).toBe('pass');
  expect(verdict.found).toContain('directory');
});

test('a revoked certificate fails, whatever another address says', () => {
  const revoked = address({ outcome: 'revoked', why: 'since 2026-01-01' });
  expect(judge([address(), revoked]).status).toBe('fail');
});

test.each(['unreachable', 'unusable', 'unknown'] as const)('%s alone fails', (outcome) => {
  const verdict = judge([address({ outcome, why: 'the reason' })]);
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain('the reason');
});

test('one of two addresses that does not work warns', () => {
  const verdict = judge([address(), down]);
  expect(verdict.status).toBe('warn');
  expect(verdict.found).toContain('http://down/ca.crl');
});

test('only LDAP fails for a workgroup and warns for an untrusted domain', () => {
  expect(judge([ldap]).status).toBe('fail');
  expect(judge([ldap]).found).toContain('ldap:///');
  expect(judge([ldap], { environment: 'untrusted-domain' }).status).toBe('warn');
});

test('no address at all warns', () => {
  expect(judge([]).status).toBe('warn');
});

test('revocation that was not asked about does not pass', () => {
  expect(judge([address({ outcome: 'not-asked', why: '--offline was given' })]).status).toBe(
    'could-not-check',
  );
});

test('the worst certificate of the chain decides', () => {
  const certificates = [
    { subject: 'CN=fin', thumbprint: 'A', addresses: [address()] },
    { subject: 'CN=CA', thumbprint: 'B', addresses: [down] },
  ];
  const verdict = revocation.run(aCase({ revocation: { offline: false, certificates } }));
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain('CN=CA');
});

test('a self-signed certificate is judged elsewhere', () => {
  expect(judge([], { selfSigned: true }).status).toBe('not-applicable');
});
