import { hash, X509Certificate, type KeyObject } from 'node:crypto';
import type { CertificateFacts } from '../facts.js';
import { limits } from '../limits.js';
import {
  bits,
  child,
  count,
  decode,
  encoded,
  hexNumber,
  integerBytes,
  isContext,
  oid,
  sequence,
  Unreadable,
} from './asn1.js';
import { readName, shownText } from './distinguished-name.js';
import { readExtensions } from './extensions.js';
import { readTime } from './time.js';

/** A certificate as read: the facts for the rules, the original bytes and node's object for verifying. */
export interface ReadCertificate {
  readonly facts: CertificateFacts;
  readonly der: Buffer;
  /** Null where node:crypto refuses the certificate; the facts say why. */
  readonly x509: X509Certificate | null;
  /** The name of the issuer as encoded: what OCSP hashes. */
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

/** Signatures with these cannot be computed here, although their names are known. */
const unverifiableAlgorithms = new Set(['md2WithRSAEncryption', 'md4WithRSAEncryption']);

/** False where a signature that does not verify proves nothing: the algorithm is one that is not known here. */
export const verifiableAlgorithm = ({ facts: { signatureAlgorithm } }: ReadCertificate): boolean =>
  knownNames.has(signatureAlgorithm) && !unverifiableAlgorithms.has(signatureAlgorithm);

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
  '1.2.840.113549.1.1.14': 'sha224WithRSAEncryption',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.1': 'ecdsa-with-SHA224',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
};

const knownNames = new Set(Object.values(signatureAlgorithms));

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

/** An X.509 certificate from its DER. Throws Unreadable if it is not one. */
export const readCertificate = (bytes: Buffer): ReadCertificate => {
  if (bytes.length > limits.certificateBytes) {
    throw new Unreadable(
      `a certificate in it has more than ${String(limits.certificateBytes / 1024)} KB, which is dpm-prep's limit`,
      'Check whether the file is a certificate. Those of computers have one to four KB.',
    );
  }
  // The bytes are kept as long as the case is: not the whole file behind them.
  const der = Buffer.from(bytes);
  const [bodyNode, algorithmNode] = sequence(decode(der));
  const body = sequence(bodyNode);
  const at = isContext(body[0], 0) ? 1 : 0;
  const version = at === 1 ? count(child(body[0], 0)) + 1 : 1;
  const [serialNode, innerAlgorithm, issuerNode, validityNode, subjectNode, keyNode] = body.slice(at);
  if (algorithmNode === undefined || innerAlgorithm === undefined || keyNode === undefined) {
    throw new Unreadable('a part of the certificate is missing');
  }
  const serial = integerBytes(serialNode);
  const signatureOid = oid(child(algorithmNode, 0));
  const validity = sequence(validityNode);
  const publicKeyInfo = sequence(keyNode);
  const algorithmOid = oid(child(publicKeyInfo[0], 0));
  const algorithm = keyAlgorithms[algorithmOid] ?? algorithmOid;
  const publicKeyBits = bits(publicKeyInfo[1]);
  const publicKeyDer = encoded(keyNode);
  const extensionsNode = body.slice(at + 6).find((part) => isContext(part, 3));
  const issuer = readName(issuerNode);
  const subject = readName(subjectNode);

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
    thumbprint: hash('sha1', der).toUpperCase(),
    subject,
    issuer,
    keyId: hash('sha256', publicKeyDer),
    publicKey: { algorithm, bits: modulusBits(algorithm, publicKeyBits) },
    signatureAlgorithm: signatureAlgorithms[signatureOid] ?? signatureOid,
    algorithmsDiffer: !encoded(algorithmNode).equals(encoded(innerAlgorithm)),
    notBefore: readTime(validity[0]),
    notAfter: readTime(validity[1]),
    ...readExtensions(extensionsNode === undefined ? [] : sequence(child(extensionsNode, 0))),
  };
  return {
    facts,
    der,
    x509,
    issuerDer: encoded(child(bodyNode, at + 2)),
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
