import { Problem } from '../../problem.js';
import { cleanText } from '../../clean.js';
import { exitCode } from '../../exit-code.js';
import type { Secret } from '../../secret.js';
import type { FileFormat } from '../facts.js';
import { limits } from '../limits.js';
import { decode, elementAt, slice, Unreadable } from './asn1.js';
import { newBudget } from './key-derivation.js';
import { NotThisPassword } from './password-encryption.js';
import { openPem, pemText } from './pem.js';
import { looksLikePfx, openPfx } from './pfx.js';
import { certificatesInPkcs7, looksLikePkcs7 } from './pkcs7.js';
import type { ReadKey } from './private-key.js';

export interface CertificateInput {
  /** How the user named it: a path, or a thumbprint. */
  readonly name: string;
  readonly bytes: Buffer;
  /** Tried in order. Empty: a file that needs one ends as WrongPassword. */
  readonly passwords: readonly Secret[];
}

/** The file needs a password, or another one. Exit code 2; the caller may ask again. */
export class WrongPassword extends Problem {
  /** False where none was given. */
  readonly given: boolean;

  constructor(name: string, given: boolean) {
    super(exitCode.usage, {
      what: given ? `The password does not open ${name}.` : `${name} needs a password, and none was given.`,
      fix: [
        'Give the password that the file was exported with: --password-file, --password-stdin, or at the prompt.',
      ],
    });
    this.given = given;
  }
}

/** What is in the file cannot be read as a certificate, for a reason that lies in the file. Exit code 3. */
export class NotACertificate extends Problem {
  constructor(name: string, why: string, ...fix: readonly string[]) {
    super(exitCode.checkFailed, { what: `${name} cannot be read as a certificate: ${why}.`, fix });
  }
}

export interface Content {
  readonly format: FileFormat;
  readonly certificates: readonly Buffer[];
  readonly keys: readonly ReadKey[];
}

const exportAgain =
  'Export it again as .pfx (Certificates snap-in: All Tasks > Export, or "openssl pkcs12 -export") and check that file.';

const foreignFormat = (bytes: Buffer): string => {
  if (bytes.length === 0) return 'it is empty';
  if (bytes.length >= 4 && bytes.readUInt32BE(0) === 0xfeedfeed) return 'it is a Java key store';
  if (bytes.subarray(4, 8).toString('latin1') === 'CERT')
    return 'it is a Microsoft serialized certificate store';
  return 'it is neither PFX, PEM, DER nor PKCS#7';
};

const openAsn1 = (bytes: Buffer, password: string | null): Content => {
  // Bytes behind the end do not belong to the structure; Windows passes over them as well.
  const whole = slice(bytes, elementAt(bytes));
  const root = decode(whole);
  if (looksLikePfx(root)) return { format: 'PFX', ...openPfx(root, password, newBudget()) };
  if (looksLikePkcs7(root)) return { format: 'PKCS#7', certificates: certificatesInPkcs7(whole), keys: [] };
  return { format: 'DER', certificates: [whole], keys: [] };
};

const sequenceTag = 0x30;

// A SEQUENCE with a long or an indefinite length: no text begins so. A short one could be a "0" before PEM blocks.
const isNoText = (bytes: Buffer): boolean => bytes[0] === sequenceTag && (bytes[1] ?? 0) >= 0x80;

const open = (bytes: Buffer, password: string | null): Content => {
  const text = isNoText(bytes) ? null : pemText(bytes);
  if (text !== null) return { format: 'PEM', ...openPem(text, password, newBudget()) };
  if (bytes[0] === sequenceTag) return openAsn1(bytes, password);
  throw new Unreadable(foreignFormat(bytes));
};

/**
 * The certificates and keys of a file; what it is is found from its content. Throws WrongPassword, or NotACertificate
 * for everything else that a file can be.
 */
export const readContent = (input: CertificateInput): Content => {
  const name = cleanText(input.name);
  if (input.bytes.length > limits.fileBytes) {
    throw new NotACertificate(
      name,
      `it has ${(input.bytes.length / 1024 / 1024).toFixed(1)} MB, and dpm-prep reads at most ${limits.fileBytes / 1024 / 1024} MB`,
    );
  }
  const passwords = input.passwords.length === 0 ? [null] : input.passwords;
  for (const password of passwords) {
    try {
      return open(input.bytes, password?.reveal() ?? null);
    } catch (error) {
      if (error instanceof NotThisPassword) continue;
      if (error instanceof Unreadable) throw new NotACertificate(name, error.message, exportAgain);
      throw error;
    }
  }
  throw new WrongPassword(name, input.passwords.length > 0);
};
