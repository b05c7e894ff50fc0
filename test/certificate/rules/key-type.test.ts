import { expect, test } from 'vitest';
import { keyType } from '../../../src/certificate/rules/key-type.js';
import { aCase, aKey, leaf } from '../support/a-case.js';

test('exchange passes', () => {
  expect(keyType.run(aCase()).status).toBe('pass');
});

test('signature fails and says how to import the key', () => {
  const verdict = keyType.run(aCase({ key: aKey({ keySpec: 'signature' }) }));
  expect(verdict.status).toBe('fail');
  expect(verdict.fix?.join(' ')).toContain('AT_KEYEXCHANGE');
});

test('not recorded is never a pass', () => {
  expect(keyType.run(aCase({ key: aKey({ keySpec: null }) })).status).toBe('could-not-check');
});

test('a CNG key has no key type', () => {
  expect(keyType.run(aCase({ key: aKey({ keySpec: 'cng' }) })).status).toBe('not-applicable');
});

test('without a key it cannot be checked', () => {
  expect(keyType.run(aCase({ key: aKey({ present: false }) })).status).toBe('could-not-check');
});

test('an EC key has no key type', () => {
  const certificate = leaf({ publicKey: { algorithm: 'EC', bits: null } });
  expect(keyType.run(aCase({ certificate })).status).toBe('not-applicable');
});

test('in a store the same facts give the same verdict', () => {
  const origin = { kind: 'store', store: 'LocalMachine\\My' } as const;
  expect(keyType.run(aCase({ origin, key: aKey({ keySpec: 'signature' }) })).status).toBe('fail');
  expect(keyType.run(aCase({ origin })).status).toBe('pass');
});
