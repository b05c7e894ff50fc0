import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CertificateJudge,
  judge,
  openCertificates,
  openTrust,
  WrongPassword,
  type OpenedCertificate,
} from '../../../src/certificate/index.js';
import { Secret } from '../../../src/secret.js';
import { hasLegacyProvider, noOpenssl, Workshop, type MadeCertificate } from '../../support/openssl.js';

const labelled = (label: string, der: Buffer): Buffer =>
  Buffer.from(
    `-----BEGIN ${label}-----\r\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\r\n')}\r\n-----END ${label}-----\r\n`,
  );

describe.skipIf(noOpenssl)('what an input holds is told by its content (needs openssl 3)', () => {
  let shop: Workshop;
  let root: MadeCertificate;
  let issuing: MadeCertificate;
  let leaf: MadeCertificate;
  let stranger: MadeCertificate;

  const input = (bytes: Buffer, ...passwords: string[]) => ({
    name: 'fin.pfx',
    bytes,
    passwords: passwords.map((each) => new Secret(each)),
  });

  const open = (bytes: Buffer, ...passwords: string[]) => openCertificates(input(bytes, ...passwords));

  const only = (bytes: Buffer, ...passwords: string[]): OpenedCertificate => {
    const all = open(bytes, ...passwords);
    expect(all.map(({ name }) => name)).toHaveLength(1);
    const [first] = all;
    if (first === undefined) throw new Error('nothing was opened');
    expect(first.certificate.facts.thumbprint).toBe(leaf.thumbprint);
    return first;
  };

  const failure = (bytes: Buffer, ...passwords: string[]): string => {
    try {
      open(bytes, ...passwords);
    } catch (error) {
      return String(error);
    }
    return '';
  };

  beforeAll(() => {
    shop = new Workshop();
    root = shop.root();
    issuing = shop.authority(root);
    leaf = shop.leaf(issuing);
    stranger = shop.leaf(issuing, '/CN=stranger.contoso.com');
  });

  afterAll(() => {
    shop.remove();
  });

  describe('PKCS#7, as AD CS gives it', () => {
    test.each(['CERTIFICATE', 'PKCS7', 'X509 CERTIFICATE', 'CMS', 'PKCS #7 SIGNED DATA'])(
      'certnew.p7b with the label %s',
      (label) => {
        const chain = shop.pkcs7([leaf, issuing, root]);
        expect(only(labelled(label, chain)).others).toHaveLength(2);
        const trusted = openTrust(input(labelled(label, chain)));
        expect(trusted.map(({ facts }) => facts.thumbprint)).toContain(root.thumbprint);
      },
    );

    test('the label PKCS7 over a single certificate, and a PFX under CERTIFICATE as certutil -encode writes it', () => {
      only(labelled('PKCS7', leaf.der));
      expect(only(labelled('CERTIFICATE', shop.pfx(leaf)), 'secret-1').key.belongs).toBe(true);
      expect(failure(labelled('CERTIFICATE', shop.pfx(leaf)), 'wrong')).toContain('password');
    });

    test('base64 without any label, on one line and on many', () => {
      const pfx = shop.pfx(leaf).toString('base64');
      for (const text of [pfx, `${(pfx.match(/.{1,76}/g) ?? []).join('\r\n')}\r\n`, `\uFEFF${pfx}`]) {
        expect(only(Buffer.from(text), 'secret-1').key.belongs).toBe(true);
      }
    });

    test('text before, between and after the blocks, and UTF-16 of either byte order with or without a mark', () => {
      const text = `Bag Attributes\r\n    friendlyName: fin\r\nsubject=CN = fin\r\n${leaf.pem.replaceAll('\n', '\r\n')}\r\nissuer\r\n${root.pem}trailing`;
      only(Buffer.from(text));
      only(Buffer.from(`\uFEFF${text}`, 'utf16le'));
      only(Buffer.from(text, 'utf16le'));
      only(Buffer.from(`\uFEFF${text}`, 'utf16le').swap16());
    });
  });

  describe('other things in the file', () => {
    const withMore = (...more: string[]): Buffer =>
      shop.pfx(leaf, { more: ['-certfile', shop.write('.pem', more.join(''))], chain: [] });

    test('an unrelated certificate beside the one with the key is named and not judged', async () => {
      for (const order of [
        [stranger.pem, issuing.pem, root.pem],
        [root.pem, issuing.pem, stranger.pem],
      ]) {
        const opened = only(withMore(...order), 'secret-1');
        expect(opened.key.belongs).toBe(true);
        expect(opened.contents.aside).toEqual(['the certificate CN=stranger.contoso.com']);
        const [judged] = await judge([opened], { offline: true });
        expect(judged?.findings.find(({ id }) => id === 'other-content')).toMatchObject({ status: 'warn' });
      }
    });

    test('without any key, every certificate that is not there for the chain is judged', () => {
      const all = open(Buffer.from(leaf.pem + stranger.pem + issuing.pem + root.pem));
      expect(all.map(({ certificate }) => certificate.facts.subject.text)).toEqual([
        'CN=fin.contoso.com',
        'CN=stranger.contoso.com',
      ]);
      expect(all[0]?.contents.aside).toEqual([]);
    });

    test('the certificate twice is one certificate', () => {
      const opened = only(withMore(leaf.pem, issuing.pem, root.pem), 'secret-1');
      expect(opened.contents.aside).toEqual([]);
      expect(opened.others).toHaveLength(2);
      only(Buffer.from(leaf.pem + leaf.pem + leaf.keyPem + leaf.keyPem));
    });

    test('one junk block among good ones is named, wherever it stands', () => {
      const good = leaf.pem + leaf.keyPem + issuing.pem;
      const junk = [
        '-----BEGIN CERTIFICATE-----\nMIIBjunk\n-----END CERTIFICATE-----\n',
        '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n',
        '-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n',
        '-----BEGIN CERTIFICATE-----\nMIIBcut off\n',
        '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATES-----\n',
      ];
      for (const each of junk) {
        for (const text of [each + good, good + each]) {
          const opened = only(Buffer.from(text));
          expect(opened.key.belongs).toBe(true);
          expect(opened.contents.aside, text).toHaveLength(1);
          expect(opened.contents.aside[0]).toContain('cannot be read');
        }
        expect(failure(Buffer.from(each))).toContain('cannot be read as a certificate');
      }
    });

    test('a junk certificate in a PFX is named too', () => {
      const hex = leaf.der.toString('hex');
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
        'junk=SEQUENCE:junk',
        'bad=SEQUENCE:bad',
        'good=SEQUENCE:good',
        '[junk]',
        'id=OID:1.2.840.113549.1.12.10.1.3',
        'value=EXPLICIT:0,SEQUENCE:junkvalue',
        '[junkvalue]',
        'id=OID:1.2.840.113549.1.9.22.1',
        'value=EXPLICIT:0,FORMAT:HEX,OCTETSTRING:3003020101',
        '[bad]',
        'id=OID:1.2.840.113549.1.12.10.1.3',
        'value=EXPLICIT:0,NULL',
        '[good]',
        'id=OID:1.2.840.113549.1.12.10.1.3',
        'value=EXPLICIT:0,SEQUENCE:goodvalue',
        '[goodvalue]',
        'id=OID:1.2.840.113549.1.9.22.1',
        `value=EXPLICIT:0,FORMAT:HEX,OCTETSTRING:${hex}`,
      ]);
      expect(only(pfx).contents.aside).toHaveLength(2);
    });

    test('a key block that is damaged is an error, not a missing key', () => {
      const text = `${leaf.pem}-----BEGIN PRIVATE KEY-----\nMAMCAQE=\n-----END PRIVATE KEY-----\n`;
      expect(failure(Buffer.from(text))).toContain('cannot be read as a certificate');
    });

    test('a request is named as such, in every form that tools write', () => {
      const pem = shop.run(['req', '-new', '-key', leaf.keyPath, '-subj', '/CN=x']).toString('utf8');
      const der = shop.run(['req', '-new', '-key', leaf.keyPath, '-subj', '/CN=x', '-outform', 'DER']);
      const windows = pem
        .replaceAll('CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST')
        .replaceAll('\n', '\r\n');
      for (const bytes of [Buffer.from(pem), der, Buffer.from(windows), labelled('CERTIFICATE', der)]) {
        expect(failure(bytes)).toContain('it is a certificate request, not a certificate');
      }
    });

    test('a revocation list, a public key and keys alone are named as what they are', () => {
      const crl = shop.crl(root);
      for (const bytes of [crl, labelled('X509 CRL', crl)]) {
        expect(failure(bytes)).toContain('it is a certificate revocation list, not a certificate');
      }
      const publicKey = shop.run(['pkey', '-in', leaf.keyPath, '-pubout', '-outform', 'DER']);
      expect(failure(publicKey)).toContain('it is a public key');
      const old = shop.run(['rsa', '-in', leaf.keyPath, '-traditional', '-outform', 'DER']);
      const pkcs8 = shop.run(['pkcs8', '-topk8', '-nocrypt', '-in', leaf.keyPath, '-outform', 'DER']);
      for (const key of [old, pkcs8]) expect(failure(key)).toContain('a private key but no certificate');
    });
  });

  describe('two inputs', () => {
    const named = (name: string, bytes: Buffer, ...passwords: string[]) =>
      openCertificates({ ...input(bytes, ...passwords), name });

    const twinsOf = async (inputs: readonly (readonly OpenedCertificate[])[]): Promise<readonly string[]> => {
      const judging = new CertificateJudge({ offline: true });
      const results = [];
      for (const each of inputs) results.push(...(await judging.judge(each)));
      return judging
        .settle(results)
        .filter(({ findings }) =>
          findings.some(({ id, status }) => id === 'own-certificate' && status === 'fail'),
        )
        .map(({ name }) => name);
    };

    test('a certificate beside its own PFX is not two computers with one certificate', async () => {
      const pfx = shop.pfx(leaf);
      for (const [a, b] of [
        ['certs/fin.cer', 'certs/fin.pfx'],
        ['C:\\certs\\fin.PFX', 'C:\\certs\\Fin.cer'],
        ['./fin.p7b', 'fin.pem'],
        ['fin.contoso.com.cer', 'fin.contoso.com.pfx'],
      ] as const) {
        expect(await twinsOf([named(a, leaf.der), named(b, pfx, 'secret-1')])).toEqual([]);
      }
    });

    test('the same certificate under another name, and another certificate with the same key, are', async () => {
      expect(await twinsOf([named('fin.cer', leaf.der), named('hr.cer', leaf.der)])).toEqual([
        'fin.cer',
        'hr.cer',
      ]);
      expect(await twinsOf([named('a/fin.cer', leaf.der), named('b/fin.cer', leaf.der)])).toHaveLength(2);
      const again = shop.leaf(issuing);
      expect(await twinsOf([named('fin.cer', leaf.der), named('fin.pfx', again.der)])).toHaveLength(2);
    });

    test('--other names another computer, whatever its file is called', async () => {
      const [judged] = await judge(named('fin.pfx', shop.pfx(leaf), 'secret-1'), {
        offline: true,
        other: named('fin.cer', leaf.der),
      });
      expect(judged?.findings.find(({ id }) => id === 'own-certificate')).toMatchObject({ status: 'fail' });
    });

    // Comparing keys of different types left an error behind that broke the next key.
    test.each([
      ['EC before RSA', 0],
      ['RSA before EC', 1],
    ])('keys of different types do not spoil each other: %s', (_, order) => {
      const ec = shop.leaf(issuing, '/CN=ec.contoso.com', { key: 'ec:P-256' });
      const ed = shop.leaf(issuing, '/CN=ed.contoso.com', { key: 'ed25519' });
      // Each certificate with the key of another type first, so that every pair is compared.
      const files = [
        Buffer.from(ec.pem + leaf.keyPem + ec.keyPem),
        Buffer.from(leaf.pem + ed.keyPem + ec.keyPem + leaf.keyPem),
        Buffer.from(ed.pem + leaf.keyPem + ed.keyPem),
        Buffer.from(leaf.pem + leaf.keyPem),
      ];
      for (const bytes of order === 0 ? files : files.toReversed()) {
        expect(open(bytes).map(({ key }) => key)).toMatchObject([{ belongs: true, problem: null }]);
      }
    });
  });

  describe('encryption that is in use', () => {
    test.each(['blake2b512', 'blake2s256', 'ripemd160', 'sha512-256'])('a MAC of %s', (digest) => {
      const pfx = shop.pfx(leaf, { more: ['-macalg', digest] });
      expect(only(pfx, 'secret-1').key.belongs).toBe(true);
      expect(failure(pfx, 'wrong')).toContain('The password does not open');
    });

    const legacy = ['-provider', 'legacy', '-provider', 'default'];

    test.skipIf(noOpenssl || !hasLegacyProvider()).each([
      ['PBE-SHA1-RC4-128', 'RC4'],
      ['PBE-SHA1-RC4-40', 'RC4'],
      ['RC2-CBC', 'RC2'],
      ['RC2-40-CBC', 'RC2'],
      ['RC2-64-CBC', 'RC2'],
      ['RC4', 'RC4'],
      ['DES-CBC', 'DES'],
    ])('a PFX with %s (needs the legacy provider)', (pbe, cipher) => {
      const pfx = shop.pfx(leaf, { more: ['-keypbe', pbe, '-certpbe', pbe, ...legacy] });
      const opened = only(pfx, 'secret-1');
      expect(opened.key.belongs).toBe(true);
      expect(opened.contents.ciphers).toEqual([cipher]);
      const withoutMac = shop.pfx(leaf, { more: ['-keypbe', pbe, '-certpbe', pbe, '-nomac', ...legacy] });
      for (const bytes of [pfx, withoutMac]) {
        expect(() => open(bytes, 'wrong')).toThrow(WrongPassword);
        expect(() => open(bytes)).toThrow(WrongPassword);
      }
    });

    test.skipIf(noOpenssl || !hasLegacyProvider()).each([
      ['-v1', 'PBE-MD5-DES'],
      ['-v1', 'PBE-SHA1-DES'],
      ['-v1', 'PBE-MD5-RC2-64'],
      ['-v1', 'PBE-SHA1-RC2-64'],
      ['-v1', 'PBE-SHA1-RC4-128'],
      ['-v2', 'rc2-cbc'],
      ['-v2', 'rc4'],
      ['-v2', 'des-cbc'],
    ])('a key in PEM with %s %s (needs the legacy provider)', (kind, scheme) => {
      const key = shop.run([
        'pkcs8',
        '-topk8',
        '-in',
        leaf.keyPath,
        kind,
        scheme,
        '-passout',
        'pass:secret-1',
        ...legacy,
      ]);
      const bytes = Buffer.concat([Buffer.from(leaf.pem), key]);
      expect(only(bytes, 'secret-1').key.belongs).toBe(true);
      expect(() => open(bytes, 'wrong')).toThrow(WrongPassword);
    });

    // OpenSSL before 3.4 does not write PBMAC1: its parts come from "openssl kdf" and "openssl mac".
    test.each([1, 14, 20, 32, 64, 200])('PBMAC1 with a key of %i bytes', (length) => {
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
      const derivation = ['digest:SHA512', 'pass:secret-1', 'hexsalt:0011223344556677', 'iter:2048'];
      const key = shop.run([
        'kdf',
        '-keylen',
        String(length),
        ...derivation.flatMap((option) => ['-kdfopt', option]),
        '-binary',
        'PBKDF2',
      ]);
      const mac = shop.run([
        'mac',
        '-digest',
        'SHA256',
        '-macopt',
        `hexkey:${key.toString('hex')}`,
        '-binary',
        '-in',
        shop.write('.der', safe),
        'HMAC',
      ]);
      const pfx = shop.asn1([
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
        'salt=FORMAT:HEX,OCTETSTRING:00',
        'rounds=INTEGER:1',
        '[digest]',
        'algorithm=SEQUENCE:algorithm',
        `value=FORMAT:HEX,OCTETSTRING:${mac.toString('hex')}`,
        '[algorithm]',
        'id=OID:1.2.840.113549.1.5.14',
        'parameters=SEQUENCE:parameters',
        '[parameters]',
        'kdf=SEQUENCE:kdf',
        'scheme=SEQUENCE:hmac256',
        '[kdf]',
        'id=OID:1.2.840.113549.1.5.12',
        'parameters=SEQUENCE:pbkdf2',
        '[pbkdf2]',
        'salt=FORMAT:HEX,OCTETSTRING:0011223344556677',
        'rounds=INTEGER:2048',
        `length=INTEGER:${String(length)}`,
        'prf=SEQUENCE:hmac512',
        '[hmac256]',
        'id=OID:1.2.840.113549.2.9',
        'none=NULL',
        '[hmac512]',
        'id=OID:1.2.840.113549.2.11',
        'none=NULL',
      ]);
      only(pfx, 'secret-1');
      expect(() => open(pfx, 'secret-2')).toThrow(WrongPassword);
    });

    test('the ciphers of a file are told, for the finding about AES', () => {
      expect(only(shop.pfx(leaf), 'secret-1').contents.ciphers).toEqual(['triple DES']);
      expect(only(shop.pfx(leaf, { encryption: 'aes' }), 'secret-1').contents.ciphers).toEqual(['AES-256']);
      const mixed = shop.pfx(leaf, { more: ['-keypbe', 'AES-128-CBC'] });
      expect(only(mixed, 'secret-1').contents.ciphers).toEqual(['AES-128', 'triple DES']);
    });
  });
});
