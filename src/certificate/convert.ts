import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { cleanText } from '../clean.js';
import { checkProblem, usageProblem } from '../problem.js';
import type { Secret } from '../secret.js';
import {
  decode,
  encode,
  make,
  makeContext,
  makeNumber,
  makeOid,
  sequence,
  types,
  type Node,
} from './read/asn1.js';
import { openWithKeys } from './read/open.js';
import type { CertificateInput } from './read/content.js';
import { buildChain } from './chain.js';
import { Budget, derivePkcs12 } from './read/key-derivation.js';
import { wantedProvider } from './rules/rule.js';

const { sequence: SEQUENCE, set: SET, null: NULL, octetString: OCTETSTRING, bitString: BITSTRING } = types;

/** `[0]` of the context, the only one here. */
const context = (value: readonly Node[] | Buffer): Node => makeContext(0, value);

const explicit = (value: Node): Node => context([value]);

const attribute = (id: string, value: Node): Node => make(SEQUENCE, [makeOid(id), make(SET, [value])]);

/*
 * Triple DES and SHA-1: Windows Server 2016 and older open no PFX that is encrypted with AES. The protection of the
 * file rests on the password and on deleting it after the import.
 */
const encryptionOid = '1.2.840.113549.1.12.1.3';
const sha1Oid = '1.3.14.3.2.26';
const rounds = 2_000;

const utf16 = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le').swap16();

const derive = (password: string, salt: Buffer, purpose: 1 | 2 | 3, length: number): Buffer =>
  derivePkcs12({ digest: 'sha1', password: utf16(password), salt, rounds, purpose, length }, new Budget());

const encrypted = (bytes: Buffer, password: string): { algorithm: Node; bytes: Buffer } => {
  const salt = randomBytes(8);
  const cipher = createCipheriv('des-ede3-cbc', derive(password, salt, 1, 24), derive(password, salt, 2, 8));
  return {
    algorithm: make(SEQUENCE, [
      makeOid(encryptionOid),
      make(SEQUENCE, [make(OCTETSTRING, salt), makeNumber(rounds)]),
    ]),
    bytes: Buffer.concat([cipher.update(bytes), cipher.final()]),
  };
};

const data = (bytes: Buffer): Node =>
  make(SEQUENCE, [makeOid('1.2.840.113549.1.7.1'), explicit(make(OCTETSTRING, bytes))]);

const encryptedData = (bytes: Buffer, password: string): Node => {
  const cipher = encrypted(bytes, password);
  return make(SEQUENCE, [
    makeOid('1.2.840.113549.1.7.6'),
    explicit(
      make(SEQUENCE, [
        makeNumber(0),
        make(SEQUENCE, [makeOid('1.2.840.113549.1.7.1'), cipher.algorithm, context(cipher.bytes)]),
      ]),
    ),
  ]);
};

const localKeyId = (id: Buffer): Node => attribute('1.2.840.113549.1.9.21', make(OCTETSTRING, id));

const certificateBag = (der: Buffer, attributes: readonly Node[]): Node =>
  make(SEQUENCE, [
    makeOid('1.2.840.113549.1.12.10.1.3'),
    explicit(make(SEQUENCE, [makeOid('1.2.840.113549.1.9.22.1'), explicit(make(OCTETSTRING, der))])),
    ...(attributes.length === 0 ? [] : [make(SET, attributes)]),
  ]);

/** Bit 2 of the key usage, key encipherment: how Windows and OpenSSL mark a key as AT_KEYEXCHANGE. */
const exchange = attribute('2.5.29.15', make(BITSTRING, Buffer.from([0, 0x10])));

const keyBag = (privateKeyInfo: Buffer, id: Buffer, password: string): Node => {
  const [version, algorithm, key] = sequence(decode(privateKeyInfo));
  if (version === undefined || algorithm === undefined || key === undefined) {
    throw new Error('node:crypto exported a key that is no PrivateKeyInfo');
  }
  const marked = make(SEQUENCE, [version, algorithm, key, context([exchange])]);
  const cipher = encrypted(encode(marked), password);
  return make(SEQUENCE, [
    makeOid('1.2.840.113549.1.12.10.1.2'),
    explicit(make(SEQUENCE, [cipher.algorithm, make(OCTETSTRING, cipher.bytes)])),
    make(SET, [
      localKeyId(id),
      attribute(
        '1.3.6.1.4.1.311.17.1',
        make(types.bmpString, Buffer.from(wantedProvider, 'utf16le').swap16()),
      ),
    ]),
  ]);
};

const pfx = (certificates: readonly Node[], keys: readonly Node[], password: string): Buffer => {
  const safe = encode(
    make(SEQUENCE, [
      encryptedData(encode(make(SEQUENCE, certificates)), password),
      data(encode(make(SEQUENCE, keys))),
    ]),
  );
  const salt = randomBytes(8);
  const mac = createHmac('sha1', derive(password, salt, 3, 20))
    .update(safe)
    .digest();
  return encode(
    make(SEQUENCE, [
      makeNumber(3),
      data(safe),
      make(SEQUENCE, [
        make(SEQUENCE, [
          make(SEQUENCE, [makeOid(sha1Oid), make(NULL, Buffer.alloc(0))]),
          make(OCTETSTRING, mac),
        ]),
        make(OCTETSTRING, salt),
        makeNumber(rounds),
      ]),
    ]),
  );
};

export interface Converted {
  readonly pfx: Buffer;
  readonly thumbprint: string;
  readonly subject: string;
  readonly provider: string;
  /** CA certificates that went along. */
  readonly chainLength: number;
}

/**
 * The same certificate and key as a PFX that imports into a CSP: marked with the Microsoft RSA SChannel Cryptographic
 * Provider and the key type exchange, and encrypted so that every supported Windows can read it. RSA only. Throws
 * WrongPassword, NotACertificate, or a Problem where there is not exactly one certificate with its RSA key.
 */
export const convertCertificate = (input: CertificateInput, newPassword: Secret): Converted => {
  const name = cleanText(input.name);
  if (newPassword.isEmpty) {
    throw usageProblem('The new password is empty.', 'Give the new file a password: it holds a private key.');
  }
  const all = openWithKeys(input).filter(({ opened }) => opened.key.belongs === true);
  const [only, ...more] = all;
  if (only === undefined) {
    throw checkProblem(
      `${name} holds no certificate with the private key that belongs to it.`,
      'Export the certificate with its private key, and convert that file.',
    );
  }
  if (more.length > 0) {
    throw checkProblem(
      `${name} holds ${all.length} certificates with private keys.`,
      'Export the one that this computer is to have into a file of its own.',
    );
  }
  const { opened, key } = only;
  const { facts, der } = opened.certificate;
  if (key?.asymmetricKeyType !== 'rsa') {
    throw checkProblem(
      `The key in ${name} is ${facts.publicKey.algorithm}, and a CSP that DPM can use holds only RSA keys.`,
      'Request a new certificate with an RSA key.',
    );
  }
  const password = newPassword.reveal();
  const id = Buffer.from(facts.thumbprint, 'hex');
  const { certificates } = buildChain(opened.certificate, {
    others: opened.others,
    trusted: null,
    rootTrusted: null,
    now: new Date().toISOString(),
  });
  const authorities = certificates.slice(1);
  return {
    pfx: pfx(
      [
        certificateBag(der, [localKeyId(id)]),
        ...authorities.map((authority) => certificateBag(authority.der, [])),
      ],
      [keyBag(key.export({ type: 'pkcs8', format: 'der' }), id, password)],
      password,
    ),
    thumbprint: facts.thumbprint,
    subject: facts.subject.text,
    provider: wantedProvider,
    chainLength: authorities.length,
  };
};
