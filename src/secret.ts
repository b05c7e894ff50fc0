import { inspect } from 'node:util';

const known = new Set<string>();
const clear = new Set<string>();
const hidden = '[hidden]';

/**
 * A password. Its text comes out only through `reveal()`, which is called where the text goes to a tool's
 * standard input or into a decryption; printing, logging or serialising a Secret shows a placeholder.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    // A very short text would hide unrelated output; DPM's password policies refuse such a password anyway.
    if (text.length >= 3) known.add(text);
  }

  reveal(): string {
    return this.#text;
  }

  get isEmpty(): boolean {
    return this.#text === '';
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}

/**
 * Remembers what the user gave in clear (a name, a path). Where a password equals it or a part of it, the value stays
 * readable: it is not a secret, and hiding it would tell the password.
 */
export const rememberClear = (value: string): void => {
  if (value.length >= 3) clear.add(value);
};

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** A password that is a plain word stands in other words too ("pass" in "passed"): there it is not the password. */
const isWord = (secret: string): boolean => /^[\p{L}\p{N}]{1,8}$/u.test(secret);

const patternOf = (secret: string): string =>
  isWord(secret) ? `(?<![\\p{L}\\p{N}])${escaped(secret)}(?![\\p{L}\\p{N}])` : escaped(secret);

/** The secrets as text shows them: as they are, and as JSON escapes them. */
const forms = (): readonly string[] => [
  ...new Set([...known].flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])),
];

/**
 * Takes every known secret out of foreign text: what a tool, a script or PowerShell wrote. It is called where such text
 * enters the program (`machine/without-secrets.ts`), before it is wrapped, stored or serialised; never on a whole
 * document, whose keys, numbers and fixed words a password may equal.
 */
export const redact = (text: string): string => {
  const secrets = forms();
  if (secrets.length === 0) return text;
  // One pass, longest first: what was given in clear is consumed as it is, unless it is a part of a longer secret.
  const spoken = [...clear].filter((value) => text.includes(value));
  const patterns = [
    ...spoken.map((value) => ({ length: value.length, pattern: escaped(value) })),
    ...secrets.map((secret) => ({ length: secret.length, pattern: patternOf(secret) })),
  ].sort((one, other) => other.length - one.length);
  return text.replace(new RegExp(patterns.map(({ pattern }) => pattern).join('|'), 'gu'), (match) =>
    clear.has(match) ? match : hidden,
  );
};

/** The same for every string in a value; keys, numbers and booleans stay. */
export const redactStrings = (value: unknown): unknown => {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(redactStrings);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, redactStrings(one)]));
};

/** The texts of all secrets, for the one process that must remove them from what it writes down (the keeper). */
export const everySecret = (): readonly string[] => [...known];
