import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { KeySpec } from '../facts.js';
import {
  bits,
  child,
  children,
  decode,
  isContext,
  isUniversal,
  octets,
  oid,
  sequence,
  types,
  Unreadable,
  type Node,
} from './asn1.js';
import type { Contents, ReadKey } from './contents.js';
import type { Budget } from './key-derivation.js';
import { decrypt, NotThisPassword, type PasswordBytes } from './password-encryption.js';

const keyUsageOid = '2.5.29.15';

/** KeySpec from the attribute that Windows and OpenSSL write: key encipherment stands for AT_KEYEXCHANGE. */
export const keySpecOf = (attributes: readonly Node[]): KeySpec | null => {
  for (const attribute of attributes) {
    try {
      const [id, values] = sequence(attribute);
      if (oid(id) !== keyUsageOid) continue;
      const usage = bits(child(values, 0))[0] ?? 0;
      if ((usage & 0x30) !== 0) return 'exchange';
      if ((usage & 0x80) !== 0) return 'signature';
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
    }
  }
  return null;
};

/** The key of a PrivateKeyInfo (PKCS#8) and the key type that its attributes record. */
export const readPrivateKeyInfo = (der: Buffer, provider: string | null): ReadKey => {
  const parts = sequence(decode(der));
  if (!isUniversal(parts[0], types.integer)) throw new Unreadable('a private key in it is not readable');
  const attributes = parts.find((part) => isContext(part, 0));
  let key: KeyObject | null = null;
  try {
    key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } catch {
    // A key that node:crypto does not know is a finding about the key, not the end of reading.
  }
  return { key, provider, keySpec: attributes === undefined ? null : keySpecOf(children(attributes)) };
};

/** A key as OpenSSL wrote it before PKCS#8: an RSA key, or an EC key. */
export const readOldKey = (der: Buffer, type: 'pkcs1' | 'sec1'): ReadKey => {
  try {
    return { key: createPrivateKey({ key: der, format: 'der', type }), provider: null, keySpec: null };
  } catch {
    return { key: null, provider: null, keySpec: null };
  }
};

/** The key of an EncryptedPrivateKeyInfo. A result that is not a key means that the password was wrong. */
export const readEncryptedKey = (
  node: Node,
  password: PasswordBytes,
  budget: Budget,
  provider: string | null,
  into: Contents,
): ReadKey => {
  const [algorithm, encrypted] = sequence(node);
  const { plain, cipher } = decrypt(algorithm, octets(encrypted), password, budget);
  into.ciphers.add(cipher);
  try {
    return readPrivateKeyInfo(plain, provider);
  } catch (error) {
    if (error instanceof Unreadable) throw new NotThisPassword();
    throw error;
  }
};
