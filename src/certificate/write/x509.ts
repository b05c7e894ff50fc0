import { randomBytes, sign, type KeyObject } from 'node:crypto';
import { decode, encode, make, makeContext, makeNumber, makeOid, types, type Node } from '../read/asn1.js';

const { sequence: SEQUENCE, set: SET, octetString: OCTETSTRING, bitString: BITSTRING } = types;

/** An extension: its OID, DER of its value. */
export interface Extension {
  readonly id: string;
  readonly value: Buffer;
  readonly critical?: boolean;
}

export interface WantedCertificate {
  /** Common name; empty for a name without parts. */
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  /** An RSA key: signs with SHA-256. */
  readonly signingKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** As people count. Version 1 has no extensions. */
  readonly version?: 1 | 3;
  readonly extensions: readonly Extension[];
}

const named = (commonName: string): Node =>
  make(
    SEQUENCE,
    commonName === ''
      ? []
      : [make(SET, [make(SEQUENCE, [makeOid('2.5.4.3'), make(types.utf8String, Buffer.from(commonName))])])],
  );

/** RFC 5280, 4.1.2.5: UTCTime until 2049, GeneralizedTime from 2050. */
const time = (date: Date): Node => {
  const text = `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2_050
    ? make(types.utcTime, Buffer.from(text.slice(2)))
    : make(types.generalizedTime, Buffer.from(text));
};

const sha256WithRsa = (): Node =>
  make(SEQUENCE, [makeOid('1.2.840.113549.1.1.11'), make(types.null, Buffer.alloc(0))]);

/** A BIT STRING without unused bits. */
const bitString = (bytes: Buffer): Node => make(BITSTRING, Buffer.concat([Buffer.alloc(1), bytes]));

const extensionNode = ({ id, value, critical }: Extension): Node =>
  make(SEQUENCE, [
    makeOid(id),
    ...(critical === true ? [make(types.boolean, Buffer.from([0xff]))] : []),
    make(OCTETSTRING, value),
  ]);

/** A signed X.509 certificate in DER. */
export const writeCertificate = (wanted: WantedCertificate): Buffer => {
  // A positive number of 16 bytes whose first byte is not zero.
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(15)]);
  const version1 = wanted.version === 1;
  const body = encode(
    make(SEQUENCE, [
      ...(version1 ? [] : [makeContext(0, [makeNumber(2)])]),
      make(types.integer, serial),
      sha256WithRsa(),
      named(wanted.issuer),
      make(SEQUENCE, [time(wanted.notBefore), time(wanted.notAfter)]),
      named(wanted.subject),
      decode(wanted.publicKey.export({ type: 'spki', format: 'der' })),
      ...(version1 ? [] : [makeContext(3, [make(SEQUENCE, wanted.extensions.map(extensionNode))])]),
    ]),
  );
  return encode(
    make(SEQUENCE, [decode(body), sha256WithRsa(), bitString(sign('sha256', body, wanted.signingKey))]),
  );
};

export const basicConstraints = (ca: boolean): Extension => ({
  id: '2.5.29.19',
  critical: true,
  value: encode(make(SEQUENCE, ca ? [make(types.boolean, Buffer.from([0xff]))] : [])),
});

/** The first byte of the bits: 0x80 digital signature, 0x20 key encipherment, 0x04 signs certificates, 0x02 signs CRLs. */
export const keyUsage = (firstByte: number): Extension => ({
  id: '2.5.29.15',
  critical: true,
  value: encode(make(BITSTRING, Buffer.from([0, firstByte]))),
});

export const extendedKeyUsage = (...ids: readonly string[]): Extension => ({
  id: '2.5.29.37',
  value: encode(make(SEQUENCE, ids.map(makeOid))),
});

export const dnsName = (name: string): Extension => ({
  id: '2.5.29.17',
  value: encode(make(SEQUENCE, [makeContext(2, Buffer.from(name))])),
});

/** One address of a revocation list. */
export const crlAddress = (uri: string): Extension => {
  const fullName = makeContext(0, [makeContext(6, Buffer.from(uri))]);
  return { id: '2.5.29.31', value: encode(make(SEQUENCE, [make(SEQUENCE, [makeContext(0, [fullName])])])) };
};

/** Name constraints that permit DNS names below one domain. */
export const permittedDns = (domain: string): Extension => ({
  id: '2.5.29.30',
  critical: true,
  value: encode(make(SEQUENCE, [makeContext(0, [make(SEQUENCE, [makeContext(2, Buffer.from(domain))])])])),
});

/** Policy constraints that require a policy in every certificate below. */
export const requirePolicy = (): Extension => ({
  id: '2.5.29.36',
  critical: true,
  value: encode(make(SEQUENCE, [makeContext(0, Buffer.from([0]))])),
});

/** A PKCS#7 file of certificates alone (RFC 5652, 5.1), in DER. */
export const writePkcs7 = (certificates: readonly Buffer[]): Buffer =>
  encode(
    make(SEQUENCE, [
      makeOid('1.2.840.113549.1.7.2'),
      makeContext(0, [
        make(SEQUENCE, [
          makeNumber(1),
          make(SET, []),
          make(SEQUENCE, [makeOid('1.2.840.113549.1.7.1')]),
          makeContext(
            0,
            certificates.map((der) => decode(der)),
          ),
          make(SET, []),
        ]),
      ]),
    ]),
  );

/** PEM with lines of 64 characters. */
export const pem = (label: string, der: Buffer): string =>
  `-----BEGIN ${label}-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`;
