import { expect, test } from 'vitest';
import { name } from '../../../src/certificate/rules/name.js';
import { aCase, leaf, nameFacts } from '../support/a-case.js';

const judge = (subject: string, expectedName: string | null) =>
  name.run(aCase({ certificate: leaf({ subject: nameFacts(subject) }), expectedName }));

test.each([
  ['CN=fin.contoso.com', 'fin.contoso.com', 'pass'],
  ['CN=FIN.Contoso.com', 'fin.contoso.com', 'pass'],
  ['CN=fin, O=Contoso', 'fin.contoso.com', 'warn'],
  ['CN=fin.contoso.com', 'FIN', 'pass'],
  ['CN=hr.contoso.com', 'FIN', 'warn'],
  ['CN=hr.contoso.com', 'fin.contoso.com', 'warn'],
  ['O=Contoso', 'fin.contoso.com', 'warn'],
  ['CN=fin.contoso.com', null, 'not-applicable'],
])('%s for %s: %s', (subject, expected, status) => {
  expect(judge(subject, expected).status).toBe(status);
});

test('it is an advice, so that it never fails a run', () => {
  expect(name.severity).toBe('advice');
});
