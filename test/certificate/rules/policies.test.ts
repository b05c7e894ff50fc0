import { expect, test } from 'vitest';
import { policies } from '../../../src/certificate/rules/policies.js';
import { aCase, authorityFacts, leaf, link, rootFacts } from '../support/a-case.js';

import type { CertificateFacts } from '../../../src/certificate/facts.js';

const judge = (own: Partial<CertificateFacts>, ca: Partial<CertificateFacts>) =>
  policies.run(
    aCase({
      chain: {
        ...aCase().chain,
        links: [link(leaf(own)), link(authorityFacts(ca)), link(rootFacts())],
      },
    }),
  );

const requires = (requireExplicit: number) => ({
  policyConstraints: { requireExplicit, inhibitMapping: null },
});

test('without constraints there is nothing to judge', () => {
  expect(judge({}, { policies: ['1.2.3'] }).status).toBe('not-applicable');
});

test('a required policy that is missing or differs fails, with the error name of Windows', () => {
  for (const own of [null, ['1.2.4']]) {
    const verdict = judge({ policies: own }, { policies: ['1.2.3'], ...requires(0) });
    expect(verdict.status).toBe('fail');
    expect(verdict.found).toContain('CERT_E_INVALID_POLICY');
  }
});

test('a required policy that is there passes, and any policy stands for it', () => {
  expect(judge({ policies: ['1.2.3'] }, { policies: ['1.2.3'], ...requires(0) }).status).toBe('pass');
  expect(judge({ policies: ['1.2.3'] }, { policies: ['2.5.29.32.0'], ...requires(0) }).status).toBe('pass');
  expect(judge({ policies: ['2.5.29.32.0'] }, { policies: ['1.2.3'], ...requires(0) }).status).toBe('pass');
});

test('the requirement begins after as many certificates as it says', () => {
  expect(judge({}, { policies: ['1.2.3'], ...requires(1) }).status).toBe('fail');
  expect(judge({}, { policies: ['1.2.3'], ...requires(2) }).status).toBe('pass');
});

test('mappings, and a policy that may stand for any, are left open', () => {
  expect(judge({ policies: ['1.2.4'] }, { policies: ['1.2.3'], mapsPolicies: true }).status).toBe(
    'could-not-check',
  );
  const inhibiting = { policies: ['1.2.3'], inhibitsAnyPolicy: true, ...requires(0) };
  expect(judge({ policies: ['1.2.3'] }, inhibiting).status).toBe('could-not-check');
});

test('a self-signed certificate is judged elsewhere', () => {
  expect(policies.run(aCase({ selfSigned: true })).status).toBe('not-applicable');
});
