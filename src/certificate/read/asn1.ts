import forge from 'node-forge';
import { limits } from '../limits.js';

/** The bytes are not what they claim to be. Internal: the reader turns it into a Problem that names the input. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

export type Node = forge.asn1.Asn1;

/** Where an element lies in its bytes. `contentEnd` leaves out the end mark of an indefinite length. */
export interface Element {
  /** Class, constructed bit and number, as in the encoding. */
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
}

const indefinite = -1;

// Filled anew by each call of headerAt: one object for each of ten thousand times a hundred elements is felt.
const header = { length: 0, size: 0 };

/** Length of the element at `offset` (or `indefinite`), and how many bytes its header has. */
const headerAt = (bytes: Buffer, offset: number, end: number): { length: number; size: number } => {
  header.size = 2;
  if (offset + 2 > end) throw new Unreadable('it ends in the middle of an ASN.1 element');
  const tag = bytes.readUInt8(offset);
  if ((tag & 0x1f) === 0x1f) throw new Unreadable('it uses an ASN.1 tag that certificates do not have');
  const first = bytes.readUInt8(offset + 1);
  header.length = first;
  if (first < 0x80) return header;
  if (first === 0x80) {
    if ((tag & 0x20) === 0) throw new Unreadable('a simple ASN.1 value has no length');
    header.length = indefinite;
    return header;
  }
  const octets = first & 0x7f;
  if (octets > 4) throw new Unreadable('an ASN.1 length is larger than any file');
  if (offset + 2 + octets > end) throw new Unreadable('it ends in the middle of an ASN.1 element');
  header.size = 2 + octets;
  header.length = bytes.readUIntBE(offset + 2, octets);
  return header;
};

/**
 * Walks through the whole structure that starts at `offset`, without building anything, and returns where it ends.
 * Refuses what is nested too deeply or has too many elements: the decoders behind this have no such limits.
 */
const walk = (bytes: Buffer, offset: number, end: number, maxElements: number): number => {
  // Ends of the constructed elements that are open, `indefinite` for those that end with a mark; and how far each may
  // reach.
  const open: number[] = [];
  const limitsOf: number[] = [end];
  let at = offset;
  let count = 0;
  do {
    const limit = limitsOf.at(-1) ?? end;
    if (open.at(-1) === indefinite && at + 2 <= limit && bytes.readUInt16BE(at) === 0) {
      at += 2;
      open.pop();
      limitsOf.pop();
    } else {
      count += 1;
      if (count > maxElements) throw new Unreadable(`it has more than ${maxElements} ASN.1 elements`);
      const { length, size } = headerAt(bytes, at, limit);
      const constructed = (bytes.readUInt8(at) & 0x20) !== 0;
      at += size;
      if (length !== indefinite && at + length > limit) {
        throw new Unreadable('an ASN.1 element is longer than what is left of the file');
      }
      if (constructed) {
        if (open.length >= limits.depth) throw new Unreadable('its ASN.1 is nested too deeply');
        open.push(length === indefinite ? indefinite : at + length);
        limitsOf.push(length === indefinite ? limit : at + length);
      } else {
        at += length;
      }
    }
    while (open.length > 0 && open.at(-1) === at) {
      open.pop();
      limitsOf.pop();
    }
  } while (open.length > 0);
  return at;
};

/** The element at `offset`; throws Unreadable unless it lies whole before `end`. */
export const elementAt = (bytes: Buffer, offset = 0, end = bytes.length): Element => {
  const { length, size } = headerAt(bytes, offset, end);
  const tag = bytes.readUInt8(offset);
  const contentStart = offset + size;
  if (length !== indefinite) {
    const last = contentStart + length;
    if (last > end) throw new Unreadable('an ASN.1 element is longer than what is left of the file');
    return { tag, start: offset, contentStart, contentEnd: last, end: last };
  }
  const last = walk(bytes, offset, end, limits.elements);
  return { tag, start: offset, contentStart, contentEnd: last - 2, end: last };
};

/** The elements inside a constructed element, one after the other, in place. */
export function* elementsIn(bytes: Buffer, parent: Element): Generator<Element> {
  let at = parent.contentStart;
  while (at < parent.contentEnd) {
    const element = elementAt(bytes, at, parent.contentEnd);
    yield element;
    at = element.end;
  }
}

export const slice = (bytes: Buffer, element: Element): Buffer => bytes.subarray(element.start, element.end);

/** Decodes one structure whole, after its size and nesting were found harmless. Extra bytes behind it are refused. */
export const decode = (bytes: Buffer): Node => {
  const end = walk(bytes, 0, bytes.length, limits.elements);
  if (end !== bytes.length) throw new Unreadable('there are bytes after its end');
  try {
    return forge.asn1.fromDer(bytes.toString('latin1'), {
      strict: true,
      parseAllBytes: true,
      // Guessing ASN.1 inside bit strings takes a signature apart that only looks like it.
      decodeBitStrings: false,
    } as unknown as boolean);
  } catch {
    throw new Unreadable('its ASN.1 is not correct');
  }
};

/** Children of a constructed node. */
export const children = (node: Node | undefined): readonly Node[] => {
  if (node === undefined || !Array.isArray(node.value)) {
    throw new Unreadable('a part that should have parts has none');
  }
  return node.value;
};

/** The child at that place, which must be there. */
export const child = (node: Node | undefined, index: number): Node => {
  const found = children(node)[index];
  if (found === undefined) throw new Unreadable('a part is missing');
  return found;
};

/** Content bytes of a simple value. A value that BER cut into pieces is put together again. */
export const content = (node: Node | undefined): Buffer => {
  if (node === undefined) throw new Unreadable('a part is missing');
  if (Array.isArray(node.value)) return Buffer.concat(node.value.map((part) => content(part)));
  return Buffer.from(node.value, 'latin1');
};

const universal = forge.asn1.Class.UNIVERSAL;
const contextSpecific = forge.asn1.Class.CONTEXT_SPECIFIC;

export const isUniversal = (node: Node | undefined, type: forge.asn1.Type): node is Node =>
  node?.tagClass === universal && node.type === type;

/** `[number]` of the context. */
export const isContext = (node: Node | undefined, number: number): node is Node =>
  node?.tagClass === contextSpecific && (node.type as number) === number;

export const sequence = (node: Node | undefined): readonly Node[] => {
  if (!isUniversal(node, forge.asn1.Type.SEQUENCE)) throw new Unreadable('a SEQUENCE is missing');
  return children(node);
};

/** Identifiers that were met, by their encoding: certificates repeat the same few dozen. */
const oids = new Map<string, string>();

export const oid = (node: Node | undefined): string => {
  if (!isUniversal(node, forge.asn1.Type.OID) || typeof node.value !== 'string' || node.value === '') {
    throw new Unreadable('an object identifier is missing');
  }
  if (node.value.length > 64) throw new Unreadable('an object identifier is too long');
  let text = oids.get(node.value);
  if (text === undefined) {
    text = forge.asn1.derToOid(node.value);
    if (oids.size < 1_000) oids.set(node.value, text);
  }
  return text;
};

export const octets = (node: Node | undefined): Buffer => {
  if (!isUniversal(node, forge.asn1.Type.OCTETSTRING)) throw new Unreadable('an OCTET STRING is missing');
  return content(node);
};

/** A BIT STRING's bytes, without the leading count of unused bits. */
export const bits = (node: Node | undefined): Buffer => {
  if (!isUniversal(node, forge.asn1.Type.BITSTRING)) throw new Unreadable('a BIT STRING is missing');
  return content(node).subarray(1);
};

/** An INTEGER's bytes as they are. */
export const integerBytes = (node: Node | undefined): Buffer => {
  if (!isUniversal(node, forge.asn1.Type.INTEGER)) throw new Unreadable('an INTEGER is missing');
  const bytes = content(node);
  if (bytes.length === 0) throw new Unreadable('an INTEGER is empty');
  return bytes;
};

/** A small INTEGER that is not negative. One that is too large for a count comes back as Infinity. */
export const count = (node: Node | undefined): number => {
  const bytes = integerBytes(node);
  if ((bytes[0] ?? 0) >= 0x80) throw new Unreadable('a number is negative');
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first === -1) return 0;
  return bytes.length - first > 6 ? Infinity : bytes.readUIntBE(first, bytes.length - first);
};

export const boolean = (node: Node | undefined): boolean => {
  if (!isUniversal(node, forge.asn1.Type.BOOLEAN)) throw new Unreadable('a BOOLEAN is missing');
  return content(node)[0] !== 0;
};

/** Upper-case hexadecimal without leading zeros: how serial numbers are compared and shown. */
export const hexNumber = (bytes: Buffer): string =>
  bytes
    .toString('hex')
    .replace(/^0+(?=.)/, '')
    .toUpperCase();

/** Encodes a decoded structure again. Not for what is hashed or signed: only the original bytes are that. */
export const encode = (node: Node): Buffer => Buffer.from(forge.asn1.toDer(node).getBytes(), 'latin1');
