import { createPrivateKey } from 'node:crypto';
import { limits } from '../limits.js';
import { decode, elementAt, slice, Unreadable } from './asn1.js';
import type { Budget } from './key-derivation.js';
import { NotThisPassword, passwordBytes } from './password-encryption.js';
import { certificatesInPkcs7 } from './pkcs7.js';
import { readEncryptedKey, readPrivateKeyInfo, type ReadKey } from './private-key.js';

interface Block {
  readonly label: string;
  readonly text: string;
  readonly body: string;
}

const begin = '-----BEGIN ';
const dashes = '-----';

/** Text of a PEM file: UTF-8, or UTF-16 as PowerShell's `>` writes it. Null if it holds no PEM block. */
export const pemText = (bytes: Buffer): string | null => {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (!utf16) return bytes.includes(begin) ? bytes.toString('latin1') : null;
  const text = bytes.toString('utf16le');
  return text.includes(begin) ? text : null;
};

function* blocksIn(text: string): Generator<Block> {
  let at = text.indexOf(begin);
  while (at !== -1) {
    const labelEnd = text.indexOf(dashes, at + begin.length);
    if (labelEnd === -1 || labelEnd - at > 80)
      throw new Unreadable('a PEM block in it has no proper first line');
    const label = text.slice(at + begin.length, labelEnd);
    const close = `-----END ${label}-----`;
    const end = text.indexOf(close, labelEnd);
    if (end === -1) throw new Unreadable('a PEM block in it has no end');
    yield {
      label,
      text: text.slice(at, end + close.length),
      body: text.slice(labelEnd + dashes.length, end),
    };
    at = text.indexOf(begin, end + close.length);
  }
}

const der = (block: Block): Buffer => {
  const bytes = Buffer.from(block.body, 'base64');
  if (bytes.length === 0) throw new Unreadable('a PEM block in it is empty');
  return bytes;
};

const legacyEncrypted = (block: Block): boolean => block.body.includes('Proc-Type: 4,ENCRYPTED');

const legacyKey = (block: Block, password: string | null): ReadKey => {
  if (!legacyEncrypted(block)) {
    try {
      return { key: createPrivateKey(block.text), provider: null, keySpec: null };
    } catch {
      return { key: null, provider: null, keySpec: null };
    }
  }
  for (const way of passwordBytes(password)) {
    try {
      return {
        key: createPrivateKey({ key: block.text, passphrase: way.plain }),
        provider: null,
        keySpec: null,
      };
    } catch {
      // The next way, or another password.
    }
  }
  throw new NotThisPassword();
};

const encryptedKey = (block: Block, password: string | null, budget: Budget): ReadKey => {
  const node = decode(der(block));
  for (const way of passwordBytes(password)) {
    try {
      return readEncryptedKey(node, way, budget, null);
    } catch (error) {
      if (!(error instanceof NotThisPassword)) throw error;
    }
  }
  throw new NotThisPassword();
};

export interface PemContent {
  readonly certificates: readonly Buffer[];
  readonly keys: readonly ReadKey[];
}

const readKey = (block: Block, password: string | null, budget: Budget): ReadKey | null => {
  switch (block.label) {
    case 'PRIVATE KEY':
      return readPrivateKeyInfo(der(block), null);
    case 'ENCRYPTED PRIVATE KEY':
      return encryptedKey(block, password, budget);
    case 'RSA PRIVATE KEY':
    case 'EC PRIVATE KEY':
    case 'DSA PRIVATE KEY':
      return legacyKey(block, password);
    default:
      return null;
  }
};

/** Certificates and keys of a PEM bundle, in its order. Requests, revocation lists and parameters are passed over. */
export const openPem = (text: string, password: string | null, budget: Budget): PemContent => {
  const certificates: Buffer[] = [];
  const keys: ReadKey[] = [];
  for (const block of blocksIn(text)) {
    switch (block.label) {
      case 'CERTIFICATE':
      case 'X509 CERTIFICATE':
        certificates.push(der(block));
        break;
      case 'TRUSTED CERTIFICATE': {
        // OpenSSL puts its own trust settings behind the certificate.
        const bytes = der(block);
        certificates.push(slice(bytes, elementAt(bytes)));
        break;
      }
      case 'PKCS7':
      case 'CMS':
        certificates.push(...certificatesInPkcs7(der(block)));
        break;
      default: {
        const key = readKey(block, password, budget);
        if (key !== null) keys.push(key);
      }
    }
    if (certificates.length > limits.certificates) throw new Unreadable('it has too many certificates');
    if (keys.length > limits.keys) throw new Unreadable('it has too many private keys');
  }
  return { certificates, keys };
};
