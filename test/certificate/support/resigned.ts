import { sign } from 'node:crypto';
import type { MadeCertificate, Workshop } from '../../support/openssl.js';

/*
 * Certificates that no tool makes: one of OpenSSL's, taken apart, changed, and signed again with the key of its issuer.
 * The few lines of DER here know nothing of the reader under test.
 */

/** An element of DER: its tag and its content. */
export interface Tlv {
  readonly tag: number;
  readonly content: Buffer;
}

export const elements = (bytes: Buffer): Tlv[] => {
  const found: Tlv[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at + 1] ?? 0;
    const size = first < 0x80 ? 0 : first & 0x7f;
    const length = size === 0 ? first : bytes.readUIntBE(at + 2, size);
    const start = at + 2 + size;
    found.push({ tag: bytes[at] ?? 0, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return found;
};

export const tlv = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const all = Buffer.concat(content);
  if (all.length < 0x80) return Buffer.concat([Buffer.from([tag, all.length]), all]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(all.length);
  const bytes = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length]), bytes, all]);
};

export const whole = ({ tag, content }: Tlv): Buffer => tlv(tag, content);

/** An extension with raw content. `id`: the OID's content in hexadecimal. */
export const extension = (id: string, value: Buffer, critical = false): Buffer =>
  tlv(
    0x30,
    tlv(0x06, Buffer.from(id, 'hex')),
    ...(critical ? [tlv(0x01, Buffer.from([0xff]))] : []),
    tlv(0x04, value),
  );

export interface Changes {
  /** The extensions, each whole, in their order. */
  readonly extensions?: (before: readonly Buffer[]) => readonly Buffer[];
  /** The algorithm inside, whole; the one outside stays. */
  readonly innerAlgorithm?: Buffer;
}

/** The same certificate with other content, signed again (RSA, SHA-256) with its issuer's key. */
export const resigned = (shop: Workshop, made: MadeCertificate, changes: Changes): MadeCertificate => {
  const [outer] = elements(made.der);
  if (outer === undefined) throw new Error('not a certificate');
  const [body, algorithm] = elements(outer.content);
  if (body === undefined || algorithm === undefined) throw new Error('not a certificate');
  const parts = elements(body.content).map((part, index) => {
    if (part.tag === 0xa3 && changes.extensions !== undefined) {
      const list = elements(elements(part.content)[0]?.content ?? Buffer.alloc(0)).map(whole);
      return tlv(0xa3, tlv(0x30, ...changes.extensions(list)));
    }
    return index === 2 && changes.innerAlgorithm !== undefined ? changes.innerAlgorithm : whole(part);
  });
  const signed = tlv(0x30, ...parts);
  const key = made.chain[0]?.keyPem ?? made.keyPem;
  const der = tlv(0x30, signed, whole(algorithm), tlv(0x03, Buffer.from([0]), sign('sha256', signed, key)));
  const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  return { ...made, der, pem, path: shop.write('.pem', pem) };
};
