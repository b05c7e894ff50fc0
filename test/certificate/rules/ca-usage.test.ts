import { expect, test } from 'vitest';
import { caUsage } from '../../../src/certificate/rules/ca-usage.js';
import { aCase, authorityFacts, leaf, link, rootFacts } from '../support/a-case.js';

import type { CertificateFacts } from '../../../src/certificate/facts.js';

const client = '1.3.6.1.5.5.7.3.2';
const server = '1.3.6.1.5.5.7.3.1';
const anyUsage = '2.5.29.37.0';

const judge = (ca: Partial<CertificateFacts>, root: Partial<CertificateFacts> = {}) =>
  caUsage.run(
    aCase({
      chain: {
        ...aCase().chain,
        links: [link(leaf()), link(authorityFacts(ca)), link(rootFacts(root))],
      },
    }),
  );

test('a CA without usages, with both, or for any usage passes', () => {
  for (const extendedKeyUsage of [null, [client, server], [anyUsage]]) {
    expect(judge({ extendedKeyUsage }).status).toBe('pass');
  }
});

test('a CA or a root that lacks a usage fails, with its name and the error name of Windows', () => {
  for (const verdict of [judge({ extendedKeyUsage: [server] }), judge({}, { extendedKeyUsage: [server] })]) {
    expect(verdict.status).toBe('fail');
    expect(verdict.found).toContain('Client Authentication');
    expect(verdict.found).toContain('CERT_E_WRONG_USAGE');
  }
  expect(judge({ extendedKeyUsage: [] }).status).toBe('fail');
});

test('usages that cannot be read fail', () => {
  expect(judge({ malformed: ['extendedKeyUsage'] }).status).toBe('fail');
});

test('application policies count like usages, and where both differ the result is open', () => {
  expect(judge({ applicationPolicies: [client, server] }).status).toBe('pass');
  expect(judge({ applicationPolicies: ['1.3.6.1.4.1.311.10.12.1'] }).status).toBe('pass');
  expect(judge({ applicationPolicies: [server] }).status).toBe('fail');
  expect(judge({ applicationPolicies: [server], extendedKeyUsage: [client, server] }).status).toBe(
    'could-not-check',
  );
});

test('a self-signed certificate is judged elsewhere', () => {
  expect(caUsage.run(aCase({ selfSigned: true })).status).toBe('not-applicable');
});
