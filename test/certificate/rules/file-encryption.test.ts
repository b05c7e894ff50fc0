import { expect, test } from 'vitest';
import { fileEncryption } from '../../../src/certificate/rules/file-encryption.js';
import { noCng } from '../../../src/certificate/rules/no-cng.js';
import { aCase, aKey } from '../support/a-case.js';

const file = (format: 'PFX' | 'PEM', ...ciphers: string[]) =>
  aCase({ origin: { kind: 'file', format, file: 'fin.pfx' }, contents: { aside: [], ciphers } });

test('passes for triple DES, RC2 and no encryption', () => {
  for (const ciphers of [['triple DES'], ['RC2', 'triple DES'], []]) {
    expect(fileEncryption.run(file('PFX', ...ciphers)).status).toBe('pass');
  }
});

test('warns of AES, and says what converts the file', () => {
  const verdict = fileEncryption.run(file('PFX', 'AES-256', 'RC2'));
  expect(verdict.status).toBe('warn');
  expect(verdict.found).toContain('AES-256. Windows Server 2016 and older say that its password is wrong');
  expect(verdict.fix?.join(' ')).toContain('dpm-prep convert-cert fin.pfx --out fin-dpm.pfx');
});

test('does not apply to PEM files and stores', () => {
  const origin = { kind: 'store', store: 'LocalMachine\\My' } as const;
  expect(fileEncryption.run(file('PEM', 'AES-256')).status).toBe('not-applicable');
  expect(fileEncryption.run(aCase({ origin })).status).toBe('not-applicable');
});

test('certutil -importpfx is recommended for an AES file only with the Windows version that reads it', () => {
  const cng = { key: aKey({ keySpec: 'cng' as const }) };
  const advice = (...ciphers: string[]): string =>
    (noCng.run({ ...file('PFX', ...ciphers), ...cng }).fix ?? []).join('\n');
  expect(advice('AES-256')).toMatch(
    /on Windows Server 2019 or later only.* with: certutil -csp .* -importpfx/,
  );
  expect(advice('triple DES')).toMatch(/^Import it with: certutil -csp/);
});
