import { createCipheriv, createHash, createHmac, pbkdf2Sync, randomBytes, type KeyObject } from 'node:crypto';
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
} from '../read/asn1.js';
import { Budget, derivePkcs12 } from '../read/key-derivation.js';

const { sequence: SEQUENCE, set: SET, null: NULL, octetString: OCTETSTRING, bitString: BITSTRING } = types;

/** `[0]` of the context, the only one here. */
const context = (value: readonly Node[] | Buffer): Node => makeContext(0, value);

const explicit = (value: Node): Node => context([value]);

const attribute = (id: string, value: Node): Node => make(SEQUENCE, [makeOid(id), make(SET, [value])]);

/*
 * Triple DES and SHA-1 unless AES is asked for: Windows Server 2016 and older open no PFX that is encrypted with AES. The
 * protection of the file rests on the password and on deleting it after the import.
 */
const encryptionOid = '1.2.840.113549.1.12.1.3';
const sha1Oid = '1.3.14.3.2.26';
const rounds = 2_000;

const utf16 = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le').swap16();

const derive = (password: string, salt: Buffer, purpose: 1 | 2 | 3, length: number): Buffer =>
  derivePkcs12({ digest: 'sha1', password: utf16(password), salt, rounds, purpose, length }, new Budget());

interface Encrypted {
  readonly algorithm: Node;
  readonly bytes: Buffer;
}

const aesEncrypted = (bytes: Buffer, password: string): Encrypted => {
  const [salt, iv] = [randomBytes(16), randomBytes(16)];
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(password, salt, rounds, 32, 'sha256'), iv);
  const derivation = make(SEQUENCE, [
    makeOid('1.2.840.113549.1.5.12'),
    make(SEQUENCE, [
      make(OCTETSTRING, salt),
      makeNumber(rounds),
      make(SEQUENCE, [makeOid('1.2.840.113549.2.9'), make(NULL, Buffer.alloc(0))]),
    ]),
  ]);
  const scheme = make(SEQUENCE, [makeOid('2.16.840.1.101.3.4.1.42'), make(OCTETSTRING, iv)]);
  return {
    algorithm: make(SEQUENCE, [makeOid('1.2.840.113549.1.5.13'), make(SEQUENCE, [derivation, scheme])]),
    bytes: Buffer.concat([cipher.update(bytes), cipher.final()]),
  };
};

const desEncrypted = (bytes: Buffer, password: string): Encrypted => {
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

const encryptedData = (cipher: Encrypted): Node => {
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

/** Bits of the key usage: how Windows and OpenSSL mark a key as AT_KEYEXCHANGE or AT_SIGNATURE. */
const keyUsageBits = { exchange: 0x10, signature: 0x80 } as const;

export interface PfxContents {
  /** DER; the first one is the key's. */
  readonly certificates: readonly Buffer[];
  readonly privateKey: KeyObject;
  readonly password: string;
  readonly provider: string;
  readonly keySpec: 'exchange' | 'signature';
  /** Default: triple DES. */
  readonly encryption?: 'triple-des' | 'aes';
}

/** A PFX with one key, its certificate and others, marked for a provider and a key type. */
export const writePfx = (contents: PfxContents): Buffer => {
  const { certificates, privateKey, password, provider, keySpec } = contents;
  const encrypted = contents.encryption === 'aes' ? aesEncrypted : desEncrypted;
  const [version, algorithm, key] = sequence(decode(privateKey.export({ type: 'pkcs8', format: 'der' })));
  const [own, ...others] = certificates;
  if (own === undefined || version === undefined || algorithm === undefined || key === undefined) {
    throw new Error('A PFX needs a certificate and a PKCS #8 key');
  }
  const id = createHash('sha1').update(own).digest();
  const usage = attribute('2.5.29.15', make(BITSTRING, Buffer.from([0, keyUsageBits[keySpec]])));
  const cipher = encrypted(encode(make(SEQUENCE, [version, algorithm, key, context([usage])])), password);
  const keyBag = make(SEQUENCE, [
    makeOid('1.2.840.113549.1.12.10.1.2'),
    explicit(make(SEQUENCE, [cipher.algorithm, make(OCTETSTRING, cipher.bytes)])),
    make(SET, [
      localKeyId(id),
      attribute('1.3.6.1.4.1.311.17.1', make(types.bmpString, Buffer.from(provider, 'utf16le').swap16())),
    ]),
  ]);
  const bags = [certificateBag(own, [localKeyId(id)]), ...others.map((der) => certificateBag(der, []))];
  const safe = encode(
    make(SEQUENCE, [
      encryptedData(encrypted(encode(make(SEQUENCE, bags)), password)),
      data(encode(make(SEQUENCE, [keyBag]))),
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
