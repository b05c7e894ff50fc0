import { expect, test } from 'vitest';
import { validity } from '../../../src/certificate/rules/validity.js';
import { aCase, leaf } from '../support/a-case.js';

const judge = (notBefore: string | null, notAfter: string | null, minDays = 30) =>
  validity.run(aCase({ certificate: leaf({ notBefore, notAfter }), minDays }));

const past = '2026-01-01T00:00:00.000Z';

test.each([
  ['valid', past, '2027-11-24T12:00:00.000Z', 'pass'],
  ['with exactly the wanted days', past, '2026-12-24T12:00:00.000Z', 'pass'],
  ['with a second less', past, '2026-12-24T11:59:59.000Z', 'warn'],
  ['valid until this very moment', past, '2026-11-24T12:00:00.000Z', 'warn'],
  ['expired a second ago', past, '2026-11-24T11:59:59.000Z', 'fail'],
  ['not valid yet', '2026-11-24T12:00:01.000Z', '2027-11-24T12:00:00.000Z', 'fail'],
  ['with its end before its beginning', '2027-01-01T00:00:00.000Z', past, 'fail'],
  ['without a beginning', null, '2027-11-24T12:00:00.000Z', 'fail'],
  ['without an end', past, null, 'fail'],
])('a certificate that is %s', (_, notBefore, notAfter, status) => {
  expect(judge(notBefore, notAfter).status).toBe(status);
});

test('the wanted days can be set', () => {
  expect(judge(past, '2026-12-01T12:00:00.000Z', 7).status).toBe('pass');
  expect(judge(past, '2026-12-01T12:00:00.000Z', 8).status).toBe('warn');
});
