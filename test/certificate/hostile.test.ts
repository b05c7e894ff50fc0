import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NotACertificate, openCertificates } from '../../src/certificate/index.js';
import { limits } from '../../src/certificate/limits.js';
import { Secret } from '../../src/secret.js';
import { noOpenssl, Workshop, type MadeCertificate } from '../support/openssl.js';

/** What a hostile file may take: far more than any of these needs, far less than the file asks for. */
const mostMs = 2_000;
const mostBytes = 300 * 1024 * 1024;

const refusal = (bytes: Buffer, ...passwords: string[]): string => {
  const before = process.memoryUsage().rss;
  const start = performance.now();
  let message = '';
  try {
    openCertificates({ name: 'a.pfx', bytes, passwords: passwords.map((each) => new Secret(each)) });
  } catch (error) {
    expect(error).toBeInstanceOf(NotACertificate);
    message = (error as Error).message;
  }
  expect(performance.now() - start).toBeLessThan(mostMs);
  expect(process.memoryUsage().rss - before).toBeLessThan(mostBytes);
  return message;
};

const sequence = (content: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from([0x30, 0x84]),
    Buffer.from([
      content.length >>> 24,
      (content.length >>> 16) & 255,
      (content.length >>> 8) & 255,
      content.length & 255,
    ]),
    content,
  ]);

describe('files that were made to hurt', () => {
  test('a file that is too large is not looked at', () => {
    expect(refusal(Buffer.alloc(50 * 1024 * 1024, 0x30))).toContain('MB');
  });

  test('a sequence of very many nulls', () => {
    const nulls = Buffer.alloc(limits.fileBytes - 1024, Buffer.from([5, 0]));
    expect(refusal(sequence(nulls))).toContain('elements');
  });

  test('very deep nesting, with definite and with indefinite lengths', () => {
    let nested: Buffer = Buffer.from([5, 0]);
    for (let depth = 0; depth < 2_000; depth += 1) nested = sequence(nested);
    expect(refusal(nested)).toContain('nested too deeply');
    const indefinite = Buffer.alloc(1024 * 1024, Buffer.from([0x30, 0x80]));
    expect(refusal(indefinite)).not.toBe('');
    const closed = Buffer.concat([Buffer.alloc(20_000, Buffer.from([0x30, 0x80])), Buffer.alloc(20_000)]);
    expect(refusal(closed)).toContain('nested too deeply');
  });

  test('very many PEM blocks, and a name that never ends', () => {
    const block = '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n';
    expect(refusal(Buffer.from(block.repeat(50_000)))).toContain('too many certificates');
    expect(refusal(Buffer.from(`-----BEGIN ${'A'.repeat(3_000_000)}-----`))).not.toBe('');
    expect(refusal(Buffer.from('-----BEGIN A-----\n'.repeat(200_000)))).not.toBe('');
  });
});

describe.skipIf(noOpenssl)('iteration counts and sizes in files of OpenSSL (needs openssl 3)', () => {
  let shop: Workshop;
  let leaf: MadeCertificate;

  beforeAll(() => {
    shop = new Workshop();
    leaf = shop.leaf(shop.root());
  });

  afterAll(() => {
    shop.remove();
  });

  const withMac = (rounds: string): Buffer =>
    shop.asn1([
      'asn1=SEQUENCE:pfx',
      '[pfx]',
      'version=INTEGER:3',
      'safe=SEQUENCE:safe',
      'mac=SEQUENCE:mac',
      '[safe]',
      'type=OID:1.2.840.113549.1.7.1',
      'content=EXPLICIT:0,FORMAT:HEX,OCTETSTRING:3000',
      '[mac]',
      'digest=SEQUENCE:digest',
      'salt=FORMAT:HEX,OCTETSTRING:0011223344556677',
      `rounds=INTEGER:${rounds}`,
      '[digest]',
      'algorithm=SEQUENCE:algorithm',
      `value=FORMAT:HEX,OCTETSTRING:${'00'.repeat(32)}`,
      '[algorithm]',
      'id=OID:2.16.840.1.101.3.4.2.1',
      'none=NULL',
    ]);

  const encrypted = (rounds: string): Buffer =>
    shop.asn1([
      'asn1=SEQUENCE:key',
      '[key]',
      'algorithm=SEQUENCE:pbes2',
      `value=FORMAT:HEX,OCTETSTRING:${'00'.repeat(32)}`,
      '[pbes2]',
      'id=OID:1.2.840.113549.1.5.13',
      'parameters=SEQUENCE:parameters',
      '[parameters]',
      'kdf=SEQUENCE:kdf',
      'cipher=SEQUENCE:cipher',
      '[kdf]',
      'id=OID:1.2.840.113549.1.5.12',
      'parameters=SEQUENCE:pbkdf2',
      '[pbkdf2]',
      'salt=FORMAT:HEX,OCTETSTRING:0011223344556677',
      `rounds=INTEGER:${rounds}`,
      '[cipher]',
      'id=OID:2.16.840.1.101.3.4.1.42',
      `iv=FORMAT:HEX,OCTETSTRING:${'00'.repeat(16)}`,
    ]);

  const pemKey = (der: Buffer): string =>
    `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${der.toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;

  test.each(['2147483647', '0xFFFFFFFFFFFFFFFFFFFF', '701000'])('a MAC of %s rounds', (rounds) => {
    expect(refusal(withMac(rounds), 'secret-1')).toContain('iteration counts');
  });

  test('a MAC of no rounds at all, and one of a negative number', () => {
    expect(refusal(withMac('0'), 'secret-1')).toContain('zero');
    expect(refusal(withMac('-1'), 'secret-1')).toContain('negative');
  });

  test.each(['2147483647', '0xFFFFFFFFFFFFFFFFFFFF'])('PBKDF2 with %s rounds', (rounds) => {
    const pem = Buffer.from(leaf.pem + pemKey(encrypted(rounds)));
    expect(refusal(pem, 'secret-1')).toContain('iteration counts');
  });

  test('many keys that each cost a little are refused once they cost too much together', () => {
    const pem = Buffer.from(
      leaf.pem +
        pemKey(
          shop.run([
            'pkcs8',
            '-topk8',
            '-in',
            leaf.keyPath,
            '-iter',
            '600000',
            '-passout',
            'pass:secret-1',
            '-outform',
            'DER',
          ]),
        ).repeat(10),
    );
    expect(refusal(pem, 'secret-1')).toContain('iteration counts');
  });

  test('bags in bags without end', () => {
    const levels = Array.from({ length: 8 }, (_, index) => [
      `[bags${String(index)}]`,
      `bag=SEQUENCE:bag${String(index)}`,
      `[bag${String(index)}]`,
      'id=OID:1.2.840.113549.1.12.10.1.6',
      `value=EXPLICIT:0,SEQUENCE:bags${String(index + 1)}`,
    ]).flat();
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
      'content=EXPLICIT:0,OCTWRAP,SEQUENCE:bags0',
      ...levels,
      '[bags8]',
    ]);
    expect(refusal(pfx)).toContain('bags are nested');
  });

  test('two hundred certificates of one file are all judged in time', () => {
    const text = leaf.pem.repeat(limits.certificates);
    expect(refusal(Buffer.from(text))).toBe('');
  });
});
