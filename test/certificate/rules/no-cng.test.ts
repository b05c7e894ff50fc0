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

test('an unknown and a missing provider do not pass', () => {
  expect(withProvider('Contoso HSM').status).toBe('could-not-check');
  expect(withProvider(null).status).toBe('could-not-check');
});

test('KeySpec 0 in a store is CNG, whatever the provider is called', () => {
  const origin = { kind: 'store', store: 'LocalMachine\\My' } as const;
  expect(noCng.run(aCase({ origin, key: aKey({ keySpec: 'cng', provider: null }) })).status).toBe('fail');
});

const inStore = (more: Parameters<typeof aKey>[0]) =>
  noCng.run(aCase({ origin: { kind: 'store', store: 'LocalMachine\\My' }, key: aKey(more) }));

test.each([
  ['another vendor', 'Luna Cryptographic Services for Microsoft Windows'],
  ['no name', null],
])('a key type in a store is that of a CSP, with %s too', (_, provider) => {
  expect(inStore({ keySpec: 'signature', provider }).status).toBe('pass');
});

test('a provider of CNG fails in a store whatever the key type says', () => {
  expect(inStore({ keySpec: 'exchange', provider: 'Contoso Key Storage Provider' }).status).toBe('fail');
});

test('what Windows could not read of a key is said, and no pass', () => {
  const verdict = inStore({ keySpec: null, provider: null, problem: 'The record of the key is damaged.' });
  expect(verdict).toMatchObject({ status: 'could-not-check', found: 'The record of the key is damaged.' });
});

test.each(['EC', 'Ed25519'])('a key of %s can only be CNG', (algorithm) => {
  const verdict = noCng.run(aCase({ certificate: leaf({ publicKey: { algorithm, bits: null } }) }));
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain(algorithm);
});

test('without a key it cannot be checked', () => {
  expect(noCng.run(aCase({ key: aKey({ present: false }) })).status).toBe('could-not-check');
});
