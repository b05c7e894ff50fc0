import { createHash, X509Certificate, type KeyObject } from 'node:crypto';
import type { CertificateFacts, NameFacts } from '../facts.js';
import { limits } from '../limits.js';
import {
  bits,
  boolean,
  child,
  children,
  content,
  count,
  decode,
  elementAt,
  elementsIn,
  hexNumber,
  integerBytes,
  isContext,
  isUniversal,
  octets,
  oid,
  sequence,
  slice,
  types,
  Unreadable,
  type Node,
} from './asn1.js';
import { readName, shownText } from './distinguished-name.js';
import { readTime } from './time.js';

/** A certificate as read: the facts for the rules, the original bytes and node's object for verifying. */
export interface ReadCertificate {
  readonly facts: CertificateFacts;
  readonly der: Buffer;
  /** Null where node:crypto refuses the certificate; the facts say why. */
  readonly x509: X509Certificate | null;
  /** The issuer and subject names as encoded: what OCSP hashes and CRLs repeat. */
  readonly subjectDer: Buffer;
  readonly issuerDer: Buffer;
  /** The key as the certificate carries it: SubjectPublicKeyInfo, and its bits alone. */
  readonly publicKeyDer: Buffer;
  readonly publicKeyBits: Buffer;
  readonly serial: Buffer;
  /** Null where node:crypto cannot use the key. */
  publicKey(): KeyObject | null;
}

/** It says of itself that it is a CA. */
export const isAuthority = ({ facts }: ReadCertificate): boolean => facts.basicConstraints?.ca === true;

const keyAlgorithms: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.1': 'RSA',
  '1.2.840.113549.1.1.10': 'RSA-PSS',
  '1.2.840.10045.2.1': 'EC',
  '1.2.840.10040.4.1': 'DSA',
  '1.3.101.110': 'X25519',
  '1.3.101.111': 'X448',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
};

const signatureAlgorithms: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'md2WithRSAEncryption',
  '1.2.840.113549.1.1.3': 'md4WithRSAEncryption',
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.10': 'RSASSA-PSS',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
};

const extensionOids = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlDistributionPoints: '2.5.29.31',
  extendedKeyUsage: '2.5.29.37',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
} as const;

const extensionNames = new Map<string, string>(Object.entries(extensionOids).map(([name, id]) => [id, name]));

type Extensions = Pick<
  CertificateFacts,
  | 'extendedKeyUsage'
  | 'keyUsage'
  | 'basicConstraints'
  | 'dnsNames'
  | 'crlAddresses'
  | 'ocspAddresses'
  | 'issuerAddresses'
  | 'malformed'
>;

const uriOf = (name: Node): string | null =>
  isContext(name, 6) ? shownText(content(name).toString('latin1').trim()) : null;

const readKeyUsage = (value: Node): { signsCertificates: boolean; signsRevocationLists: boolean } => {
  const first = bits(value)[0] ?? 0;
  return { signsCertificates: (first & 0x04) !== 0, signsRevocationLists: (first & 0x02) !== 0 };
};

const readBasicConstraints = (value: Node): { ca: boolean; pathLength: number | null } => {
  const parts = sequence(value);
  const [first] = parts;
  const ca = isUniversal(first, types.boolean) ? boolean(first) : false;
  const length = parts.find((part) => isUniversal(part, types.integer));
  return { ca, pathLength: length === undefined ? null : count(length) };
};

const readCrlAddresses = (value: Node): string[] => {
  const addresses: string[] = [];
  for (const point of sequence(value)) {
    const name = children(point).find((part) => isContext(part, 0));
    const fullName = name === undefined ? undefined : children(name).find((part) => isContext(part, 0));
    if (fullName === undefined) continue;
    for (const each of children(fullName)) {
      const uri = uriOf(each);
      if (uri !== null) addresses.push(uri);
    }
  }
  return addresses;
};

const accessMethods = { ocsp: '1.3.6.1.5.5.7.48.1', issuers: '1.3.6.1.5.5.7.48.2' } as const;

const readAccess = (value: Node): { ocsp: string[]; issuers: string[] } => {
  const ocsp: string[] = [];
  const issuers: string[] = [];
  for (const description of sequence(value)) {
    const [method, location] = sequence(description);
    const uri = location === undefined ? null : uriOf(location);
    if (uri === null) continue;
    const which = oid(method);
    if (which === accessMethods.ocsp) ocsp.push(uri);
    if (which === accessMethods.issuers) issuers.push(uri);
  }
  return { ocsp, issuers };
};

const listed = <T>(all: readonly T[]): readonly T[] => [...new Set(all)].slice(0, limits.listed);

const readExtensions = (list: readonly Node[]): Extensions => {
  let extendedKeyUsage: readonly string[] | null = null;
  let keyUsage: Extensions['keyUsage'] = null;
  let basicConstraints: Extensions['basicConstraints'] = null;
  let dnsNames: readonly string[] = [];
  let crlAddresses: readonly string[] = [];
  let access: { ocsp: string[]; issuers: string[] } = { ocsp: [], issuers: [] };
  const malformed: string[] = [];
  for (const extension of list) {
    const parts = sequence(extension);
    const id = oid(parts[0]);
    const name = extensionNames.get(id);
    if (name === undefined) continue;
    // One extension that is encoded wrongly is a finding of its own; the rest of the certificate is still judged.
    try {
      const value = decode(octets(parts.at(-1)));
      switch (id) {
        case extensionOids.keyUsage:
          keyUsage = readKeyUsage(value);
          break;
        case extensionOids.extendedKeyUsage:
          extendedKeyUsage = listed(sequence(value).map((each) => oid(each)));
          break;
        case extensionOids.basicConstraints:
          basicConstraints = readBasicConstraints(value);
          break;
        case extensionOids.subjectAltName:
          dnsNames = listed(
            sequence(value)
              .filter((each) => isContext(each, 2))
              .map((each) => shownText(content(each).toString('latin1'))),
          );
          break;
        case extensionOids.crlDistributionPoints:
          crlAddresses = listed(readCrlAddresses(value));
          break;
        case extensionOids.authorityInfoAccess:
          access = readAccess(value);
          break;
      }
    } catch {
      malformed.push(name);
    }
  }
  return {
    extendedKeyUsage,
    keyUsage,
    basicConstraints,
    dnsNames,
    crlAddresses,
    ocspAddresses: listed(access.ocsp),
    issuerAddresses: listed(access.issuers),
    malformed: listed(malformed),
  };
};

/** Bits of the modulus of an RSA key, or null for other keys. */
const modulusBits = (algorithm: string, key: Buffer): number | null => {
  if (!algorithm.startsWith('RSA')) return null;
  try {
    const modulus = integerBytes(child(decode(key), 0));
    const first = modulus.findIndex((byte) => byte !== 0);
    if (first === -1) return 0;
    return (modulus.length - first) * 8 - Math.clz32(modulus[first] ?? 0) + 24;
  } catch {
    return null;
  }
};

const refusal = (error: unknown): string =>
  shownText(error instanceof Error ? error.message.replace(/^error:/, '') : 'unknown reason');

/** An X.509 certificate from its DER. Throws Unreadable if it is none. */
export const readCertificate = (bytes: Buffer): ReadCertificate => {
  if (bytes.length > limits.certificateBytes) {
    throw new Unreadable(
      `a certificate in it has more than ${String(limits.certificateBytes / 1024)} KB, which is dpm-prep's limit`,
      'Check whether the file is a certificate. Those of computers have one to four KB.',
    );
  }
  // The bytes are kept as long as the case is: not the whole file behind them.
  const der = Buffer.from(bytes);
  const outer = sequence(decode(der));
  const body = sequence(outer[0]);
  const at = isContext(body[0], 0) ? 1 : 0;
  const version = at === 1 ? count(child(body[0], 0)) + 1 : 1;
  const serial = integerBytes(body[at]);
  const signatureOid = oid(child(outer[1], 0));
  const validity = sequence(body[at + 3]);
  const publicKeyInfo = sequence(body[at + 5]);
  const algorithmOid = oid(child(publicKeyInfo[0], 0));
  const algorithm = keyAlgorithms[algorithmOid] ?? algorithmOid;
  const publicKeyBits = bits(publicKeyInfo[1]);
  const extensionsNode = body.slice(at + 6).find((part) => isContext(part, 3));

  const raw = [...elementsIn(der, elementAt(der, elementAt(der).contentStart))];
  const rawAt = (index: number): Buffer => {
    const element = raw[index];
    if (element === undefined) throw new Unreadable('a part of the certificate is missing');
    return slice(der, element);
  };
  const publicKeyDer = rawAt(at + 5);
  const subject: NameFacts = readName(body[at + 4]);

  let x509: X509Certificate | null = null;
  let refused: string | null = null;
  try {
    x509 = new X509Certificate(der);
  } catch (error) {
    refused = refusal(error);
  }
  let key: KeyObject | null | undefined;

  const facts: CertificateFacts = {
    version,
    refused,
    serialNumber: hexNumber(serial),
    thumbprint: createHash('sha1').update(der).digest('hex').toUpperCase(),
    subject,
    issuer: readName(body[at + 2]),
    keyId: createHash('sha256').update(publicKeyDer).digest('hex'),
    publicKey: { algorithm, bits: modulusBits(algorithm, publicKeyBits) },
    signatureAlgorithm: signatureAlgorithms[signatureOid] ?? signatureOid,
    notBefore: readTime(validity[0]),
    notAfter: readTime(validity[1]),
    ...readExtensions(extensionsNode === undefined ? [] : sequence(child(extensionsNode, 0))),
  };
  return {
    facts,
    der,
    x509,
    subjectDer: rawAt(at + 4),
    issuerDer: rawAt(at + 2),
    publicKeyDer,
    publicKeyBits,
    serial,
    publicKey: () => {
      if (key === undefined) {
        try {
          key = x509?.publicKey ?? null;
        } catch {
          key = null;
        }
      }
      return key;
    },
  };
};
