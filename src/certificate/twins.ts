import type { Twin } from './facts.js';
import { limits } from './limits.js';

/** What tells certificates and keys of different inputs apart. */
export interface TwinEntry {
  readonly name: string;
  /** 40 digits. */
  readonly thumbprint: string;
  readonly keyId: string;
}

const thumbprintLength = 40;

/** Remembers every certificate and key of a run. */
export class TwinRegistry {
  // Thumbprint and name in one text: of ten thousand inputs nothing else is kept.
  readonly #byKey = new Map<string, string | string[]>();

  #known(keyId: string): readonly string[] {
    const known = this.#byKey.get(keyId) ?? [];
    return typeof known === 'string' ? [known] : known;
  }

  add({ name, thumbprint, keyId }: TwinEntry): void {
    const entry = `${thumbprint}${name}`;
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
      twins.push({
        name: entry.slice(thumbprintLength),
        same: entry.startsWith(thumbprint) ? 'certificate' : 'key',
      });
      if (twins.length >= limits.twins) break;
    }
    return twins;
  }
}
