import { expect, test } from 'vitest';
import { otherContent } from '../../../src/certificate/rules/other-content.js';
import { aCase } from '../support/a-case.js';

test('a file with one certificate, its key and its chain passes', () => {
  expect(otherContent.run(aCase()).status).toBe('pass');
});

test('warns of what else is in the file, and names it', () => {
  const aside = [
    'the certificate CN=hr.contoso.com',
    'certificate 3 that cannot be read (a part is missing)',
  ];
  const verdict = otherContent.run(aCase({ contents: { aside, ciphers: [] } }));
  expect(verdict).toMatchObject({ status: 'warn', details: { aside } });
  for (const each of aside) expect(verdict.found).toContain(each);
});

test('does not apply to a store', () => {
  const origin = { kind: 'store', store: 'LocalMachine\\My' } as const;
  expect(otherContent.run(aCase({ origin })).status).toBe('not-applicable');
});
