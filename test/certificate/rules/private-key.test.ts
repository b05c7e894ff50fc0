import { expect, test } from 'vitest';
import { privateKey } from '../../../src/certificate/rules/private-key.js';
import { aCase, aKey } from '../support/a-case.js';

const store = { kind: 'store', store: 'LocalMachine\\My' } as const;

test('a key that belongs passes', () => {
  expect(privateKey.run(aCase()).status).toBe('pass');
});

test('no key fails, in a file and in a store', () => {
  const key = aKey({ present: false, belongs: null });
  expect(privateKey.run(aCase({ key })).status).toBe('fail');
  const verdict = privateKey.run(aCase({ key, origin: store }));
  expect(verdict.status).toBe('fail');
  expect(verdict.fix?.join(' ')).toContain('-repairstore');
});

test('a key that does not belong fails, with why', () => {
  const verdict = privateKey.run(aCase({ key: aKey({ belongs: false, problem: 'the key is damaged' }) }));
  expect(verdict.status).toBe('fail');
  expect(verdict.found).toContain('the key is damaged');
});

test('a key that cannot be tried out does not pass', () => {
  expect(privateKey.run(aCase({ key: aKey({ belongs: null, problem: 'odd' }) })).status).toBe(
    'could-not-check',
  );
});

test('for a store the word of Windows counts', () => {
  expect(privateKey.run(aCase({ key: aKey({ belongs: null }), origin: store })).status).toBe('pass');
});

test('a key that Windows records and cannot open does not pass', () => {
  const key = aKey({ belongs: null, problem: 'The key cannot be read: Keyset does not exist.' });
  const verdict = privateKey.run(aCase({ key, origin: store }));
  expect(verdict.status).toBe('could-not-check');
  expect(verdict.found).toContain('Keyset does not exist');
});
