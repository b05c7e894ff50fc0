import { elementAt, elementsIn, slice, Unreadable, type Element } from './asn1.js';

/** What a DER structure is. `unknown` may still be a damaged certificate: its reader says what is wrong with it. */
export type Structure =
  | 'pfx'
  | 'pkcs7'
  | 'certificate'
  | 'request'
  | 'revocation-list'
  | 'private-key'
  | 'encrypted-private-key'
  | 'rsa-private-key'
  | 'ec-private-key'
  | 'public-key'
  | 'encrypted-message'
  | 'unknown';

/** How a structure without a certificate in it is named in a sentence. */
export const structureNames: Readonly<Partial<Record<Structure, string>>> = {
  request: 'a certificate request',
  'revocation-list': 'a certificate revocation list',
  'private-key': 'a private key',
  'encrypted-private-key': 'an encrypted private key',
  'rsa-private-key': 'a private key',
  'ec-private-key': 'a private key',
  'public-key': 'a public key',
  'encrypted-message': 'an encrypted message',
};

const tag = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, sequence: 0x30 } as const;

/** More is not needed to tell any two of them apart. */
const mostLooked = 7;

const partsOf = (bytes: Buffer, parent: Element): readonly Element[] => {
  const parts: Element[] = [];
  for (const part of elementsIn(bytes, parent)) {
    parts.push(part);
    if (parts.length >= mostLooked) break;
  }
  return parts;
};

const tagsOf = (parts: readonly Element[]): string =>
  parts.map((part) => part.tag.toString(16).padStart(2, '0')).join(' ');

const contentTypes: Readonly<Record<string, Structure>> = {
  '06092a864886f70d010702': 'pkcs7',
  '06092a864886f70d010703': 'encrypted-message',
};

// 1.2.840.113549.1.7, the arc of PKCS#7 content types, as it is encoded.
const contentArc = Buffer.from('2a864886f70d0107', 'hex');

const isPfx = (bytes: Buffer, version: Element, content: Element): boolean => {
  if (version.contentEnd - version.contentStart !== 1 || bytes[version.contentStart] !== 3) return false;
  const [type] = partsOf(bytes, content);
  return (
    type?.tag === tag.oid &&
    bytes.subarray(type.contentStart, type.contentEnd).subarray(0, contentArc.length).equals(contentArc)
  );
};

/** What is signed: a SEQUENCE, its algorithm and a BIT STRING. The parts of the first tell which one it is. */
const signed = (bytes: Buffer, body: Element): Structure => {
  const tags = tagsOf(partsOf(bytes, body));
  if (/^(a0 )?02 30 30 30 30 30/.test(tags)) return 'certificate';
  if (/^02 30 30( a0)?$/.test(tags)) return 'request';
  if (/^(02 )?30 30 1[78]/.test(tags)) return 'revocation-list';
  return 'unknown';
};

const identified = (bytes: Buffer): Structure => {
  const outer = elementAt(bytes);
  if (outer.tag !== tag.sequence) return 'unknown';
  const [first, second, third] = partsOf(bytes, outer);
  if (first === undefined || second === undefined) return 'unknown';
  switch (first.tag) {
    case tag.oid:
      return contentTypes[slice(bytes, first).toString('hex')] ?? 'unknown';
    case tag.integer:
      if (second.tag === tag.integer) return third === undefined ? 'public-key' : 'rsa-private-key';
      if (second.tag === tag.octets) return 'ec-private-key';
      if (second.tag !== tag.sequence) return 'unknown';
      if (isPfx(bytes, first, second)) return 'pfx';
      return third?.tag === tag.octets ? 'private-key' : 'unknown';
    case tag.sequence:
      if (second.tag === tag.octets) return 'encrypted-private-key';
      if (second.tag === tag.bits) return 'public-key';
      return second.tag === tag.sequence && third?.tag === tag.bits ? signed(bytes, first) : 'unknown';
    default:
      return 'unknown';
  }
};

/** Tells from the first elements what a structure is, without decoding it. Labels and file names say nothing here. */
export const identify = (bytes: Buffer): Structure => {
  try {
    return identified(bytes);
  } catch (error) {
    if (error instanceof Unreadable) return 'unknown';
    throw error;
  }
};
