import { createHash } from 'node:crypto';
import {
  bits,
  child,
  children,
  content,
  decode,
  elementAt,
  elementsIn,
  encode,
  isContext,
  isUniversal,
  make,
  makeOid,
  octets,
  oid,
  sequence,
  slice,
  types,
  Unreadable,
  type Node,
} from '../read/asn1.js';
import { readCertificate, type ReadCertificate } from '../read/certificate.js';
import { readTime } from '../read/time.js';
import { readValidity, type Validity } from './freshness.js';
import { forgeable, signedBy } from '../chain.js';
import { signatureIsBy } from './signature.js';

const sha1Oid = '1.3.14.3.2.26';
const sha1 = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest();

/** The certificate as an OCSP responder knows it: hashes of its issuer's name and key, and its serial number. */
export interface CertificateId {
  readonly nameHash: Buffer;
  readonly keyHash: Buffer;
  readonly serial: Buffer;
}

export const certificateId = (certificate: ReadCertificate, issuer: ReadCertificate): CertificateId => ({
  nameHash: sha1(certificate.issuerDer),
  keyHash: sha1(issuer.publicKeyBits),
  serial: certificate.serial,
});

/** An OCSPRequest for one certificate (RFC 6960, 4.1), without a nonce: many responders sign their answers ahead. */
export const ocspRequest = (id: CertificateId): Buffer => {
  const certId = make(types.sequence, [
    make(types.sequence, [makeOid(sha1Oid), make(types.null, Buffer.alloc(0))]),
    make(types.octetString, id.nameHash),
    make(types.octetString, id.keyHash),
    make(types.integer, id.serial),
  ]);
  const request = make(types.sequence, [certId]);
  return encode(make(types.sequence, [make(types.sequence, [make(types.sequence, [request])])]));
};

export interface OcspAnswer extends Validity {
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revokedAt: string | null;
  /** Null where the signature is right, otherwise what is wrong with it. */
  readonly signatureProblem: string | null;
}

const responseStatuses: Readonly<Record<number, string>> = {
  1: 'it does not understand the request',
  2: 'it has an internal error',
  3: 'it asks to try later',
  5: 'it wants a signed request',
  6: 'it does not answer for this CA',
};

const basicResponse = '1.3.6.1.5.5.7.48.1.1';
const ocspSigning = '1.3.6.1.5.5.7.3.9';

const basicOf = (bytes: Buffer): Buffer => {
  const [statusNode, wrapped] = sequence(decode(bytes));
  const status = content(statusNode)[0] ?? 2;
  if (status !== 0) throw new Unreadable(responseStatuses[status] ?? `it answers with status ${status}`);
  const [type, value] = sequence(child(wrapped, 0));
  if (oid(type) !== basicResponse) throw new Unreadable('its answer is of an unknown type');
  return octets(value);
};

const signers = (basic: Buffer): readonly ReadCertificate[] => {
  const last = [...elementsIn(basic, elementAt(basic))][3];
  if (last?.tag !== 0xa0) return [];
  const found: ReadCertificate[] = [];
  for (const element of elementsIn(basic, elementAt(basic, last.contentStart, last.contentEnd))) {
    if (found.length >= 8) break;
    found.push(readCertificate(slice(basic, element)));
  }
  return found;
};

const delegated = (candidate: ReadCertificate, issuer: ReadCertificate, now: string): boolean =>
  (candidate.facts.extendedKeyUsage?.includes(ocspSigning) ?? false) &&
  (candidate.facts.notBefore ?? '') <= now &&
  now <= (candidate.facts.notAfter ?? '') &&
  !forgeable.has(candidate.facts.signatureAlgorithm) &&
  signedBy(candidate, issuer);

const signatureProblemOf = (basic: Buffer, issuer: ReadCertificate, now: string): string | null => {
  const [data, algorithmAt, signatureAt] = elementsIn(basic, elementAt(basic));
  if (data === undefined || algorithmAt === undefined || signatureAt === undefined) {
    throw new Unreadable('its answer has no signature');
  }
  const algorithm = decode(slice(basic, algorithmAt));
  const signature = bits(decode(slice(basic, signatureAt)));
  const isBy = (certificate: ReadCertificate): boolean =>
    signatureIsBy(certificate.publicKey(), algorithm, slice(basic, data), signature);
  if (isBy(issuer)) return null;
  const signer = signers(basic).find((each) => isBy(each));
  if (signer === undefined)
    return 'its answer is not signed by the CA nor by a certificate that comes with it';
  return delegated(signer, issuer, now)
    ? null
    : 'its answer is signed by a certificate that the CA did not issue for signing OCSP answers, or that has expired';
};

const sameNumber = (a: Buffer, b: Buffer): boolean =>
  a.toString('hex').replace(/^(00)+/, '') === b.toString('hex').replace(/^(00)+/, '');

const isAbout = (node: Node | undefined, id: CertificateId): boolean => {
  const [algorithm, nameHash, keyHash, serial] = sequence(node);
  return (
    oid(child(algorithm, 0)) === sha1Oid &&
    octets(nameHash).equals(id.nameHash) &&
    octets(keyHash).equals(id.keyHash) &&
    sameNumber(content(serial), id.serial)
  );
};

/** Reads an OCSP answer about one certificate. Throws Unreadable, also for the error answers of a responder. */
export const readOcspAnswer = (
  bytes: Buffer,
  id: CertificateId,
  issuer: ReadCertificate,
  now: string,
): OcspAnswer => {
  const basic = basicOf(bytes);
  const data = sequence(child(decode(basic), 0));
  const responses = data.find(
    (part) => isUniversal(part, types.sequence) && isUniversal(children(part)[0], types.sequence),
  );
  const about = children(responses).filter((each) => isAbout(sequence(each)[0], id));
  // An answer that says two things about one certificate is as bad as the worse of them.
  const single = about.find((each) => isContext(sequence(each)[1], 1)) ?? about[0];
  if (single === undefined) throw new Unreadable('its answer is about another certificate');
  const [, status, thisUpdate, ...rest] = sequence(single);
  const nextUpdate = rest.find((part) => isContext(part, 0));
  const revoked = isContext(status, 1);
  return {
    status: isContext(status, 0) ? 'good' : revoked ? 'revoked' : 'unknown',
    ...readValidity(thisUpdate, nextUpdate === undefined ? undefined : child(nextUpdate, 0)),
    revokedAt: revoked ? readTime(children(status)[0]) : null,
    signatureProblem: signatureProblemOf(basic, issuer, now),
  };
};
