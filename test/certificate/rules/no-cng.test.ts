import { expect, test } from 'vitest';
import { noCng } from '../../../src/certificate/rules/no-cng.js';
import { aCase, aKey, leaf } from '../support/a-case.js';

const withProvider = (provider: string | null) => noCng.run(aCase({ key: aKey({ provider }) }));

test.each([
  'Microsoft RSA SChannel Cryptographic Provider',
  'Microsoft Enhanced Cryptographic Provider v1.0',
  'microsoft strong cryptographic provider',
])('%s is a CSP', (provider) => {
  expect(withProvider(provider).status).toBe('pass');
});

test.each([
  'Microsoft Software Key Storage Provider',
  'Microsoft Platform Crypto Provider',
  'SafeNet Key Storage Provider',
])('%s is CNG', (provider) => {
  const verdict = withProvider(provider);
  expect(verdict.status).toBe('fail');
  expect(verdict.fix?.join(' ')).toContain('dpm-prep convert-cert fin.pfx --out fin-dpm.pfx');
  expect(verdict.fix?.join(' ')).toContain('certutil -csp');
});

test('an unknown provider and none are no pass', () => {
  expect(withProvider('Contoso HSM').status).toBe('could-not-check');
  expect(withProvider(null).status).toBe('could-not-check');
});

test('KeySpec 0 in a store is CNG, whatever the provider is called', () => {
  const origin = { kind: 'store', store: 'LocalMachine\\My' } as const;
  expect(noCng.run(aCase({ origin, key: aKey({ keySpec: 'cng', provider: null }) })).status).toBe('fail');
});

test.each(['EC', 'Ed25519'])('a key of %s can only be CNG', (algorithm) => {
  const verdict = noCng.run(aCase({ certificate: leaf({ publicKey: { algorithm, bits: null } }) }));
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain(algorithm);
});

test('without a key it cannot be checked', () => {
  expect(noCng.run(aCase({ key: aKey({ present: false }) })).status).toBe('could-not-check');
});
