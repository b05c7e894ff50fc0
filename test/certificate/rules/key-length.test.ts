import { expect, test } from 'vitest';
import { keyLength } from '../../../src/certificate/rules/key-length.js';
import { aCase, leaf } from '../support/a-case.js';

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
