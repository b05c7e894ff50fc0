import type { Twin } from './facts.js';

/** What tells certificates and keys of different inputs apart. */
export interface TwinEntry {
  readonly name: string;
  readonly thumbprint: string;
  readonly keyId: string;
}

/** Remembers every certificate and key of a run: names and digests only, so that ten thousand cost little. */
export class TwinRegistry {
  readonly #byKey = new Map<string, TwinEntry[]>();

  add(entry: TwinEntry): void {
    const known = this.#byKey.get(entry.keyId);
    if (known === undefined) this.#byKey.set(entry.keyId, [entry]);
    else known.push(entry);
  }

  /** Everything else with the same certificate, or with the same key. */
  twinsOf(entry: TwinEntry): readonly Twin[] {
    return (this.#byKey.get(entry.keyId) ?? [])
      .filter((other) => other !== entry)
      .map((other) => ({
        name: other.name,
        same: other.thumbprint === entry.thumbprint ? 'certificate' : 'key',
      }));
  }
}
