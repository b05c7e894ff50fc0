import { expect, test } from 'vitest';
import { parseDate } from '../../src/dpm/date.js';

test.each([
  ['2027-01-31', '2027-01-31T00:00:00.000Z'],
  [' 2028-02-29 ', '2028-02-29T00:00:00.000Z'],
  ['2027-01-31T18:00Z', '2027-01-31T18:00:00.000Z'],
  ['2027-01-31T23:30:00+02:00', '2027-01-31T21:30:00.000Z'],
])('%s is a date', (text, value) => {
  expect(parseDate(text)).toEqual({ ok: true, value });
});

test.each([
  '',
  '2027-02-29',
  '2027-13-01',
  '31.01.2027',
  '2027-01-31T18:00',
  '2027-01-31T25:00Z',
  '2027-1-31',
  'x2027-01-31',
])('%j is not a date', (text) => {
  expect(parseDate(text).ok).toBe(false);
});
