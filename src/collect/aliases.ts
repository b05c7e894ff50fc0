/*
 * Names of computers and users in a text that is going to be passed on: the same name is the same alias everywhere in
 * it. Aliases are numbered in the order in which names are told, never derived from them: a short name could be found
 * again from its hash.
 */

export type AliasKind = 'computer' | 'user' | 'domain';

interface Known {
  readonly name: string;
  readonly alias: string;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

// Names that say nothing about anybody, and words that stand where a name could.
const meaningless =
  /^(?:localhost|workgroup|builtin|nt authority|system|administrators?|unknown|\.|-|\d{1,3})$/i;

const numbered = (kind: string): ((value: string) => string) => {
  const seen = new Map<string, string>();
  return (value) => {
    const key = value.toLowerCase();
    const alias = seen.get(key) ?? `${kind}-${String(seen.size + 1)}`;
    seen.set(key, alias);
    return alias;
  };
};

// Whatever looks like one, whether or not anybody told it: addresses, account SIDs, profiles, mail addresses.
const patterns: readonly (readonly [string, RegExp])[] = [
  ['mail', /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/gu],
  ['sid', /S-1-5-21(?:-\d{1,10}){3,4}/giu],
  ['address', /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])(?!\.\d)/gu],
  ['address', /(?<![\w:])(?=\S{0,40}::)(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:%\d+)?(?![\w:])/giu],
  ['address', /(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?:%\d+)?(?![\w:])/giu],
  ['profile', /(?<=[\\/]Users[\\/])(?!Public\b|Default\b)[^\\/\s"']{1,64}/giu],
];

/** Replaces names in texts. Tell it all names first, then the texts. */
export class Aliases {
  readonly #known: Known[] = [];
  readonly #counts = new Map<AliasKind, number>();
  readonly #patterns: readonly { readonly pattern: RegExp; readonly alias: (value: string) => string }[];

  constructor() {
    const byKind = new Map(patterns.map(([kind]) => [kind, numbered(kind)]));
    this.#patterns = patterns.map(([kind, pattern]) => ({
      pattern,
      alias: byKind.get(kind) ?? numbered(kind),
    }));
  }

  /** A name is told; an FQDN also tells its host label and its domain. */
  add(kind: AliasKind, name: string | null | undefined): void {
    const text = name?.trim() ?? '';
    if (text === '' || meaningless.test(text)) return;
    if (this.#known.some((known) => known.name.toLowerCase() === text.toLowerCase())) return;
    const [label = '', ...suffix] = text.split('.');
    if (kind === 'computer' && suffix.length > 0) {
      this.add('computer', label);
      this.add('domain', suffix.join('.'));
      return;
    }
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.#known.push({ name: text, alias: `${kind}-${String(count)}` });
  }

  /** The text with every name that was told, in whatever case, as its alias. */
  replace(text: string): string {
    const longestFirst = [...this.#known].sort((a, b) => b.name.length - a.name.length);
    const named = longestFirst.reduce(
      (now, { name, alias }) =>
        now.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped(name)}(?![\\p{L}\\p{N}])`, 'giu'), alias),
      text,
    );
    return this.#patterns.reduce((now, { pattern, alias }) => now.replace(pattern, alias), named);
  }
}
