import { createDecipheriv } from 'node:crypto';
import forge from 'node-forge';
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
import { derivePbkdf2, derivePkcs12, type Budget } from './key-derivation.js';

/** What was decrypted is not what it should be: with every sound file, the password was another one. */
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

const hmacDigests: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

export const hmacDigest = (id: string): string => {
  const name = hmacDigests[id];
  if (name === undefined) throw new Unreadable(`it uses a MAC that dpm-prep does not know (${id})`);
  return name;
};

const pbkdf2Oid = '1.2.840.113549.1.5.12';

/** The key that PBKDF2 parameters describe. `length` counts where the parameters do not say it. */
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
  const prf = rest.find((part) => isUniversal(part, types.sequence));
  const digest = prf === undefined ? 'sha1' : hmacDigest(oid(child(prf, 0)));
  return derivePbkdf2(password, octets(salt), count(rounds), length, digest, budget);
};

const pbes2Ciphers: Readonly<Record<string, { readonly name: string; readonly key: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', key: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', key: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', key: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', key: 24 },
};

type Pkcs12Cipher =
  { readonly kind: 'triple-des'; readonly key: 16 | 24 } | { readonly kind: 'rc2'; readonly key: 5 | 16 };

const pkcs12Ciphers: Readonly<Record<string, Pkcs12Cipher>> = {
  '1.2.840.113549.1.12.1.3': { kind: 'triple-des', key: 24 },
  '1.2.840.113549.1.12.1.4': { kind: 'triple-des', key: 16 },
  '1.2.840.113549.1.12.1.5': { kind: 'rc2', key: 16 },
  '1.2.840.113549.1.12.1.6': { kind: 'rc2', key: 5 },
};

const known: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.12.1.1': 'RC4 with 128 bits',
  '1.2.840.113549.1.12.1.2': 'RC4 with 40 bits',
  '1.2.840.113549.1.5.3': 'DES with MD5',
  '1.2.840.113549.1.5.10': 'DES with SHA-1',
  '2.16.840.1.101.3.4.1.6': 'AES-128-GCM',
  '2.16.840.1.101.3.4.1.46': 'AES-256-GCM',
};

const unknownCipher = (id: string): Unreadable =>
  new Unreadable(`it is encrypted with ${known[id] ?? id}, which dpm-prep does not read`);

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

// RC2 is in no current OpenSSL by default, so node:crypto cannot open what Windows used to write.
const rc2Decrypt = (key: Buffer, iv: Buffer, bytes: Buffer): Buffer => {
  const cipher = forge.rc2.createDecryptionCipher(key.toString('latin1'), key.length * 8);
  cipher.start(iv.toString('latin1'));
  cipher.update(forge.util.createBuffer(bytes.toString('latin1')));
  if (bytes.length === 0 || bytes.length % 8 !== 0 || !cipher.finish()) throw new NotThisPassword();
  return Buffer.from(cipher.output.getBytes(), 'latin1');
};

const pbes2 = (
  parameters: Node | undefined,
  bytes: Buffer,
  password: PasswordBytes,
  budget: Budget,
): Buffer => {
  const [derivation, scheme] = sequence(parameters);
  const [cipherId, iv] = sequence(scheme);
  const id = oid(cipherId);
  const cipher = pbes2Ciphers[id];
  if (cipher === undefined) throw unknownCipher(id);
  const key = pbkdf2Key(derivation, password.plain, cipher.key, budget);
  return nodeDecrypt(cipher.name, key, octets(iv), bytes);
};

const pkcs12 = (
  cipher: Pkcs12Cipher,
  parameters: Node | undefined,
  bytes: Buffer,
  password: PasswordBytes,
  budget: Budget,
): Buffer => {
  const [saltNode, roundsNode] = sequence(parameters);
  const common = {
    digest: 'sha1',
    password: password.utf16,
    salt: octets(saltNode),
    rounds: count(roundsNode),
  };
  const key = derivePkcs12({ ...common, purpose: 1, length: cipher.key }, budget);
  const iv = derivePkcs12({ ...common, purpose: 2, length: 8 }, budget);
  if (cipher.kind === 'rc2') return rc2Decrypt(key, iv, bytes);
  const whole = cipher.key === 24 ? key : Buffer.concat([key, key.subarray(0, 8)]);
  return nodeDecrypt('des-ede3-cbc', whole, iv, bytes);
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
): Buffer => {
  const [idNode, parameters] = sequence(algorithm);
  const id = oid(idNode);
  if (id === '1.2.840.113549.1.5.13') return pbes2(parameters, bytes, password, budget);
  const cipher = pkcs12Ciphers[id];
  if (cipher === undefined) throw unknownCipher(id);
  return pkcs12(cipher, parameters, bytes, password, budget);
};

/** Content of an encrypted value, which BER may have cut into pieces. */
export const encryptedBytes = (node: Node | undefined): Buffer => content(node);
