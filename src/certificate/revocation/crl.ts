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
import { signatureIsBy } from './signature.js';

/** A certificate revocation list, ready to be asked for serial numbers. Only the header is decoded as a whole. */
export interface RevocationList {
  readonly issuer: string;
  readonly thisUpdate: string | null;
  readonly nextUpdate: string | null;
  /** It lists only changes since another list. */
  readonly delta: boolean;
  readonly scope: 'all' | 'users' | 'cas' | 'other';
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

const scopeOf = (point: Node): RevocationList['scope'] => {
  const flag = (number: number): boolean =>
    sequence(point).some((part) => isContext(part, number) && content(part)[0] !== 0);
  if (flag(4) || flag(5)) return 'other';
  if (flag(1)) return 'users';
  return flag(2) ? 'cas' : 'all';
};

const readExtensions = (list: readonly Node[]): Pick<RevocationList, 'delta' | 'scope'> => {
  let delta = false;
  let scope: RevocationList['scope'] = 'all';
  for (const extension of list) {
    const parts = sequence(extension);
    const id = oid(parts[0]);
    if (id === deltaIndicator) delta = true;
    else if (id === issuingDistributionPoint) scope = scopeOf(decode(octets(parts.at(-1))));
    else if (parts.length === 3 && boolean(parts[1])) scope = 'other';
  }
  return { delta, scope };
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
  const nextUpdateAt = rest.find((part) => isTime(part));
  const extensionsAt = rest.find((part) => part.tag === 0xa0);
  if (!isTime(thisUpdateAt)) throw new Unreadable('it is not a revocation list');
  const index = indexOf(
    der,
    rest.find((part) => part.tag === sequenceTag),
  );
  const algorithm = decode(slice(der, algorithmAt));
  const signature = bits(decode(slice(der, signatureAt)));
  const signers = new WeakMap<ReadCertificate, boolean>();
  return {
    issuer: readName(decode(slice(der, issuer))).comparable,
    thisUpdate: readTime(decode(slice(der, thisUpdateAt))),
    nextUpdate: nextUpdateAt === undefined ? null : readTime(decode(slice(der, nextUpdateAt))),
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
