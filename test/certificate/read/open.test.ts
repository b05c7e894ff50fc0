import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  judge,
  NotACertificate,
  openCertificates,
  openStoreCertificate,
  WrongPassword,
} from '../../../src/certificate/index.js';
import { Secret } from '../../../src/secret.js';
import {
  csp,
  hasLegacyProvider,
  noOpenssl,
  opensslVersion,
  Workshop,
  type MadeCertificate,
} from '../../support/openssl.js';
import { toBer } from '../support/ber.js';

describe.skipIf(noOpenssl)('what OpenSSL writes is opened (needs openssl 3)', () => {
  let shop: Workshop;
  let root: MadeCertificate;
  let leaf: MadeCertificate;

  const open = (bytes: Buffer, ...passwords: string[]) =>
    openCertificates({ name: 'fin', bytes, passwords: passwords.map((each) => new Secret(each)) });

  const only = (bytes: Buffer, ...passwords: string[]) => {
    const all = open(bytes, ...passwords);
    expect(all).toHaveLength(1);
    const [first] = all;
    if (first === undefined) throw new Error('nothing was opened');
    return first;
  };

  const failure = (bytes: Buffer, ...passwords: string[]): unknown => {
    try {
      open(bytes, ...passwords);
    } catch (error) {
      return error;
    }
    return null;
  };

  /** The certificate came whole, with the key that belongs to it, the chain, the provider and the key type. */
  const expectWhole = (bytes: Buffer, password: string): void => {
    const opened = only(bytes, password);
    expect(opened.certificate.facts.thumbprint).toBe(leaf.thumbprint);
    expect(opened.key).toMatchObject({ present: true, belongs: true, provider: csp, keySpec: 'exchange' });
    expect(opened.others.map(({ facts }) => facts.thumbprint)).toEqual([root.thumbprint]);
    expect(opened.origin).toEqual({ kind: 'file', format: 'PFX', file: 'fin' });
  };

  beforeAll(() => {
    shop = new Workshop();
    root = shop.root();
    leaf = shop.leaf(root);
  });

  afterAll(() => {
    shop.remove();
  });

  describe('PFX', () => {
    test.each([
      [
        'what OpenSSL does by itself',
        ['-keypbe', 'AES-256-CBC', '-certpbe', 'AES-256-CBC', '-macalg', 'sha256'],
      ],
      ['AES-128', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC']],
      [
        'AES-192 with HMAC-SHA512',
        ['-keypbe', 'AES-192-CBC', '-certpbe', 'AES-192-CBC', '-macalg', 'sha512'],
      ],
      ['triple DES and SHA-1', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']],
      ['triple DES with two keys', ['-keypbe', 'PBE-SHA1-2DES', '-certpbe', 'PBE-SHA1-2DES']],
      ['a MAC of MD5', ['-macalg', 'md5']],
      ['a MAC of SHA-224', ['-macalg', 'sha224']],
      ['a MAC of SHA-384', ['-macalg', 'sha384']],
      ['a MAC of SHA3-256', ['-macalg', 'sha3-256']],
      ['no MAC', ['-nomac']],
      ['certificates that are not encrypted', ['-certpbe', 'NONE']],
      ['nothing encrypted', ['-certpbe', 'NONE', '-keypbe', 'NONE']],
      ['a MAC of one iteration', ['-nomaciter']],
      [
        '600,000 iterations, of the MAC as well, as Firefox does',
        ['-keypbe', 'AES-256-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha256', '-iter', '600000'],
      ],
    ])('with %s', (_, more) => {
      expectWhole(shop.pfx(leaf, { more }), 'secret-1');
    });

    test.skipIf(noOpenssl || !hasLegacyProvider())('with RC2 (needs the legacy provider)', () => {
      for (const pbe of ['PBE-SHA1-RC2-40', 'PBE-SHA1-RC2-128']) {
        expectWhole(shop.pfx(leaf, { more: ['-legacy', '-keypbe', pbe, '-certpbe', pbe] }), 'secret-1');
      }
    });

    test.skipIf(!/ 3\.([4-9]|\d\d)/.test(opensslVersion ?? ''))('with PBMAC1 (needs openssl 3.4)', () => {
      expectWhole(shop.pfx(leaf, { more: ['-pbmac1_pbkdf2'] }), 'secret-1');
    });

    test.each(['', 'pässwörd', 'Пароль', '密碼🔑', ' with spaces ', '"quotes\'', 'x'.repeat(200)])(
      'with the password %j, in AES and in triple DES',
      (password) => {
        for (const encryption of ['aes', 'triple-des'] as const) {
          expectWhole(shop.pfx(leaf, { password, encryption }), password);
        }
      },
    );

    test('an empty password needs no --password-file', () => {
      const opened = only(shop.pfx(leaf, { password: '' }));
      expect(opened.key.belongs).toBe(true);
    });

    test('without any password, which is not the same as an empty one', () => {
      const safe = shop.asn1([
        'asn1=SEQUENCE:infos',
        '[infos]',
        'info=SEQUENCE:info',
        '[info]',
        'type=OID:1.2.840.113549.1.7.1',
        'content=EXPLICIT:0,OCTWRAP,SEQUENCE:bags',
        '[bags]',
        'bag=SEQUENCE:bag',
        '[bag]',
        'id=OID:1.2.840.113549.1.12.10.1.3',
        'value=EXPLICIT:0,SEQUENCE:certificate',
        '[certificate]',
        'id=OID:1.2.840.113549.1.9.22.1',
        `value=EXPLICIT:0,FORMAT:HEX,OCTETSTRING:${leaf.der.toString('hex')}`,
      ]);
      const mac = (passwordHex: string): Buffer => {
        const key = shop
          .run([
            'kdf',
            '-keylen',
            '20',
            '-kdfopt',
            'digest:SHA1',
            '-kdfopt',
            `hexpass:${passwordHex}`,
            '-kdfopt',
            'hexsalt:0011223344556677',
            '-kdfopt',
            'iter:1',
            '-kdfopt',
            'id:3',
            '-binary',
            'PKCS12KDF',
          ])
          .toString('hex');
        const digest = shop.run([
          'mac',
          '-digest',
          'SHA1',
          '-macopt',
          `hexkey:${key}`,
          '-binary',
          '-in',
          shop.write('.der', safe),
          'HMAC',
        ]);
        return shop.asn1([
          'asn1=SEQUENCE:pfx',
          '[pfx]',
          'version=INTEGER:3',
          'safe=SEQUENCE:safe',
          'mac=SEQUENCE:mac',
          '[safe]',
          'type=OID:1.2.840.113549.1.7.1',
          `content=EXPLICIT:0,FORMAT:HEX,OCTETSTRING:${safe.toString('hex')}`,
          '[mac]',
          'digest=SEQUENCE:digest',
          'salt=FORMAT:HEX,OCTETSTRING:0011223344556677',
          '[digest]',
          'algorithm=SEQUENCE:algorithm',
          `value=FORMAT:HEX,OCTETSTRING:${digest.toString('hex')}`,
          '[algorithm]',
          'id=OID:1.3.14.3.2.26',
          'none=NULL',
        ]);
      };
      for (const passwordHex of ['', '0000']) {
        expect(only(mac(passwordHex)).certificate.facts.thumbprint).toBe(leaf.thumbprint);
        expect(only(mac(passwordHex), '').certificate.facts.thumbprint).toBe(leaf.thumbprint);
      }
      expect(failure(mac('00780000'))).toBeInstanceOf(WrongPassword);
    });

    test('in BER, with indefinite lengths and octet strings in pieces', () => {
      const der = shop.pfx(leaf);
      const ber = toBer(der);
      expect(ber.equals(der)).toBe(false);
      expectWhole(ber, 'secret-1');
    });

    test('a wrong and a missing password are told apart from a broken file', () => {
      const pfx = shop.pfx(leaf);
      expect(failure(pfx, 'wrong')).toMatchObject({ given: true, exitCode: 2 });
      expect(failure(pfx)).toMatchObject({ given: false, exitCode: 2 });
      expect(failure(pfx, 'wrong')).toBeInstanceOf(WrongPassword);
      expect(failure(shop.pfx(leaf, { more: ['-nomac'] }), 'wrong')).toBeInstanceOf(WrongPassword);
      expect(failure(pfx.subarray(0, 900), 'secret-1')).toMatchObject({ exitCode: 3 });
      expect(JSON.stringify(failure(pfx, 'wrong-pass'))).not.toContain('wrong-pass');
    });

    test('of several passwords the right one is found', () => {
      expectWhole(shop.pfx(leaf), 'secret-1');
      expect(only(shop.pfx(leaf), 'no', 'nor this', 'secret-1').key.belongs).toBe(true);
    });

    test('several certificates with keys are each opened, with a name of their own', () => {
      const other = shop.leaf(root, '/CN=hr.contoso.com');
      const all = open(Buffer.from(`${leaf.pem}${leaf.keyPem}${other.pem}${other.keyPem}${root.pem}`));
      expect(all.map(({ name }) => name)).toEqual(['fin: CN=fin.contoso.com', 'fin: CN=hr.contoso.com']);
      expect(all.map(({ key }) => key.belongs)).toEqual([true, true]);
    });

    test('revocation lists, secrets and nested bags in it do no harm', () => {
      const certificate = leaf.der.toString('hex');
      const pfx = shop.asn1([
        'asn1=SEQUENCE:pfx',
        '[pfx]',
        'version=INTEGER:3',
        'safe=SEQUENCE:safe',
        '[safe]',
        'type=OID:1.2.840.113549.1.7.1',
        'content=EXPLICIT:0,OCTWRAP,SEQUENCE:infos',
        '[infos]',
        'info=SEQUENCE:info',
        '[info]',
        'type=OID:1.2.840.113549.1.7.1',
        'content=EXPLICIT:0,OCTWRAP,SEQUENCE:bags',
        '[bags]',
        'crl=SEQUENCE:crlbag',
        'secret=SEQUENCE:secretbag',
        'nested=SEQUENCE:nestedbag',
        '[crlbag]',
        'id=OID:1.2.840.113549.1.12.10.1.4',
        'value=EXPLICIT:0,SEQUENCE:crlvalue',
        '[crlvalue]',
        'id=OID:1.2.840.113549.1.9.23.1',
        'value=EXPLICIT:0,FORMAT:HEX,OCTETSTRING:3000',
        '[secretbag]',
        'id=OID:1.2.840.113549.1.12.10.1.5',
        'value=EXPLICIT:0,SEQUENCE:secretvalue',
        '[secretvalue]',
        'id=OID:1.2.3.4',
        'value=EXPLICIT:0,UTF8String:hush',
        '[nestedbag]',
        'id=OID:1.2.840.113549.1.12.10.1.6',
        'value=EXPLICIT:0,SEQUENCE:innerbags',
        '[innerbags]',
        'certificate=SEQUENCE:certbag',
        '[certbag]',
        'id=OID:1.2.840.113549.1.12.10.1.3',
        'value=EXPLICIT:0,SEQUENCE:certvalue',
        '[certvalue]',
        'id=OID:1.2.840.113549.1.9.22.1',
        `value=EXPLICIT:0,FORMAT:HEX,OCTETSTRING:${certificate}`,
      ]);
      expect(only(pfx).certificate.facts.thumbprint).toBe(leaf.thumbprint);
    });
  });

  describe('PEM, DER and PKCS#7', () => {
    test('PEM with chain and key, in any order', () => {
      for (const parts of [
        [leaf.pem, root.pem, leaf.keyPem],
        [leaf.keyPem, root.pem, leaf.pem],
      ]) {
        const opened = only(Buffer.from(parts.join('some text between\n')));
        expect(opened.certificate.facts.thumbprint).toBe(leaf.thumbprint);
        expect(opened.key).toMatchObject({ belongs: true, provider: null, keySpec: null });
        expect(opened.origin).toEqual({ kind: 'file', format: 'PEM', file: 'fin' });
      }
    });

    test('PEM with Windows line ends, a byte-order mark, or in UTF-16', () => {
      const text = leaf.pem.replaceAll('\n', '\r\n');
      for (const bytes of [
        Buffer.from(text),
        Buffer.from(`\uFEFF${text}`),
        Buffer.from(`\uFEFF${text}`, 'utf16le'),
      ]) {
        expect(only(bytes).certificate.facts.thumbprint).toBe(leaf.thumbprint);
      }
    });

    test('encrypted keys in PEM, new and old', () => {
      const env = { DPM_TEST_PASSWORD: 'pässwörd' };
      const pkcs8 = shop.run(['pkcs8', '-topk8', '-in', leaf.keyPath, '-passout', 'env:DPM_TEST_PASSWORD'], {
        env,
      });
      const old = shop.run(
        ['rsa', '-in', leaf.keyPath, '-aes256', '-traditional', '-passout', 'env:DPM_TEST_PASSWORD'],
        { env },
      );
      expect(pkcs8.toString('latin1')).toContain('BEGIN ENCRYPTED PRIVATE KEY');
      expect(old.toString('latin1')).toContain('Proc-Type: 4,ENCRYPTED');
      for (const key of [pkcs8, old]) {
        const bytes = Buffer.concat([Buffer.from(leaf.pem), key]);
        expect(only(bytes, 'pässwörd').key.belongs).toBe(true);
        expect(failure(bytes, 'wrong')).toBeInstanceOf(WrongPassword);
        expect(failure(bytes)).toBeInstanceOf(WrongPassword);
      }
    });

    test('DER', () => {
      const opened = only(leaf.der);
      expect(opened.origin).toEqual({ kind: 'file', format: 'DER', file: 'fin' });
      expect(opened.key.present).toBe(false);
      expect(opened.certificate.der.equals(leaf.der)).toBe(true);
    });

    test.each(['DER', 'PEM'] as const)('PKCS#7 in %s, in BER too', (form) => {
      const bytes = shop.pkcs7([root, leaf], form);
      const opened = only(bytes);
      expect(opened.certificate.facts.thumbprint).toBe(leaf.thumbprint);
      expect(opened.others).toHaveLength(1);
      if (form === 'PEM') return;
      const ber = toBer(bytes, [root.der, leaf.der]);
      expect(ber.equals(bytes)).toBe(false);
      expect(only(ber).certificate.facts.thumbprint).toBe(leaf.thumbprint);
    });

    test.each([
      ['nothing', Buffer.alloc(0), 'empty'],
      ['text', Buffer.from('hello'), 'neither'],
      ['a Java key store', Buffer.from('feedfeed00000002', 'hex'), 'Java'],
      ['a serialized store', Buffer.from('0000000043455254', 'hex'), 'serialized'],
      ['half a PEM block', Buffer.from('-----BEGIN CERTIFICATE-----\nMIIB'), 'no end'],
    ])('%s is refused in words', (_, bytes, words) => {
      const error = failure(bytes);
      expect(error).toBeInstanceOf(NotACertificate);
      expect((error as Error).message).toContain(words);
    });

    test('a key alone and a request do not count as a certificate', () => {
      expect(String(failure(Buffer.from(leaf.keyPem)))).toContain('private key but no certificate');
      const request = shop.run(['req', '-new', '-key', leaf.keyPath, '-subj', '/CN=x']);
      expect(String(failure(request))).toContain('a certificate request, not a certificate');
      const der = shop.run(['req', '-new', '-key', leaf.keyPath, '-subj', '/CN=x', '-outform', 'DER']);
      expect(failure(der)).toBeInstanceOf(NotACertificate);
    });
  });

  describe('where ASN.1 libraries mislead', () => {
    const withExtensions = (...lines: string[]) =>
      only(shop.leaf(root, '/CN=fin.contoso.com', { extensions: lines.join('\n') }).der).certificate.facts;

    test('addresses for revocation and issuers are read', () => {
      const facts = withExtensions(
        'crlDistributionPoints=URI:http://a/1.crl,URI:ldap:///CN=CA',
        'authorityInfoAccess=OCSP;URI:http://o/,caIssuers;URI:http://a/ca.cer',
        'subjectAltName=DNS:fin.contoso.com,DNS:fin,IP:10.0.0.1',
      );
      expect(facts).toMatchObject({
        crlAddresses: ['http://a/1.crl', 'ldap:///CN=CA'],
        ocspAddresses: ['http://o/'],
        issuerAddresses: ['http://a/ca.cer'],
        dnsNames: ['fin.contoso.com', 'fin'],
        malformed: [],
      });
    });

    test('extensions that are encoded wrongly are named, and the rest is read', () => {
      const facts = withExtensions(
        '2.5.29.19=DER:0101ff',
        '2.5.29.17=DER:04',
        '2.5.29.31=DER:300430020500',
        'extendedKeyUsage=clientAuth',
      );
      expect(facts.malformed).toEqual(
        expect.arrayContaining(['basicConstraints', 'subjectAltName']) as unknown,
      );
      expect(facts.extendedKeyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    });

    test('an invalid day is refused, and does not roll over', () => {
      const made = shop.leaf(root, '/CN=fin.contoso.com', {
        from: new Date('2026-02-21T00:00:00Z'),
        to: new Date('2027-02-21T00:00:00Z'),
      });
      const text = made.der.toString('latin1');
      expect(text).toContain('270221000000Z');
      const der = Buffer.from(text.replace('270221000000Z', '270231000000Z'), 'latin1');
      const { facts } = only(der).certificate;
      expect(facts.notBefore).toBe('2026-02-21T00:00:00.000Z');
      expect(facts.notAfter).toBeNull();
    });

    test('the thumbprint is that of the original bytes, also where an integer is longer than it must be', () => {
      const made = shop.leaf(root, '/CN=fin.contoso.com', { serial: '0101' });
      const at = made.der.indexOf(Buffer.from('02020101', 'hex'));
      expect(at).toBeGreaterThan(0);
      const der = Buffer.from(made.der);
      der[at + 2] = 0;
      const { facts } = only(der).certificate;
      expect(facts.thumbprint).toBe(createHash('sha1').update(der).digest('hex').toUpperCase());
      expect(facts.serialNumber).toBe('1');
    });

    test('names in UTF-8 and BMP strings are text, and a BMP string is not cut', () => {
      const utf8 = only(shop.leaf(root, '/O=Zürich/CN=müller.contoso.com').der).certificate.facts;
      expect(utf8.subject.text).toBe('CN=müller.contoso.com, O=Zürich');
      const subject = shop.asn1([
        'asn1=SEQUENCE:name',
        '[name]',
        'rdn=SET:rdn',
        '[rdn]',
        'cn=SEQUENCE:cn',
        '[cn]',
        'type=OID:2.5.4.3',
        'value=FORMAT:UTF8,BMPSTRING:Привет 密',
      ]);
      // Same length as the placeholder, so that it can be put in its place.
      const holder = 'x'.repeat(subject.length - 13);
      const made = shop.leaf(root, `/CN=${holder}`);
      const at = made.der.indexOf(Buffer.from(holder));
      const start = at - 2 - 5 - 2 - 2 - 2;
      const der = Buffer.from(made.der);
      subject.copy(der, start);
      expect(only(der).certificate.facts.subject.commonNames).toEqual(['Привет 密']);
    });

    test('control and direction characters never come through', () => {
      const name = 'a\u001b[31mred\u202eexe\u0007';
      const opened = only(shop.leaf(root, `/CN=${name}`).der);
      // `comparable` is only compared with name constraints, which must see every character; no document has it.
      const text = JSON.stringify(opened.certificate.facts, (key, value: unknown) =>
        key === 'comparable' ? undefined : value,
      );
      // eslint-disable-next-line no-control-regex -- the very characters that must not be there
      expect(text).not.toMatch(/[\u0000-\u001f\u202e]/);
      expect(text).not.toContain('\\u001b"');
      expect(opened.certificate.facts.subject.text).toContain('\\u001b[31mred');
    });

    test('a signature that looks like ASN.1 and a certificate with a key that node-forge cannot read', () => {
      const ec = shop.leaf(root, '/CN=fin.contoso.com', { key: 'ec:P-384' });
      expect(only(shop.pfx(ec), 'secret-1').key.belongs).toBe(true);
      expect(only(ec.der).certificate.facts.publicKey).toEqual({ algorithm: 'EC', bits: null });
    });
  });

  describe('a certificate in a Windows store', () => {
    const entry = {
      store: 'LocalMachine\\My',
      hasPrivateKey: true,
      provider: csp,
      keySpec: 'exchange',
      exportable: true,
      machineKey: true,
      keyError: null,
    } as const;

    test('is judged by the same rules', async () => {
      const der = leaf.der.toString('base64');
      const chain = [root.der.toString('base64')];
      const [good] = await judge([openStoreCertificate({ ...entry, der, chain, rootTrusted: true })], {
        offline: true,
      });
      const failed = (judged: typeof good) =>
        judged?.findings.filter(({ status }) => status === 'fail').map(({ id }) => id);
      expect(failed(good)).toEqual([]);
      const [bad] = await judge(
        [
          openStoreCertificate({
            ...entry,
            der,
            chain,
            store: 'CurrentUser\\My',
            provider: 'Microsoft Software Key Storage Provider',
            keySpec: 'cng',
            exportable: false,
            rootTrusted: false,
          }),
        ],
        { offline: true },
      );
      expect(failed(bad)).toEqual(['no-cng', 'chain', 'machine-store', 'exportable']);
    });
  });
});
