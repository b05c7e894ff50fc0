import { hash, pbkdf2Sync } from 'node:crypto';
import { limits } from '../limits.js';
import { LimitExceeded, Unreadable } from './asn1.js';

const second = 1_000;
const units = [
  { name: 'year', ms: 365 * 86_400 * second },
  { name: 'day', ms: 86_400 * second },
  { name: 'hour', ms: 3_600 * second },
  { name: 'minute', ms: 60 * second },
] as const;

/** A time in words that a person can compare with the limit: "40 seconds", "3 days". */
const inWords = (ms: number): string => {
  const counted = (count: number, unit: string): string =>
    `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`;
  if (ms > 1_000 * units[0].ms) return 'more than 1,000 years';
  for (const unit of units) if (ms >= 2 * unit.ms) return counted(Math.round(ms / unit.ms), unit.name);
  return counted(Math.ceil(ms / second), 'second');
};

const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/**
 * How long the derivation of keys for one input may still take, in milliseconds of processor time: a busy computer
 * must not make the same file unreadable.
 */
export class Budget {
  readonly #all: number;
  #left: number;

  constructor(ms: number = limits.derivationMs) {
    this.#all = ms;
    this.#left = ms;
  }

  /** Runs work whose time cannot be told before, and charges it. */
  charge<T>(work: () => T): T {
    const before = processorMs();
    try {
      return work();
    } finally {
      this.#left -= processorMs() - before;
    }
  }

  /** Refuses rounds that would take longer than what is left: `ms` is what they would take. */
  allow(ms: number, rounds: number): void {
    if (ms <= this.#left) return;
    const asked = Number.isFinite(rounds) ? rounds.toLocaleString('en') : 'more than 281 trillion';
    throw new LimitExceeded(
      `its iteration count is ${asked}, and reading it would take ${inWords(this.#all - this.#left + ms)}; dpm-prep's limit is ${inWords(this.#all)}`,
      'Export the file again with fewer iterations, for example "openssl pkcs12 -export -iter 100000".',
    );
  }
}

/** Rounds of one sample, and how many samples there are: the fastest one was not disturbed by other programs. */
const sampleRounds = 3_000;
const samples = 3;

/** Bytes of the digest and of its input block. */
const digests: Readonly<Record<string, { readonly output: number; readonly block: number }>> = {
  md5: { output: 16, block: 64 },
  sha1: { output: 20, block: 64 },
  ripemd160: { output: 20, block: 64 },
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
  blake2s256: { output: 32, block: 64 },
  blake2b512: { output: 64, block: 128 },
};

/** Bytes of a digest's output; undefined for one that is not known here. */
export const digestBytes = (digest: string): number | undefined => digests[digest]?.output;

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

const refuseNoRounds = (rounds: number): void => {
  if (rounds < 1) throw new Unreadable('its iteration count is zero');
};

/** Hashes `rounds` times, as one block of the derivation asks for. `blocks`: how many such blocks are still to come. */
const hashRounds = (
  digest: string,
  first: Buffer,
  rounds: number,
  blocks: number,
  budget: Budget,
): Buffer => {
  let value = first;
  let began = performance.now();
  let fastest = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0 && round <= samples * sampleRounds && round % sampleRounds === 0) {
      fastest = Math.min(fastest, performance.now() - began);
      if (round === samples * sampleRounds) {
        budget.allow((fastest / sampleRounds) * (rounds * blocks - round), rounds);
      }
      began = performance.now();
    }
    value = hash(digest, value, 'buffer');
  }
  return value;
};

/** Key derivation of RFC 7292, appendix B.2. node:crypto does not offer it. */
export const derivePkcs12 = (input: Pkcs12Derivation, budget: Budget): Buffer => {
  const digest = digests[input.digest];
  if (digest === undefined) throw new Unreadable(`it uses ${input.digest}`);
  refuseNoRounds(input.rounds);
  const blocks = Math.ceil(input.length / digest.output);
  const diversifier = Buffer.alloc(digest.block, input.purpose);
  const mixed = Buffer.concat([stretch(input.salt, digest.block), stretch(input.password, digest.block)]);
  const output: Buffer[] = [];
  return budget.charge(() => {
    for (let index = 0; index < blocks; index += 1) {
      const value = hashRounds(
        input.digest,
        Buffer.concat([diversifier, mixed]),
        input.rounds,
        blocks - index,
        budget,
      );
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
  });
};

/** PBKDF1 (RFC 8018): the digest of password and salt, hashed again and again; as many bytes as the digest has. */
export const derivePbkdf1 = (
  password: Buffer,
  salt: Buffer,
  rounds: number,
  digest: string,
  budget: Budget,
): Buffer => {
  refuseNoRounds(rounds);
  return budget.charge(() => hashRounds(digest, Buffer.concat([password, salt]), rounds, 1, budget));
};

/** PBKDF2 (RFC 8018). `length`: bytes of the key. node:crypto cannot be stopped once it runs, so a sample goes first. */
export const derivePbkdf2 = (
  password: Buffer,
  salt: Buffer,
  rounds: number,
  length: number,
  digest: string,
  budget: Budget,
): Buffer => {
  refuseNoRounds(rounds);
  if (length < 1 || length > limits.derivedKeyBytes) {
    throw new LimitExceeded(
      `the length of a key that it derives is ${length.toLocaleString('en')} bytes; dpm-prep's limit is ${limits.derivedKeyBytes.toLocaleString('en')}`,
    );
  }
  return budget.charge(() => {
    if (rounds > samples * sampleRounds) {
      let fastest = Infinity;
      for (let taken = 0; taken < samples; taken += 1) {
        const began = performance.now();
        pbkdf2Sync(password, salt, sampleRounds, length, digest);
        fastest = Math.min(fastest, performance.now() - began);
      }
      budget.allow((fastest / sampleRounds) * rounds, rounds);
    }
    return pbkdf2Sync(password, salt, rounds, length, digest);
  });
};
