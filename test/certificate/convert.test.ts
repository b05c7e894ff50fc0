import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  convertCertificate,
  judge,
  NotACertificate,
  openCertificates,
  WrongPassword,
} from '../../src/certificate/index.js';
import { Problem } from '../../src/problem.js';
import { Secret } from '../../src/secret.js';
import { csp, ksp, noOpenssl, Workshop, type MadeCertificate } from '../support/openssl.js';

describe.skipIf(noOpenssl)(
  'a certificate is converted for the provider that DPM needs (needs openssl 3)',
  () => {
    let shop: Workshop;
    let root: MadeCertificate;
    let leaf: MadeCertificate;

    const convert = (bytes: Buffer, password = 'new-secret', old = 'secret-1') =>
      convertCertificate({ name: 'fin.pfx', bytes, passwords: [new Secret(old)] }, new Secret(password));

    const shown = (pfx: Buffer, password: string, ...more: string[]): string =>
      shop
        .run(
          ['pkcs12', '-in', shop.write('.pfx', pfx), '-passin', 'env:DPM_TEST_PASSWORD', '-nodes', ...more],
          {
            env: { DPM_TEST_PASSWORD: password },
          },
        )
        .toString('utf8');

    beforeAll(() => {
      shop = new Workshop();
      root = shop.root();
      leaf = shop.leaf(root);
    });

    afterAll(() => {
      shop.remove();
    });

    test('OpenSSL sees the wanted provider and key type, and the same certificate and key', () => {
      const converted = convert(shop.pfx(leaf, { csp: ksp, keyType: 'signature' }));
      const text = shown(converted.pfx, 'new-secret');
      expect(text).toContain(`Microsoft CSP Name: ${csp}`);
      expect(text).toContain('X509v3 Key Usage: 10');
      const certificate = /-----BEGIN CERTIFICATE[^]+?END CERTIFICATE-----/.exec(
        shown(converted.pfx, 'new-secret', '-clcerts'),
      );
      expect(`${certificate?.[0] ?? ''}\n`).toBe(leaf.pem);
      expect(text).toContain(root.pem.trim());
      const key = shop.run(['rsa', '-noout', '-modulus'], { input: text }).toString('utf8');
      expect(key).toBe(shop.run(['rsa', '-noout', '-modulus', '-in', leaf.keyPath]).toString('utf8'));
      expect(converted).toMatchObject({ thumbprint: leaf.thumbprint, provider: csp, chainLength: 1 });
    });

    test('it is encrypted with triple DES and SHA-1, which every Windows opens', () => {
      const converted = convert(shop.pfx(leaf));
      const info = shop.run([
        'pkcs12',
        '-in',
        shop.write('.pfx', converted.pfx),
        '-info',
        '-noout',
        '-passin',
        'pass:new-secret',
      ]);
      expect(info).toBeDefined();
      const structure = shop.run(['asn1parse', '-inform', 'DER'], { input: converted.pfx }).toString('utf8');
      expect(structure).toContain('sha1');
      expect(structure).not.toContain('PBES2');
    });

    test('the checks pass on the result', async () => {
      const converted = convert(shop.pfx(leaf, { csp: ksp, keyType: null }));
      const opened = openCertificates({
        name: 'out.pfx',
        bytes: converted.pfx,
        passwords: [new Secret('new-secret')],
      });
      const [judged] = await judge(opened, { offline: true });
      const status = (id: string) => judged?.findings.find((finding) => finding.id === id)?.status;
      expect([status('no-cng'), status('key-type'), status('private-key'), status('chain')]).toEqual([
        'pass',
        'pass',
        'pass',
        'pass',
      ]);
    });

    test.each(['pässwörd', 'Пароль', '密碼🔑'])('the new password can be %j', (password) => {
      expect(shown(convert(shop.pfx(leaf), password).pfx, password)).toContain(leaf.pem.trim());
    });

    test('PEM with a key can be converted too, and a file of only a chain cannot', () => {
      const pem = Buffer.from(leaf.pem + leaf.keyPem);
      expect(convert(pem).chainLength).toBe(0);
      expect(() => convert(Buffer.from(leaf.pem + root.pem))).toThrow(Problem);
      expect(() => convert(Buffer.from('hello'))).toThrow(NotACertificate);
    });

    test('a wrong password, an empty new one, an EC key, a foreign key and two certificates are refused', () => {
      const pfx = shop.pfx(leaf);
      expect(() => convert(pfx, 'new-secret', 'wrong')).toThrow(WrongPassword);
      expect(() => convert(pfx, '')).toThrow(/password is empty/);
      const ec = shop.leaf(root, '/CN=ec.contoso.com', { key: 'ec:P-256' });
      expect(() => convert(shop.pfx(ec))).toThrow(/is EC/);
      const other = shop.leaf(root, '/CN=hr.contoso.com');
      expect(() => convert(Buffer.from(leaf.pem + other.keyPem))).toThrow(
        /does not hold a certificate together/,
      );
      const both = Buffer.from(leaf.pem + leaf.keyPem + other.pem + other.keyPem);
      expect(() => convert(both)).toThrow(/2 certificates/);
    });

    test('two conversions differ in salt, so that nothing is shared between files', () => {
      const pfx = shop.pfx(leaf);
      expect(convert(pfx).pfx.equals(convert(pfx).pfx)).toBe(false);
    });
  },
);
