import { hostLabel, sameName } from '../dpm/names.js';
import type { AuditDocument } from './document.js';

/** NetBIOS names have at most 15 characters: Windows cuts a longer host name. */
const keyOf = (name: string): string => hostLabel(name).slice(0, 15).toLowerCase();

/** Is this the name of that computer? Two FQDNs must be equal; a NetBIOS name fits any domain. */
export const isCalled = ({ computer }: AuditDocument, name: string): boolean => {
  if (computer.fqdn !== null && name.includes('.')) return sameName(computer.fqdn, name);
  return keyOf(computer.netbiosName) === keyOf(name);
};

/** Documents by the names of their computers. */
export class ByName {
  readonly #documents = new Map<string, AuditDocument[]>();

  constructor(documents: readonly AuditDocument[]) {
    for (const document of documents) {
      const key = keyOf(document.computer.netbiosName);
      const there = this.#documents.get(key);
      if (there) there.push(document);
      else this.#documents.set(key, [document]);
    }
  }

  /** More than one where the name fits several computers. */
  called(name: string): readonly AuditDocument[] {
    return (this.#documents.get(keyOf(name)) ?? []).filter((document) => isCalled(document, name));
  }
}

/** The computer as people know it: its fully qualified name, where it has one. */
export const nameOf = ({ computer }: AuditDocument): string => computer.fqdn ?? computer.netbiosName;

/** One name for a computer that has no document: a NetBIOS name joins the only FQDN that begins with it. */
export const joinNames = (names: readonly string[]): ReadonlyMap<string, string> => {
  const joined = new Map<string, string>();
  const full = new Map<string, Set<string>>();
  for (const name of names) {
    if (!name.includes('.')) continue;
    const key = keyOf(name);
    full.set(key, (full.get(key) ?? new Set()).add(name.toLowerCase()));
  }
  for (const name of names) {
    const lower = name.toLowerCase();
    const candidates = name.includes('.') ? undefined : full.get(keyOf(name));
    const [only] = candidates ?? [];
    joined.set(lower, candidates?.size === 1 && only !== undefined ? only : lower);
  }
  return joined;
};
