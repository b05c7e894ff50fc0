import {
  bits,
  boolean,
  content,
  decode,
  elementAt,
  elementsIn,
  isContext,
  octets,
  oid,
  sequence,
  slice,
  Unreadable,
  child,
  type Element,
  type Node,
} from '../read/asn1.js';
import type { ReadCertificate } from '../read/certificate.js';
import { readName } from '../read/distinguished-name.js';
import { pemText } from '../read/pem.js';
import { readTime } from '../read/time.js';
import { comparableNames, pointNames } from '../read/distribution-point.js';
import { readValidity, type Validity } from './freshness.js';
import { signatureIsBy } from './signature.js';

/** Which certificates and reasons a list speaks of (RFC 5280, 5.2.5). */
export interface ListScope {
  readonly kind: 'all' | 'users' | 'cas' | 'other';
  /** It lists revocations for some reasons only. */
  readonly someReasons: boolean;
  /** Names of its distribution point, as encoded, in base64; null where it is not bound to one. */
  readonly names: readonly string[] | null;
}

/** A certificate revocation list, ready to be asked for serial numbers. Only the header is decoded as a whole. */
export interface RevocationList extends Validity {
  readonly issuer: string;
  /** It lists only changes since another list. */
  readonly delta: boolean;
  readonly scope: ListScope;
  readonly signedBy: (issuer: ReadCertificate) => boolean;
  /** Null: not listed. Otherwise when it was revoked. */
  readonly revokedAt: (serial: Buffer) => string | null;
}

const sequenceTag = 0x30;
const integerTag = 0x02;

const derOf = (bytes: Buffer): Buffer => {
  const text = pemText(bytes);
  if (text === null) return bytes;
  const body = /-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/.exec(text)?.[1];
  if (body === undefined) throw new Unreadable('there is no revocation list in it');
  return Buffer.from(body, 'base64');
};

/** Serial numbers as keys of a map: the bytes without leading zeros. */
const serialKey = (bytes: Buffer): string => bytes.toString('latin1').replace(/^\0+(?=.)/s, '');

const indexOf = (der: Buffer, entries: Element | undefined): Map<string, Element> => {
  const index = new Map<string, Element>();
  if (entries === undefined) return index;
  for (const entry of elementsIn(der, entries)) {
    const serial = elementAt(der, entry.contentStart, entry.contentEnd);
    if (serial.tag !== integerTag) throw new Unreadable('an entry has no serial number');
    index.set(serialKey(der.subarray(serial.contentStart, serial.contentEnd)), entry);
  }
  return index;
};

const issuingDistributionPoint = '2.5.29.28';
const deltaIndicator = '2.5.29.27';

const readScope = (point: Node): ListScope => {
  const parts = sequence(point);
  const flag = (number: number): boolean =>
    parts.some((part) => isContext(part, number) && content(part)[0] !== 0);
  const name = parts.find((part) => isContext(part, 0));
  let kind: ListScope['kind'] = 'all';
  // An indirect list, a list of attribute certificates, or one that contradicts itself.
  if (flag(4) || flag(5) || (flag(1) && flag(2))) kind = 'other';
  else if (flag(1)) kind = 'users';
  else if (flag(2)) kind = 'cas';
  return {
    kind,
    someReasons: parts.some((part) => isContext(part, 3)),
    names: name === undefined ? null : comparableNames(pointNames(name)),
  };
};

const readExtensions = (list: readonly Node[]): Pick<RevocationList, 'delta' | 'scope'> => {
  let delta = false;
  let scope: ListScope = { kind: 'all', someReasons: false, names: null };
  let unknown = false;
  const seen = new Set<string>();
  for (const extension of list) {
    const parts = sequence(extension);
    const id = oid(parts[0]);
    if (seen.has(id)) throw new Unreadable('it has an extension twice');
    seen.add(id);
    if (id === deltaIndicator) delta = true;
    else if (id === issuingDistributionPoint) scope = readScope(decode(octets(parts.at(-1))));
    else if (parts.length === 3 && boolean(parts[1])) unknown = true;
  }
  return { delta, scope: unknown ? { ...scope, kind: 'other' } : scope };
};

const isTime = (element: Element): boolean => element.tag === 0x17 || element.tag === 0x18;

/** Reads a CRL, DER or PEM. Throws Unreadable. */
export const readRevocationList = (bytes: Buffer): RevocationList => {
  const der = derOf(bytes);
  const [body, algorithmAt, signatureAt] = elementsIn(der, elementAt(der));
  if (body === undefined || algorithmAt === undefined || signatureAt === undefined) {
    throw new Unreadable('it is not a revocation list');
  }
  const parts = [...elementsIn(der, body)];
  if (parts[0]?.tag === integerTag) parts.shift();
  const [innerAlgorithm, issuer, thisUpdateAt, ...rest] = parts;
  if (innerAlgorithm === undefined || issuer === undefined || thisUpdateAt === undefined) {
    throw new Unreadable('it is not a revocation list');
  }
  const nextUpdateAt = rest[0] !== undefined && isTime(rest[0]) ? rest[0] : undefined;
  const extensionsAt = rest.find((part) => part.tag === 0xa0);
  if (!isTime(thisUpdateAt)) throw new Unreadable('it is not a revocation list');
  const index = indexOf(
    der,
    rest.find((part) => part.tag === sequenceTag),
  );
  const algorithm = decode(slice(der, algorithmAt));
  if (!slice(der, algorithmAt).equals(slice(der, innerAlgorithm))) {
    throw new Unreadable('it names one signature algorithm inside and another one outside');
  }
  const signature = bits(decode(slice(der, signatureAt)));
  const signers = new WeakMap<ReadCertificate, boolean>();
  return {
    issuer: readName(decode(slice(der, issuer))).comparable,
    ...readValidity(
      decode(slice(der, thisUpdateAt)),
      nextUpdateAt === undefined ? undefined : decode(slice(der, nextUpdateAt)),
    ),
    ...readExtensions(extensionsAt === undefined ? [] : sequence(child(decode(slice(der, extensionsAt)), 0))),
    signedBy: (certificate) => {
      let result = signers.get(certificate);
      if (result === undefined) {
        result = signatureIsBy(certificate.publicKey(), algorithm, slice(der, body), signature);
        signers.set(certificate, result);
      }
      return result;
    },
    revokedAt: (serial) => {
      const entry = index.get(serialKey(serial));
      if (entry === undefined) return null;
      return readTime(sequence(decode(slice(der, entry)))[1]) ?? 'a date that cannot be read';
    },
  };
};
