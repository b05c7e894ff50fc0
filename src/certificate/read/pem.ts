import { createPrivateKey } from 'node:crypto';
import { cleanText } from '../../clean.js';
import { limits } from '../limits.js';
import { LimitExceeded, Unreadable } from './asn1.js';
import type { Contents, ReadKey } from './contents.js';
import type { Budget } from './key-derivation.js';
import { NotThisPassword, passwordBytes, tryPasswords } from './password-encryption.js';
import { readStructure } from './structure.js';

interface Block {
  readonly label: string;
  readonly text: string;
  readonly body: string;
}

const isKeyLabel = (label: string): boolean => label.includes('PRIVATE KEY');

const begin = '-----BEGIN ';
const end = '-----END ';
const dashes = '-----';

const utf16Marks = { little: 0xfffe, big: 0xfeff } as const;

/** Bytes as text: UTF-16 where they begin so (PowerShell's `>`, certreq), else one character for each byte. */
const textOf = (bytes: Buffer): string => {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  if (mark === utf16Marks.little) return bytes.toString('utf16le', 2);
  // Swapped in a copy: the caller's bytes stay as they are.
  if (mark === utf16Marks.big)
    return Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le');
  if (bytes.length >= 2 && bytes[0] !== 0 && bytes[1] === 0) return bytes.toString('utf16le');
  return bytes.toString('latin1');
};

/** Text of a PEM file. Null if it holds no PEM block. */
export const pemText = (bytes: Buffer): string | null => {
  const text = textOf(bytes);
  return text.includes(begin) ? text : null;
};

/** The bytes of a file that is base64 alone, as "certutil -encodehex" and CI secrets have it. Null for any other file. */
export const bareBase64 = (bytes: Buffer): Buffer | null => {
  const text = textOf(bytes)
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trim();
  return /^M[A-Za-z0-9+/\s]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : null;
};

/** The beginning of a damaged block, so that it can be found in the file. */
const startOf = (text: string): string => cleanText(text.slice(0, 40).replace(/\s+/g, ' '));

/** The blocks of a PEM text in one pass. A block without a proper end is damaged; the next one is still found. */
function* blocksIn(text: string, into: Contents): Generator<Block> {
  const damaged = (at: number, why: string): void => {
    const what = `a PEM block (${startOf(text.slice(at, at + 60))})`;
    into.damaged.push({ what, problem: new Unreadable(why), isKey: isKeyLabel(what) });
  };
  let count = 0;
  let at = text.indexOf(begin);
  let close = text.indexOf(end);
  while (at !== -1) {
    count += 1;
    if (count > limits.blocks) {
      throw new LimitExceeded(
        `it has more than ${limits.blocks.toLocaleString('en')} PEM blocks, which is dpm-prep's limit`,
        'Split the file, and keep each certificate together with its chain.',
      );
    }
    const labelEnd = text.indexOf(dashes, at + begin.length);
    if (labelEnd === -1 || labelEnd - at > 80) {
      damaged(at, 'a PEM block in it has no proper first line');
      at = text.indexOf(begin, at + begin.length);
      continue;
    }
    const bodyStart = labelEnd + dashes.length;
    const next = text.indexOf(begin, bodyStart);
    if (close !== -1 && close < bodyStart) close = text.indexOf(end, bodyStart);
    if (close === -1 || (next !== -1 && next < close)) {
      damaged(at, 'a PEM block in it has no end');
      at = next;
      continue;
    }
    const label = text.slice(at + begin.length, labelEnd);
    const last = `${end}${label}${dashes}`;
    if (text.startsWith(last, close)) {
      yield { label, text: text.slice(at, close + last.length), body: text.slice(bodyStart, close) };
    } else {
      damaged(at, 'a PEM block in it begins and ends with different labels');
    }
    at = next;
  }
}

const der = (block: Block): Buffer => {
  const bytes = Buffer.from(block.body, 'base64');
  if (bytes.length === 0) throw new Unreadable('a PEM block in it is empty');
  return bytes;
};

/** A key that OpenSSL encrypted before PKCS#8: the block says so in text, and node:crypto reads it whole. */
const isOldEncrypted = (block: Block): boolean => block.body.includes('Proc-Type: 4,ENCRYPTED');

const oldEncryptedKey = (block: Block, password: string | null): ReadKey =>
  tryPasswords(passwordBytes(password), ({ plain }) => {
    try {
      const key = createPrivateKey({ key: block.text, passphrase: plain });
      return { key, provider: null, keySpec: null };
    } catch {
      throw new NotThisPassword();
    }
  });

/** Blocks that may hold a certificate or a key, whatever their label says exactly: their content tells. */
const examined = /^(?!OPENSSH|ATTRIBUTE).*(CERTIFICATE|PRIVATE KEY|PKCS|PFX|CMS|CRL)/;

const readBlock = (block: Block, password: string | null, budget: Budget, into: Contents): void => {
  if (!examined.test(block.label)) return;
  if (isOldEncrypted(block)) into.addKey(oldEncryptedKey(block, password));
  else readStructure(der(block), password, budget, into, isKeyLabel(block.label) ? 'key' : 'certificate');
};

/** Certificates and keys of a PEM text, in its order. A damaged block does not hide the good ones. */
export const openPem = (text: string, password: string | null, budget: Budget, into: Contents): void => {
  for (const block of blocksIn(text, into)) {
    const what = `a block ${cleanText(block.label)}`;
    into.attempt({ what, isKey: isKeyLabel(block.label) }, () => {
      readBlock(block, password, budget, into);
    });
  }
};
