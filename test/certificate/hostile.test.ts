import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NotACertificate, openCertificates } from '../../src/certificate/index.js';
import { limits } from '../../src/certificate/limits.js';
import { Secret } from '../../src/secret.js';
import { noOpenssl, Workshop, type MadeCertificate } from '../support/openssl.js';

/** What a hostile file may take: far more than any of these needs, far less than the file asks for. */
const mostMs = 2_000;
const mostBytes = 300 * 1024 * 1024;

/** Milliseconds of processor time, which other programs on the computer do not change. */
const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** `derivationMs`: what key derivation may take besides. */
const refusalWithin = (derivationMs: number, bytes: Buffer, ...passwords: string[]): string => {
  const before = process.memoryUsage().rss;
  const start = processorMs();
  let message = '';
  try {
    openCertificates({ name: 'a.pfx', bytes, passwords: passwords.map((each) => new Secret(each)) });
  } catch (error) {
    expect(error).toBeInstanceOf(NotACertificate);
    message = (error as Error).message;
  }
  expect(processorMs() - start).toBeLessThan(mostMs + derivationMs);
  expect(process.memoryUsage().rss - before).toBeLessThan(mostBytes);
  return message;
};

const refusal = (bytes: Buffer, ...passwords: string[]): string => refusalWithin(0, bytes, ...passwords);

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
    expect(refusal(sequence(nulls))).toContain('more than 64 KB');
    const start = Buffer.from('020103300b06092a864886f70d010701', 'hex');
    expect(refusal(sequence(Buffer.concat([start, nulls.subarray(1024)])))).toContain(
      'more than 50,000 ASN.1 elements',
    );
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
    expect(refusal(Buffer.from(block.repeat(50_000)))).toContain('more than 200 certificates');
    const junk = '-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n';
    expect(refusal(Buffer.from(junk.repeat(70_000)))).toContain('more than 1,000 PEM blocks');
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

  test.each([
    ['2147483647', '2,147,483,647', /would take (\d+ minutes|\d+ hours)/],
    ['0xFFFFFFFFFFFFFFFFFFFF', 'more than 281 trillion', /would take more than 1,000 years/],
    ['90000000', '90,000,000', /would take (\d+ seconds|\d+ minutes)/],
  ])('a MAC of %s rounds is refused, with the time that it would take', (rounds, shown, time) => {
    const message = refusal(withMac(rounds), 'secret-1');
    expect(message).toContain(`iteration count is ${shown}, and`);
    expect(message).toMatch(time);
    expect(message).toContain("dpm-prep's limit is 15 seconds");
  });

  test('a MAC of no rounds at all, and one of a negative number', () => {
    expect(refusal(withMac('0'), 'secret-1')).toContain('zero');
    expect(refusal(withMac('-1'), 'secret-1')).toContain('negative');
  });

  test.each(['2147483647', '0xFFFFFFFFFFFFFFFFFFFF'])('PBKDF2 with %s rounds', (rounds) => {
    const pem = Buffer.from(leaf.pem + pemKey(encrypted(rounds)));
    expect(refusal(pem, 'secret-1')).toContain("dpm-prep's limit is 15 seconds");
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
            '12000000',
            '-passout',
            'pass:secret-1',
            '-outform',
            'DER',
          ]),
        ).repeat(30),
    );
    expect(refusalWithin(limits.derivationMs, pem, 'secret-1')).toContain('iteration count is 12,000,000');
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
