import { limits } from '../limits.js';

/** The bytes are not what they claim to be. Internal: the reader turns it into a Problem that names the input. */
export class Unreadable extends Error {
  override readonly name: string = 'Unreadable';
  /** What to do about it, most useful first; empty where the reader's general advice is right. */
  readonly fix: readonly string[];

  constructor(message: string, ...fix: readonly string[]) {
    super(message);
    this.fix = fix;
  }
}

/** One of dpm-prep's own limits ends the reading: unlike a part that is damaged, it is never passed over. */
export class LimitExceeded extends Unreadable {
  override readonly name = 'LimitExceeded';
}

const tooManyElements = (most: number): LimitExceeded =>
  new LimitExceeded(
    `it has more than ${most.toLocaleString('en')} ASN.1 elements, which is dpm-prep's limit`,
    'Export the certificate and its chain alone, without revocation lists and other content.',
  );

const tooDeep = (): Unreadable =>
  new Unreadable(`its ASN.1 is nested too deeply (dpm-prep's limit is ${String(limits.depth)} levels)`);

/** Where an element is in its bytes. `contentEnd` leaves out the end mark of an indefinite length. */
export interface Element {
  /** Class, constructed bit and number, as in the encoding. */
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
}

const indefinite = -1;

// Each call of headerAt fills the same object: a new one for each element slows down ten thousand certificates.
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
      if (count > maxElements) throw tooManyElements(maxElements);
      const { length, size } = headerAt(bytes, at, limit);
      const constructed = (bytes.readUInt8(at) & 0x20) !== 0;
      at += size;
      if (length !== indefinite && at + length > limit) {
        throw new Unreadable('an ASN.1 element is longer than what is left of the file');
      }
      if (constructed) {
        if (open.length >= limits.depth) throw tooDeep();
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

/** The element at `offset`; throws Unreadable unless it ends before `end`. */
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

/** Numbers of the universal types that certificates, keys and their containers are made of. */
export const types = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  octetString: 4,
  null: 5,
  oid: 6,
  utf8String: 12,
  sequence: 16,
  set: 17,
  utcTime: 23,
  generalizedTime: 24,
  universalString: 28,
  bmpString: 30,
} as const;

const constructedBit = 0x20;
const contextClass = 0x80;

/** An element that was decoded with all that is in it. Its bytes stay where they are. */
export class Node {
  constructor(
    /** Class, constructed bit and number, as in the encoding. */
    readonly tag: number,
    /** What the offsets count in. */
    readonly source: Buffer,
    readonly start: number,
    readonly contentStart: number,
    readonly contentEnd: number,
    readonly end: number,
    /** Null for a simple value. */
    readonly parts: readonly Node[] | null,
  ) {}
}

/** What one structure may still cost: it is decoded by recursion, so nesting has a limit as well. */
interface Bounds {
  elements: number;
}

const node = (bytes: Buffer, start: number, end: number, depth: number, bounds: Bounds): Node => {
  bounds.elements += 1;
  if (bounds.elements > limits.elements) throw tooManyElements(limits.elements);
  const { length, size } = headerAt(bytes, start, end);
  const tag = bytes[start] ?? 0;
  const contentStart = start + size;
  const isIndefinite = length === indefinite;
  const limit = isIndefinite ? end : contentStart + length;
  if (limit > end) throw new Unreadable('an ASN.1 element is longer than what is left of the file');
  if ((tag & constructedBit) === 0) return new Node(tag, bytes, start, contentStart, limit, limit, null);
  if (depth >= limits.depth) throw tooDeep();
  const parts: Node[] = [];
  let at = contentStart;
  for (;;) {
    if (!isIndefinite && at === limit) return new Node(tag, bytes, start, contentStart, limit, limit, parts);
    if (isIndefinite && at + 2 <= limit && bytes[at] === 0 && bytes[at + 1] === 0) {
      return new Node(tag, bytes, start, contentStart, at, at + 2, parts);
    }
    const part = node(bytes, at, limit, depth + 1, bounds);
    parts.push(part);
    at = part.end;
  }
};

/** Decodes one structure whole. Refuses bytes behind it, and what is nested too deeply or has too many elements. */
export const decode = (bytes: Buffer): Node => {
  const decoded = node(bytes, 0, bytes.length, 0, { elements: 0 });
  if (decoded.end !== bytes.length) throw new Unreadable('there are bytes after its end');
  return decoded;
};

/** Makes a node to be encoded: `tag` with class and constructed bit; parts, or the content of a simple value. */
const made = (tag: number, value: readonly Node[] | Buffer): Node =>
  Buffer.isBuffer(value)
    ? new Node(tag, value, 0, 0, value.length, value.length, null)
    : new Node(tag | constructedBit, Buffer.alloc(0), 0, 0, 0, 0, value);

/** A universal type: constructed from parts, or simple. */
export const make = (type: number, value: readonly Node[] | Buffer): Node => made(type, value);

/** `[number]` of the context: constructed from parts, or simple. */
export const makeContext = (number: number, value: readonly Node[] | Buffer): Node =>
  made(contextClass | number, value);

/** An object identifier from its dotted form. */
export const makeOid = (id: string): Node => {
  const [first = 0, second = 0, ...rest] = id.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      digits.unshift((left % 128) | 0x80);
    }
    return digits;
  });
  return make(types.oid, Buffer.from(bytes));
};

/** An INTEGER that is not negative. */
export const makeNumber = (value: number): Node => {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return make(types.integer, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
};

/** Children of a constructed node. */
export const children = (of: Node | undefined): readonly Node[] => {
  if (of === undefined || of.parts === null) throw new Unreadable('a part that should have parts has none');
  return of.parts;
};

/** The child at that place, which must be there. */
export const child = (of: Node | undefined, index: number): Node => {
  const found = children(of)[index];
  if (found === undefined) throw new Unreadable('a part is missing');
  return found;
};

/** Content bytes of a simple value. A value that BER cut into pieces is put together again. */
export const content = (of: Node | undefined): Buffer => {
  if (of === undefined) throw new Unreadable('a part is missing');
  if (of.parts !== null) return Buffer.concat(of.parts.map((part) => content(part)));
  return of.source.subarray(of.contentStart, of.contentEnd);
};

/** Content of a simple value, one character for each byte. */
export const latin1 = (of: Node): string =>
  of.parts === null
    ? of.source.toString('latin1', of.contentStart, of.contentEnd)
    : content(of).toString('latin1');

/** The element as it was encoded, header and all. Only for what was decoded. */
export const encoded = (of: Node): Buffer => of.source.subarray(of.start, of.end);

const mustBeConstructed = (type: number): boolean => type === types.sequence || type === types.set;

export const isUniversal = (of: Node | undefined, type: number): of is Node =>
  of !== undefined && (of.tag & ~constructedBit) === type && (!mustBeConstructed(type) || of.parts !== null);

/** `[number]` of the context. */
export const isContext = (of: Node | undefined, number: number): of is Node =>
  of !== undefined && (of.tag & ~constructedBit) === (contextClass | number);

/** The number of the tag, whatever its class. */
export const typeOf = ({ tag }: Node): number => tag & 0x1f;

export const sequence = (of: Node | undefined): readonly Node[] => {
  if (!isUniversal(of, types.sequence)) throw new Unreadable('a SEQUENCE is missing');
  return children(of);
};

/** Identifiers that were met, by their encoding: certificates repeat the same few dozen. */
const oids = new Map<string, string>();

const oidText = (bytes: string): string => {
  const arcs: number[] = [];
  let arc = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes.charCodeAt(at);
    if (arc === 0 && byte === 0x80 && (at === 0 || bytes.charCodeAt(at - 1) < 0x80)) {
      throw new Unreadable('an object identifier has a number that begins with zeros');
    }
    arc = arc * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(arc)) throw new Unreadable('an object identifier is too long');
    if ((byte & 0x80) !== 0) continue;
    arcs.push(arc);
    arc = 0;
  }
  if ((bytes.charCodeAt(bytes.length - 1) & 0x80) !== 0) {
    throw new Unreadable('an object identifier ends in the middle of a number');
  }
  const [both = 0, ...rest] = arcs;
  const first = Math.min(Math.floor(both / 40), 2);
  return [first, both - first * 40, ...rest].join('.');
};

export const oid = (of: Node | undefined): string => {
  if (!isUniversal(of, types.oid) || of.parts !== null || of.contentEnd === of.contentStart) {
    throw new Unreadable('an object identifier is missing');
  }
  if (of.contentEnd - of.contentStart > 64) throw new Unreadable('an object identifier is too long');
  const bytes = latin1(of);
  let text = oids.get(bytes);
  if (text === undefined) {
    text = oidText(bytes);
    if (oids.size < 1_000) oids.set(bytes, text);
  }
  return text;
};

export const octets = (of: Node | undefined): Buffer => {
  if (!isUniversal(of, types.octetString)) throw new Unreadable('an OCTET STRING is missing');
  return content(of);
};

/** A BIT STRING's bytes, without the leading count of unused bits. */
export const bits = (of: Node | undefined): Buffer => {
  if (!isUniversal(of, types.bitString)) throw new Unreadable('a BIT STRING is missing');
  return content(of).subarray(1);
};

/** An INTEGER's bytes as they are. */
export const integerBytes = (of: Node | undefined): Buffer => {
  if (!isUniversal(of, types.integer)) throw new Unreadable('an INTEGER is missing');
  const bytes = content(of);
  if (bytes.length === 0) throw new Unreadable('an INTEGER is empty');
  return bytes;
};

/** A small INTEGER that is not negative. One that is too large for a count comes back as Infinity. */
export const count = (of: Node | undefined): number => {
  const bytes = integerBytes(of);
  if ((bytes[0] ?? 0) >= 0x80) throw new Unreadable('a number is negative');
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first === -1) return 0;
  return bytes.length - first > 6 ? Infinity : bytes.readUIntBE(first, bytes.length - first);
};

export const boolean = (of: Node | undefined): boolean => {
  if (!isUniversal(of, types.boolean)) throw new Unreadable('a BOOLEAN is missing');
  const bytes = content(of);
  if (bytes.length !== 1) throw new Unreadable('a BOOLEAN is not one byte');
  return bytes[0] !== 0;
};

/** Upper-case hexadecimal without leading zeros: how serial numbers are compared and shown. */
export const hexNumber = (bytes: Buffer): string =>
  bytes
    .toString('hex')
    .replace(/^0+(?=.)/, '')
    .toUpperCase();

const encodedHeader = (tag: number, length: number): Buffer => {
  if (length < 0x80) return Buffer.from([tag, length]);
  const size = Math.ceil((32 - Math.clz32(length)) / 8);
  const header = Buffer.alloc(2 + size);
  header[0] = tag;
  header[1] = 0x80 | size;
  header.writeUIntBE(length, 2, size);
  return header;
};

/** Encodes a structure in DER. Not for what is hashed or signed: only the original bytes are that. */
export const encode = (of: Node): Buffer => {
  const inside = of.parts === null ? content(of) : Buffer.concat(of.parts.map((part) => encode(part)));
  return Buffer.concat([encodedHeader(of.tag, inside.length), inside]);
};
