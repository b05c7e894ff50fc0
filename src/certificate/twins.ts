import type { Twin } from './facts.js';
import { limits } from './limits.js';

/** What tells certificates and keys of different inputs apart. */
export interface TwinEntry {
  /** The path, where the input is a file; with the subject behind it, where the file holds several certificates. */
  readonly name: string;
  /** 40 digits. */
  readonly thumbprint: string;
  readonly keyId: string;
}

const thumbprintLength = 40;

/** The name without the ending of the file and what follows: fin.cer beside fin.pfx is the same computer's. */
const stemOf = (name: string): string =>
  name
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
    .replace(/\.(?:pfx|p12|pem|crt|cer|der|p7b|p7c|key)(?:: .*)?$/is, '')
    .toLowerCase();

/** Remembers every certificate and key of a run. */
export class TwinRegistry {
  // Thumbprint and name in one text: of ten thousand inputs nothing else is kept.
  readonly #byKey = new Map<string, string | string[]>();

  readonly #elsewhere = new Set<string>();

  #known(keyId: string): readonly string[] {
    const known = this.#byKey.get(keyId) ?? [];
    return typeof known === 'string' ? [known] : known;
  }

  /** `elsewhere`: it is known to be another computer's, whatever its file is called. */
  add({ name, thumbprint, keyId }: TwinEntry, elsewhere = false): void {
    const entry = `${thumbprint}${name}`;
    if (elsewhere) this.#elsewhere.add(entry);
    const known = this.#byKey.get(keyId);
    if (known === undefined) this.#byKey.set(keyId, entry);
    else if (typeof known === 'string') this.#byKey.set(keyId, [known, entry]);
    else known.push(entry);
  }

  /** What else has the same certificate, or the same key: a few of them, since one is enough to fail. */
  twinsOf({ name, thumbprint, keyId }: TwinEntry): readonly Twin[] {
    const twins: Twin[] = [];
    const itself = `${thumbprint}${name}`;
    let seenItself = false;
    for (const entry of this.#known(keyId)) {
      if (entry === itself && !seenItself) {
        seenItself = true;
        continue;
      }
      const twin: Twin = {
        name: entry.slice(thumbprintLength),
        same: entry.startsWith(thumbprint) ? 'certificate' : 'key',
      };
      const sameComputer =
        twin.name !== name &&
        twin.same === 'certificate' &&
        !this.#elsewhere.has(entry) &&
        stemOf(twin.name) === stemOf(name);
      if (!sameComputer) twins.push(twin);
      if (twins.length >= limits.twins) break;
    }
    return twins;
  }
}
