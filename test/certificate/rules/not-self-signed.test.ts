import { expect, test } from 'vitest';
import { notSelfSigned } from '../../../src/certificate/rules/not-self-signed.js';
import { aCase, leaf, nameFacts } from '../support/a-case.js';

test('a certificate of a CA passes, even if the names are equal', () => {
  const certificate = leaf({ issuer: nameFacts('CN=fin.contoso.com') });
  expect(notSelfSigned.run(aCase({ certificate })).status).toBe('pass');
});

test('its own signature fails, even under another name', () => {
  expect(notSelfSigned.run(aCase({ selfSigned: true })).status).toBe('fail');
});

test('a signature that cannot be verified is left open', () => {
  const verdict = notSelfSigned.run(aCase({ selfSigned: null }));
  expect(verdict.status).toBe('could-not-check');
});
