import { createDecipheriv } from 'node:crypto';
import type forge from 'node-forge';
import forgeCipher from 'node-forge/lib/cipher.js';
import 'node-forge/lib/des.js';
import rc2 from 'node-forge/lib/rc2.js';
import forgeUtil from 'node-forge/lib/util.js';
import {
  child,
  content,
  count,
  isUniversal,
  octets,
  oid,
  sequence,
  types,
  Unreadable,
  type Node,
} from './asn1.js';
import { derivePbkdf1, derivePbkdf2, derivePkcs12, type Budget } from './key-derivation.js';

/** The decrypted bytes have the wrong shape. For an undamaged file this means that the password is wrong. */
export class NotThisPassword extends Error {
  override readonly name = 'NotThisPassword';
}

/** One way of writing a password as bytes: PKCS#12's own way, and the way of PBES2. */
export interface PasswordBytes {
  readonly utf16: Buffer;
  readonly plain: Buffer;
}

const utf16 = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le').swap16();

/**
 * The ways in which a password may have been turned into bytes when the file was made. None and an empty one differ;
 * PBES2 should take UTF-8, and some programs took Latin-1.
 */
export const passwordBytes = (password: string | null): readonly PasswordBytes[] => {
  const none = { utf16: Buffer.alloc(0), plain: Buffer.alloc(0) };
  const given = password ?? '';
  const ways: PasswordBytes[] = [{ utf16: utf16(given), plain: Buffer.from(given, 'utf8') }];
  if (given === '') ways.push(none);
  const codes = Array.from(given, (character) => character.codePointAt(0) ?? 0);
  if (codes.some((code) => code > 0x7f) && codes.every((code) => code <= 0xff)) {
    ways.push({ utf16: utf16(given), plain: Buffer.from(given, 'latin1') });
  }
  return ways;
};

/** The first way of writing the password that the work takes; throws NotThisPassword if none does. */
export const tryPasswords = <T>(ways: readonly PasswordBytes[], work: (password: PasswordBytes) => T): T => {
  for (const way of ways) {
    try {
      return work(way);
    } catch (error) {
      if (!(error instanceof NotThisPassword)) throw error;
    }
  }
  throw new NotThisPassword();
};

const hmacDigests: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
  '1.2.840.113549.2.12': 'sha512-224',
  '1.2.840.113549.2.13': 'sha512-256',
  '2.16.840.1.101.3.4.2.13': 'sha3-224',
  '2.16.840.1.101.3.4.2.14': 'sha3-256',
  '2.16.840.1.101.3.4.2.15': 'sha3-384',
  '2.16.840.1.101.3.4.2.16': 'sha3-512',
  '1.3.6.1.4.1.1722.12.2.1.16': 'blake2b512',
  '1.3.6.1.4.1.1722.12.2.2.8': 'blake2s256',
};

export const hmacDigest = (id: string): string => {
  const name = hmacDigests[id];
  if (name === undefined) throw new Unreadable(`it uses a MAC that dpm-prep does not know (${id})`);
  return name;
};

const pbkdf2Oid = '1.2.840.113549.1.5.12';

/** The key that PBKDF2 parameters describe. `length`: its bytes, where the parameters do not say them. */
export const pbkdf2Key = (
  algorithm: Node | undefined,
  password: Buffer,
  length: number,
  budget: Budget,
): Buffer => {
  const [id, parameters] = sequence(algorithm);
  const name = oid(id);
  if (name !== pbkdf2Oid)
    throw new Unreadable(`it uses a key derivation that dpm-prep does not know (${name})`);
  const [salt, rounds, ...rest] = sequence(parameters);
  const said = rest.find((part) => isUniversal(part, types.integer));
  const prf = rest.find((part) => isUniversal(part, types.sequence));
  const digest = prf === undefined ? 'sha1' : hmacDigest(oid(child(prf, 0)));
  const bytes = said === undefined ? length : count(said);
  return derivePbkdf2(password, octets(salt), count(rounds), bytes, digest, budget);
};

const nodeDecrypt = (name: string, key: Buffer, iv: Buffer, bytes: Buffer): Buffer => {
  let decipher;
  try {
    decipher = createDecipheriv(name, key, iv);
  } catch {
    throw new Unreadable('its encryption parameters cannot be used');
  }
  try {
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  } catch {
    throw new NotThisPassword();
  }
};

/*
 * RC2, RC4 and DES are in OpenSSL's legacy provider, which Node.js does not load. Windows, Java and OpenSSL used to write
 * all three. RC2 and DES come from node-forge; it has no RC4.
 */

interface ForgeCipher {
  update(input: forge.util.ByteBuffer): void;
  finish(): boolean;
  readonly output: forge.util.ByteBuffer;
}

const binary = (bytes: Buffer): string => bytes.toString('latin1');

/** `started`: the cipher, after it was given its initialisation vector. Both ciphers have blocks of eight bytes. */
const forgeDecrypt = (started: ForgeCipher, bytes: Buffer): Buffer => {
  started.update(forgeUtil.createBuffer(binary(bytes)));
  if (bytes.length === 0 || bytes.length % 8 !== 0 || !started.finish()) throw new NotThisPassword();
  return Buffer.from(started.output.getBytes(), 'latin1');
};

const refuseVector = (iv: Buffer): void => {
  if (iv.length !== 8) throw new Unreadable('its encryption parameters cannot be used');
};

const rc2Decrypt = (key: Buffer, effectiveBits: number, iv: Buffer, bytes: Buffer): Buffer => {
  refuseVector(iv);
  const cipher = rc2.createDecryptionCipher(binary(key), effectiveBits);
  cipher.start(binary(iv));
  return forgeDecrypt(cipher, bytes);
};

const desDecrypt = (key: Buffer, iv: Buffer, bytes: Buffer): Buffer => {
  refuseVector(iv);
  if (key.length !== 8) throw new Unreadable('its encryption parameters cannot be used');
  const cipher = forgeCipher.createDecipher('DES-CBC', binary(key));
  cipher.start({ iv: binary(iv) });
  return forgeDecrypt(cipher, bytes);
};

/** RC4, the same both ways. */
const rc4 = (key: Buffer, bytes: Buffer): Buffer => {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  const at = (index: number): number => state[index & 0xff] ?? 0;
  const swap = (a: number, b: number): void => {
    const kept = at(a);
    state[a] = at(b);
    state[b] = kept;
  };
  for (let i = 0, j = 0; i < 256; i += 1) {
    j = (j + at(i) + (key[i % key.length] ?? 0)) & 0xff;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return bytes.map((byte) => {
    i = (i + 1) & 0xff;
    j = (j + at(i)) & 0xff;
    swap(i, j);
    return byte ^ at(at(i) + at(j));
  }) as Buffer;
};

/** What was decrypted, and the cipher as people call it. */
export interface Decrypted {
  readonly plain: Buffer;
  readonly cipher: string;
}

interface Pbes2Cipher {
  readonly cipher: string;
  /** Bytes of the key, where the derivation does not say them. */
  readonly key: number;
  readonly decrypt: (key: Buffer, parameters: Node | undefined, bytes: Buffer) => Buffer;
}

const block =
  (name: string): Pbes2Cipher['decrypt'] =>
  (key, iv, bytes) =>
    nodeDecrypt(name, key, octets(iv), bytes);

/** RFC 8018, B.2.3: the version that stands for less than 256 effective bits. */
const rc2Versions: Readonly<Record<number, number>> = { 160: 40, 120: 64, 58: 128 };

const rc2Bits = (version: number): number => {
  const bits = rc2Versions[version] ?? version;
  // RFC 2268 ends at 1,024 bits.
  if (bits < 1 || bits > 1_024 || (version < 256 && rc2Versions[version] === undefined)) {
    throw new Unreadable(`its RC2 parameter version is ${String(version)}, which is not defined`);
  }
  return bits;
};

const pbes2Ciphers: Readonly<Record<string, Pbes2Cipher>> = {
  '2.16.840.1.101.3.4.1.2': { cipher: 'AES-128', key: 16, decrypt: block('aes-128-cbc') },
  '2.16.840.1.101.3.4.1.22': { cipher: 'AES-192', key: 24, decrypt: block('aes-192-cbc') },
  '2.16.840.1.101.3.4.1.42': { cipher: 'AES-256', key: 32, decrypt: block('aes-256-cbc') },
  '1.2.840.113549.3.7': { cipher: 'triple DES', key: 24, decrypt: block('des-ede3-cbc') },
  '1.3.14.3.2.7': { cipher: 'DES', key: 8, decrypt: (key, iv, bytes) => desDecrypt(key, octets(iv), bytes) },
  '1.2.840.113549.3.2': {
    cipher: 'RC2',
    key: 16,
    decrypt: (key, parameters, bytes) => {
      const [first, second] = sequence(parameters);
      // Without a version, RFC 8018 means 32 effective bits.
      return second === undefined
        ? rc2Decrypt(key, 32, octets(first), bytes)
        : rc2Decrypt(key, rc2Bits(count(first)), octets(second), bytes);
    },
  },
  '1.2.840.113549.3.4': { cipher: 'RC4', key: 16, decrypt: (key, _, bytes) => rc4(key, bytes) },
};

/** Not read, but named: nobody seems to write them into a PFX. */
const known: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.1.6': 'AES-128-GCM',
  '2.16.840.1.101.3.4.1.46': 'AES-256-GCM',
  '1.2.840.113549.1.5.1': 'DES with MD2',
  '1.2.840.113549.1.5.4': 'RC2 with MD2',
};

const unknownCipher = (id: string): Unreadable =>
  new Unreadable(`it is encrypted with ${known[id] ?? id}, which dpm-prep does not read`);

const pbes2 = (
  parameters: Node | undefined,
  bytes: Buffer,
  password: PasswordBytes,
  budget: Budget,
): Decrypted => {
  const [derivation, scheme] = sequence(parameters);
  const [cipherId, cipherParameters] = sequence(scheme);
  const id = oid(cipherId);
  const cipher = pbes2Ciphers[id];
  if (cipher === undefined) throw unknownCipher(id);
  const key = pbkdf2Key(derivation, password.plain, cipher.key, budget);
  return { plain: cipher.decrypt(key, cipherParameters, bytes), cipher: cipher.cipher };
};

interface PasswordCipher {
  readonly cipher: string;
  /** Bytes of the key and of the initialisation vector. */
  readonly key: number;
  readonly iv: number;
  readonly decrypt: (key: Buffer, iv: Buffer, bytes: Buffer) => Buffer;
}

const rc2Of = (bits: number): PasswordCipher => ({
  cipher: 'RC2',
  key: bits / 8,
  iv: 8,
  decrypt: (key, iv, bytes) => rc2Decrypt(key, bits, iv, bytes),
});

const rc4Of = (bits: number): PasswordCipher => ({
  cipher: 'RC4',
  key: bits / 8,
  iv: 0,
  decrypt: (key, _, bytes) => rc4(key, bytes),
});

const tripleDes = (key: number): PasswordCipher => ({
  cipher: 'triple DES',
  key,
  iv: 8,
  decrypt: (bytes, iv, data) =>
    nodeDecrypt('des-ede3-cbc', key === 24 ? bytes : Buffer.concat([bytes, bytes.subarray(0, 8)]), iv, data),
});

/** RFC 7292, appendix C. */
const pkcs12Ciphers: Readonly<Record<string, PasswordCipher>> = {
  '1.2.840.113549.1.12.1.1': rc4Of(128),
  '1.2.840.113549.1.12.1.2': rc4Of(40),
  '1.2.840.113549.1.12.1.3': tripleDes(24),
  '1.2.840.113549.1.12.1.4': tripleDes(16),
  '1.2.840.113549.1.12.1.5': rc2Of(128),
  '1.2.840.113549.1.12.1.6': rc2Of(40),
};

const saltAndRounds = (parameters: Node | undefined): { salt: Buffer; rounds: number } => {
  const [salt, rounds] = sequence(parameters);
  return { salt: octets(salt), rounds: count(rounds) };
};

const pkcs12 = (
  { cipher, key: keyLength, iv: ivLength, decrypt: work }: PasswordCipher,
  parameters: Node | undefined,
  bytes: Buffer,
  password: PasswordBytes,
  budget: Budget,
): Decrypted => {
  const common = { digest: 'sha1', password: password.utf16, ...saltAndRounds(parameters) };
  const key = derivePkcs12({ ...common, purpose: 1, length: keyLength }, budget);
  const iv =
    ivLength === 0 ? Buffer.alloc(0) : derivePkcs12({ ...common, purpose: 2, length: ivLength }, budget);
  return { plain: work(key, iv, bytes), cipher };
};

/** PBES1 of RFC 8018: the digest of its PBKDF1, and the cipher. */
const pbes1Schemes: Readonly<Record<string, { readonly digest: string; readonly cipher: 'DES' | 'RC2' }>> = {
  '1.2.840.113549.1.5.3': { digest: 'md5', cipher: 'DES' },
  '1.2.840.113549.1.5.10': { digest: 'sha1', cipher: 'DES' },
  '1.2.840.113549.1.5.6': { digest: 'md5', cipher: 'RC2' },
  '1.2.840.113549.1.5.11': { digest: 'sha1', cipher: 'RC2' },
};

const pbes1 = (
  { digest, cipher }: { readonly digest: string; readonly cipher: 'DES' | 'RC2' },
  parameters: Node | undefined,
  bytes: Buffer,
  password: PasswordBytes,
  budget: Budget,
): Decrypted => {
  const { salt, rounds } = saltAndRounds(parameters);
  const derived = derivePbkdf1(password.plain, salt, rounds, digest, budget);
  const [key, iv] = [derived.subarray(0, 8), derived.subarray(8, 16)];
  const plain = cipher === 'DES' ? desDecrypt(key, iv, bytes) : rc2Decrypt(key, 64, iv, bytes);
  return { plain, cipher };
};

/**
 * Decrypts what an AlgorithmIdentifier of PKCS#5 or PKCS#12 describes. Throws NotThisPassword, or Unreadable for an
 * encryption that is not known or costs too much.
 */
export const decrypt = (
  algorithm: Node | undefined,
  bytes: Buffer,
  password: PasswordBytes,
  budget: Budget,
): Decrypted => {
  const [idNode, parameters] = sequence(algorithm);
  const id = oid(idNode);
  if (id === '1.2.840.113549.1.5.13') return pbes2(parameters, bytes, password, budget);
  const old = pbes1Schemes[id];
  if (old !== undefined) return pbes1(old, parameters, bytes, password, budget);
  const cipher = pkcs12Ciphers[id];
  if (cipher === undefined) throw unknownCipher(id);
  return pkcs12(cipher, parameters, bytes, password, budget);
};

/** Content of an encrypted value, which BER may have cut into pieces. */
export const encryptedBytes = (node: Node | undefined): Buffer => content(node);
