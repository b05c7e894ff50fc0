import type { KeyObject } from 'node:crypto';
import type { KeySpec } from '../facts.js';
import { limits } from '../limits.js';
import { LimitExceeded, Unreadable } from './asn1.js';

/** A private key as read. The key itself stays here and never becomes a fact. */
export interface ReadKey {
  /** Null where node:crypto does not know such a key. */
  readonly key: KeyObject | null;
  readonly provider: string | null;
  readonly keySpec: KeySpec | null;
}

const tooMany = (what: string, limit: number): LimitExceeded =>
  new LimitExceeded(
    `it has more than ${limit.toLocaleString('en')} ${what}, which is dpm-prep's limit`,
    'Export the certificate of each computer, with its chain, to a file of its own.',
  );

/** A part that cannot be read. */
export interface Damage {
  /** As it is named in a sentence. */
  readonly what: string;
  readonly problem: Unreadable;
  /** It should hold a private key: whether the certificate has one cannot be told without it. */
  readonly isKey: boolean;
}

/** What was found in one input, while it is read. */
export class Contents {
  readonly certificates: Buffer[] = [];
  readonly keys: ReadKey[] = [];
  /** What it holds that is not a certificate nor a key, as it is named in a sentence: each once. */
  readonly foreign = new Set<string>();
  /** Parts that should be certificates or keys, and cannot be read: which, and why. */
  readonly damaged: Damage[] = [];
  /** Ciphers that protect it with the password, such as "AES-256". */
  readonly ciphers = new Set<string>();

  addCertificate(der: Buffer): void {
    if (this.certificates.length >= limits.certificates) throw tooMany('certificates', limits.certificates);
    this.certificates.push(der);
  }

  addKey(key: ReadKey): void {
    if (this.keys.length >= limits.keys) throw tooMany('private keys', limits.keys);
    this.keys.push(key);
  }

  /** Everything that another reading found. */
  add(other: Contents): void {
    for (const der of other.certificates) this.addCertificate(der);
    for (const key of other.keys) this.addKey(key);
    for (const name of other.foreign) this.foreign.add(name);
    for (const cipher of other.ciphers) this.ciphers.add(cipher);
    this.damaged.push(...other.damaged);
  }

  /** Reads one part among others: damage is noted, dpm-prep's own limits are not passed over. */
  attempt({ what, isKey }: Pick<Damage, 'what' | 'isKey'>, read: () => void): void {
    try {
      read();
    } catch (error) {
      if (error instanceof LimitExceeded || !(error instanceof Unreadable)) throw error;
      this.damaged.push({ what, problem: error, isKey });
    }
  }
}
