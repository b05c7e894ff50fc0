import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCertificates, WrongPassword } from '../../../src/certificate/index.js';
import { Secret } from '../../../src/secret.js';
import { noOpenssl, Workshop, type MadeCertificate } from '../../support/openssl.js';

/*
 * Files that other programs write, made while the test runs: Java's keytool, GnuTLS' certtool and NSS' pk12util, which
 * writes what Firefox exports. Debian packages: default-jre-headless, gnutls-bin, libnss3-tools.
 */

const missing = (program: string, ...args: string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).error !== undefined;

const password = 'secret-2';

describe.skipIf(noOpenssl)('files of other programs (needs openssl 3)', () => {
  let shop: Workshop;
  let leaf: MadeCertificate;
  let pfx: string;

  const at = (name: string): string => join(shop.folder, name);

  const run = (program: string, ...args: string[]): void => {
    const result = spawnSync(program, args, {
      cwd: shop.folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        LC_ALL: 'C.UTF-8',
        JAVA_TOOL_OPTIONS: '-Dfile.encoding=UTF-8 -Dsun.jnu.encoding=UTF-8',
      },
    });
    if (result.status !== 0)
      throw new Error(`${program} ${args.join(' ')}\n${result.stdout}${result.stderr}`);
  };

  const open = (name: string, ...passwords: string[]) =>
    openCertificates({
      name,
      bytes: readFileSync(at(name)),
      passwords: passwords.map((each) => new Secret(each)),
    });

  /** Opens with the right password alone, and holds the computer's certificate with its key. */
  const expectWhole = (name: string): void => {
    const [opened, ...more] = open(name, password);
    expect(more).toEqual([]);
    expect(opened?.certificate.facts.thumbprint).toBe(leaf.thumbprint);
    expect(opened?.key).toMatchObject({ present: true, belongs: true });
    expect(opened?.contents.aside).toEqual([]);
    expect(() => open(name, 'wrong')).toThrow(WrongPassword);
  };

  beforeAll(() => {
    shop = new Workshop();
    const root = shop.root();
    leaf = shop.leaf(root);
    pfx = at('from.pfx');
    // keytool and pk12util start from OpenSSL's file; its password is plain, so that it reaches each of them unchanged.
    writeFileSync(pfx, shop.pfx(leaf, { password: 'secret-1', encryption: 'aes', more: ['-name', 'fin'] }));
  });

  afterAll(() => {
    shop.remove();
  });

  describe.skipIf(missing('keytool', '-help'))('keytool (needs Java)', () => {
    const java = (out: string, type: string, ...more: string[]): void => {
      const from = ['-srckeystore', pfx, '-srcstoretype', 'PKCS12', '-srcstorepass', 'secret-1'];
      const to = ['-destkeystore', out, '-deststoretype', type, '-deststorepass', 'secret-2'];
      run('keytool', ...more, '-importkeystore', '-noprompt', ...from, ...to);
    };

    test.each([
      ['as it does by itself', []],
      ['in its old way', ['-J-Dkeystore.pkcs12.legacy']],
    ])('a PKCS12 %s', (_, more) => {
      const name = `java-${String(more.length)}.p12`;
      java(name, 'PKCS12', ...more);
      expectWhole(name);
    });

    test('a JKS file is named, with what converts it', () => {
      java('java.jks', 'JKS');
      expect(() => open('java.jks', 'secret-2')).toThrow('it is a Java key store');
    });
  });

  describe.skipIf(missing('certtool', '--version'))('certtool (needs GnuTLS)', () => {
    test.each(['3des-pkcs12', 'aes-256', 'arcfour'])('a PKCS12 with %s', { timeout: 60_000 }, (cipher) => {
      const name = `gnutls-${cipher}.p12`;
      const from = ['--load-certificate', leaf.path, '--load-privkey', leaf.keyPath, '--p12-name', 'fin'];
      const to = ['--password', password, '--pkcs-cipher', cipher, '--outder', '--outfile', name];
      run('certtool', '--to-p12', ...from, ...to);
      expectWhole(name);
    });
  });

  describe.skipIf(missing('pk12util', '-H'))('pk12util (needs NSS)', () => {
    test('a PFX with 600,000 rounds, as Firefox exports it', { timeout: 60_000 }, () => {
      run('certutil', '-N', '-d', `sql:${shop.folder}`, '--empty-password');
      run('pk12util', '-i', pfx, '-d', `sql:${shop.folder}`, '-W', 'secret-1');
      run('pk12util', '-o', 'nss.p12', '-n', 'fin', '-d', `sql:${shop.folder}`, '-W', 'secret-2');
      const info = spawnSync(
        'openssl',
        ['pkcs12', '-in', at('nss.p12'), '-info', '-noout', '-passin', 'pass:secret-2'],
        {
          encoding: 'utf8',
        },
      );
      expect(info.stderr).toContain('Iteration 600000');
      expectWhole('nss.p12');
    });
  });
});
