import { expect, test } from 'vitest';
import { renewal } from '../../../src/certificate/rules/renewal.js';
import { aCase, authorityFacts, leaf, link, nameFacts } from '../support/a-case.js';

import type { ReplacedFacts } from '../../../src/certificate/facts.js';

const old = (more: Partial<ReplacedFacts> = {}): ReplacedFacts => ({
  name: 'old.pfx',
  subject: nameFacts('CN=fin.contoso.com'),
  root: { name: nameFacts('CN=Root'), thumbprint: 'C'.repeat(40) },
  keyId: 'old-key',
  thumbprint: 'D'.repeat(40),
  ...more,
});

test('nothing to replace', () => {
  expect(renewal.run(aCase()).status).toBe('not-applicable');
});

test('the same subject and root pass', () => {
  expect(renewal.run(aCase({ replaces: old() })).status).toBe('pass');
});

test('another subject fails', () => {
  expect(renewal.run(aCase({ replaces: old({ subject: nameFacts('CN=fin') }) })).status).toBe('fail');
});

test('another root fails', () => {
  const root = { name: nameFacts('CN=Other Root'), thumbprint: 'E'.repeat(40) };
  expect(renewal.run(aCase({ replaces: old({ root }) })).status).toBe('fail');
});

test('the very same certificate fails', () => {
  expect(renewal.run(aCase({ replaces: old({ thumbprint: leaf().thumbprint }) })).status).toBe('fail');
});

test('without both roots it cannot be checked', () => {
  expect(renewal.run(aCase({ replaces: old({ root: null }) })).status).toBe('could-not-check');
  const chain = {
    links: [link(leaf()), link(authorityFacts(), null)],
    end: 'no-issuer',
    trust: 'no-list',
  } as const;
  expect(renewal.run(aCase({ replaces: old(), chain })).status).toBe('could-not-check');
});
