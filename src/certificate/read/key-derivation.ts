import { hash, pbkdf2Sync } from 'node:crypto';
import { limits } from '../limits.js';
import { Unreadable } from './asn1.js';

/** How many rounds of key derivation one input may still cost. */
export interface Budget {
  pbkdf2: number;
  pkcs12: number;
}

export const newBudget = (): Budget => ({ pbkdf2: limits.pbkdf2Rounds, pkcs12: limits.pkcs12Rounds });

const spend = (budget: Budget, kind: keyof Budget, rounds: number): void => {
  if (rounds < 1) throw new Unreadable('its iteration count is zero');
  if (rounds > budget[kind]) {
    throw new Unreadable(
      `its iteration counts are higher than dpm-prep works through (${Number.isFinite(rounds) ? rounds.toLocaleString('en') : 'endless'})`,
    );
  }
  budget[kind] -= rounds;
};

/** Bytes of the digest and of its input block. */
const digests: Readonly<Record<string, { readonly output: number; readonly block: number }>> = {
  md5: { output: 16, block: 64 },
  sha1: { output: 20, block: 64 },
  sha224: { output: 28, block: 64 },
  sha256: { output: 32, block: 64 },
  sha384: { output: 48, block: 128 },
  sha512: { output: 64, block: 128 },
  'sha512-224': { output: 28, block: 128 },
  'sha512-256': { output: 32, block: 128 },
  'sha3-224': { output: 28, block: 144 },
  'sha3-256': { output: 32, block: 136 },
  'sha3-384': { output: 48, block: 104 },
  'sha3-512': { output: 64, block: 72 },
};

export interface Pkcs12Derivation {
  readonly digest: string;
  /** UTF-16BE with its end mark, or nothing. */
  readonly password: Buffer;
  readonly salt: Buffer;
  readonly rounds: number;
  /** What the bytes are for: 1 a key, 2 an initialisation vector, 3 a MAC key. */
  readonly purpose: 1 | 2 | 3;
  readonly length: number;
}

const stretch = (bytes: Buffer, block: number): Buffer => {
  const length = Math.ceil(bytes.length / block) * block;
  return Buffer.alloc(length, bytes.length === 0 ? undefined : bytes);
};

/** Key derivation of RFC 7292, appendix B.2. node:crypto does not offer it. */
export const derivePkcs12 = (input: Pkcs12Derivation, budget: Budget): Buffer => {
  const digest = digests[input.digest];
  if (digest === undefined) throw new Unreadable(`it uses ${input.digest}`);
  const blocks = Math.ceil(input.length / digest.output);
  spend(budget, 'pkcs12', input.rounds * blocks);
  const diversifier = Buffer.alloc(digest.block, input.purpose);
  const mixed = Buffer.concat([stretch(input.salt, digest.block), stretch(input.password, digest.block)]);
  const output: Buffer[] = [];
  for (let index = 0; index < blocks; index += 1) {
    let value: Buffer = hash(input.digest, Buffer.concat([diversifier, mixed]), 'buffer');
    for (let round = 1; round < input.rounds; round += 1) value = hash(input.digest, value, 'buffer');
    output.push(value);
    if (index + 1 < blocks) {
      // Each block of the mixed bytes becomes itself plus the value plus one.
      const addend = Buffer.alloc(digest.block, value);
      for (let start = 0; start < mixed.length; start += digest.block) {
        let carry = 1;
        for (let at = digest.block - 1; at >= 0; at -= 1) {
          const sum = (mixed[start + at] ?? 0) + (addend[at] ?? 0) + carry;
          mixed[start + at] = sum & 0xff;
          carry = sum >> 8;
        }
      }
    }
  }
  return Buffer.concat(output).subarray(0, input.length);
};

export const derivePbkdf2 = (
  password: Buffer,
  salt: Buffer,
  rounds: number,
  length: number,
  digest: string,
  budget: Budget,
): Buffer => {
  spend(budget, 'pbkdf2', rounds);
  return pbkdf2Sync(password, salt, rounds, length, digest);
};
