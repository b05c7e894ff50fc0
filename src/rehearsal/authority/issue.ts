import { createHash, createPrivateKey, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import forge from 'node-forge';

/*
 * Certificates and revocation lists of the practice certificate authority. The keys are made here and worth nothing
 * outside the practice world.
 */

const { asn1, pki } = forge;
const { UNIVERSAL, CONTEXT_SPECIFIC } = asn1.Class;

export interface KeyPair {
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** SubjectPublicKeyInfo, PEM. */
  readonly publicKey: string;
}

export const newKeyPair = (bits = 2_048): KeyPair =>
  generateKeyPairSync('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

/** What signs: a certificate authority's certificate (PEM) with its key. */
export interface Signer {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface Wanted {
  readonly commonName: string;
  readonly publicKey: string;
  /** Null: it signs itself. */
  readonly issuer: Signer | null;
  /** Key that signs. */
  readonly signingKey: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly authority: boolean;
  readonly dnsNames: readonly string[];
  /** Where the issuer's revocation list is; null: nowhere. */
  readonly crlAddress: string | null;
}

const node = (type: forge.asn1.Type, value: forge.asn1.Asn1[] | string): forge.asn1.Asn1 =>
  asn1.create(UNIVERSAL, type, typeof value !== 'string', value);

/** Context tags are numbers of their own; node-forge wants them as its universal types: NONE is 0, OID is 6. */
const context = (tag: forge.asn1.Type, value: forge.asn1.Asn1[] | string): forge.asn1.Asn1 =>
  asn1.create(CONTEXT_SPECIFIC, tag, typeof value !== 'string', value);

/** CRLDistributionPoints with one address: RFC 5280, 4.2.1.13. */
const distributionPoint = (address: string): string =>
  asn1
    .toDer(
      node(asn1.Type.SEQUENCE, [
        node(asn1.Type.SEQUENCE, [
          context(asn1.Type.NONE, [context(asn1.Type.NONE, [context(asn1.Type.OID, address)])]),
        ]),
      ]),
    )
    .getBytes();

const subjectOf = (commonName: string): forge.pki.CertificateField[] => [
  { shortName: 'CN', value: commonName, valueTagClass: asn1.Type.UTF8 as unknown as forge.asn1.Class },
];

/** Signs a certificate and returns it as PEM. */
export const issue = (wanted: Wanted): string => {
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.publicKeyFromPem(wanted.publicKey);
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = wanted.notBefore;
  certificate.validity.notAfter = wanted.notAfter;
  const subject = subjectOf(wanted.commonName);
  certificate.setSubject(subject);
  certificate.setIssuer(
    wanted.issuer === null ? subject : pki.certificateFromPem(wanted.issuer.certificate).subject.attributes,
  );
  certificate.setExtensions([
    { name: 'basicConstraints', cA: wanted.authority, critical: true },
    wanted.authority
      ? { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true }
      : { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    ...(wanted.authority ? [] : [{ name: 'extKeyUsage', serverAuth: true, clientAuth: true }]),
    { name: 'subjectKeyIdentifier' },
    ...(wanted.dnsNames.length === 0
      ? []
      : [{ name: 'subjectAltName', altNames: wanted.dnsNames.map((value) => ({ type: 2, value })) }]),
    ...(wanted.crlAddress === null
      ? []
      : [{ id: '2.5.29.31', critical: false, value: distributionPoint(wanted.crlAddress) }]),
  ]);
  certificate.sign(pki.privateKeyFromPem(wanted.signingKey), forge.md.sha256.create());
  return pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
};

export const derOf = (pem: string): Buffer =>
  Buffer.from(pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, ''), 'base64');

export const thumbprintOf = (der: Buffer): string =>
  createHash('sha1').update(der).digest('hex').toUpperCase();

const utcTime = (date: Date): forge.asn1.Asn1 => node(asn1.Type.UTCTIME, asn1.dateToUtcTime(date));

const sha256WithRsa = (): forge.asn1.Asn1 =>
  node(asn1.Type.SEQUENCE, [
    node(asn1.Type.OID, asn1.oidToDer('1.2.840.113549.1.1.11').getBytes()),
    node(asn1.Type.NULL, ''),
  ]);

const crlDays = 7;

/** An empty revocation list of this authority, DER, valid for a week: RFC 5280, 5.1. */
export const revocationList = (signer: Signer, now: Date): Buffer => {
  const issuer = pki.certificateFromPem(signer.certificate);
  const name = pki.distinguishedNameToAsn1(issuer.subject);
  const before = new Date(now.getTime() - 3_600_000);
  const next = new Date(now.getTime() + crlDays * 86_400_000);
  const list = node(asn1.Type.SEQUENCE, [
    node(asn1.Type.INTEGER, asn1.integerToDer(1).getBytes()),
    sha256WithRsa(),
    name,
    utcTime(before),
    utcTime(next),
  ]);
  const bytes = Buffer.from(asn1.toDer(list).getBytes(), 'latin1');
  const signature = createSign('sha256').update(bytes).sign(createPrivateKey(signer.privateKey));
  const whole = node(asn1.Type.SEQUENCE, [
    list,
    sha256WithRsa(),
    node(asn1.Type.BITSTRING, `\0${signature.toString('latin1')}`),
  ]);
  return Buffer.from(asn1.toDer(whole).getBytes(), 'latin1');
};
