import { Problem } from '../../problem.js';
import { cleanText } from '../../clean.js';
import { exitCode } from '../../exit-code.js';
import type { Secret } from '../../secret.js';
import type { FileFormat } from '../facts.js';
import { limits } from '../limits.js';
import { Unreadable } from './asn1.js';
import { Contents } from './contents.js';
import { Budget } from './key-derivation.js';
import { NotThisPassword } from './password-encryption.js';
import { bareBase64, openPem, pemText } from './pem.js';
import { readStructure } from './structure.js';

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

/** What is in the file cannot be read as a certificate, for a reason in the file itself. Exit code 3. */
export class NotACertificate extends Problem {
  constructor(name: string, why: string, ...fix: readonly string[]) {
    super(exitCode.checkFailed, { what: `${name} cannot be read as a certificate: ${why}.`, fix });
  }
}

export interface Content {
  readonly format: FileFormat;
  readonly contents: Contents;
}

const exportAgain =
  'Export it again as .pfx (Certificates snap-in: All Tasks > Export, or "openssl pkcs12 -export") and check that file.';

/** The Problem for an input that a fault of its bytes makes unreadable. */
export const unreadable = (name: string, { message, fix }: Unreadable): NotACertificate =>
  new NotACertificate(name, message, ...(fix.length > 0 ? fix : [exportAgain]));

const javaMagic: readonly number[] = [0xfeedfeed, 0xcececece];

/** What a file is that dpm-prep does not read. */
const foreignFormat = (bytes: Buffer): Unreadable => {
  if (bytes.length === 0) return new Unreadable('it is empty');
  if (bytes.length >= 4 && javaMagic.includes(bytes.readUInt32BE(0))) {
    return new Unreadable(
      'it is a Java key store',
      'Convert it: keytool -importkeystore -srckeystore OLD.jks -destkeystore NEW.p12 -deststoretype PKCS12',
    );
  }
  if (bytes.subarray(4, 8).toString('latin1') === 'CERT') {
    return new Unreadable('it is a Microsoft serialized certificate store', exportAgain);
  }
  return new Unreadable('it is neither PFX, PEM, DER nor PKCS#7', exportAgain);
};

const formats = { pfx: 'PFX', pkcs7: 'PKCS#7' } as const;

const openStructure = (bytes: Buffer, password: string | null, contents: Contents): FileFormat => {
  const structure = readStructure(bytes, password, new Budget(), contents);
  return structure === 'pfx' || structure === 'pkcs7' ? formats[structure] : 'DER';
};

const sequenceTag = 0x30;

// A SEQUENCE with a long or an indefinite length: no text begins so. A short one could be a "0" before PEM blocks.
const isNoText = (bytes: Buffer): boolean => bytes[0] === sequenceTag && (bytes[1] ?? 0) >= 0x80;

const open = (bytes: Buffer, password: string | null): Content => {
  const contents = new Contents();
  const text = isNoText(bytes) ? null : pemText(bytes);
  if (text !== null) {
    openPem(text, password, new Budget(), contents);
    return { format: 'PEM', contents };
  }
  const binary = bytes[0] === sequenceTag ? bytes : bareBase64(bytes);
  if (binary === null) throw foreignFormat(bytes);
  return { format: openStructure(binary, password, contents), contents };
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
      `it has more than ${limits.fileBytes / 1024 / 1024} MB, which is dpm-prep's limit for one file`,
      'Give the certificate of each computer, with its chain, as a file of its own.',
    );
  }
  const passwords = input.passwords.length === 0 ? [null] : input.passwords;
  for (const password of passwords) {
    try {
      return open(input.bytes, password?.reveal() ?? null);
    } catch (error) {
      if (error instanceof NotThisPassword) continue;
      if (error instanceof Unreadable) throw unreadable(name, error);
      throw error;
    }
  }
  throw new WrongPassword(name, input.passwords.length > 0);
};
