/*
 * Removes passwords from the bytes of a tool's output before they are written down. The code page of the output is not
 * known here: the letters of ASCII are the same in all of them, and any other letter is taken as one to four other
 * bytes. Our own scripts write base64 with JSON in it, so that is looked through as well.
 */

const mark = '[hidden]';

const isPlain = (character: string): boolean => character.charCodeAt(0) < 0x80;

const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

const byte = (value: number): string => `\\u00${value.toString(16).padStart(2, '0')}`;

/** A UTF-16 unit as JSON may escape it: \u0041. */
const unicodeEscapes = (character: string): string =>
  [...Array(character.length).keys()]
    .map((at) => {
      const digits = character.charCodeAt(at).toString(16).padStart(4, '0');
      return `\\\\u${Array.from(digits, (digit) => `[${digit}${digit.toUpperCase()}]`).join('')}`;
    })
    .join('');

/** One character as one-byte pages, UTF-8 and JSON write it. */
const narrow = (character: string): string => {
  const plain = isPlain(character)
    ? `\\\\?${literal(character)}`
    : // A question mark stands where a code page has no such letter.
      '[\\u0080-\\u00ff?]{1,4}';
  return `(?:${unicodeEscapes(character)}|${plain})`;
};

const wide = (character: string): string =>
  [...Buffer.from(character, 'utf16le')].map((value) => byte(value)).join('');

/** Over bytes that were read as Latin-1. */
const patternOf = (secret: string): RegExp => {
  const characters = Array.from(secret);
  return new RegExp(`${characters.map(narrow).join('')}|${characters.map(wide).join('')}`, 'g');
};

const base64Run = /[A-Za-z0-9+/]{8,}={0,2}/g;

const hideIn = (text: string, patterns: readonly RegExp[], depth: number): string => {
  const plain = patterns.reduce((left, pattern) => left.replace(pattern, mark), text);
  if (depth === 0) return plain;
  return plain.replace(base64Run, (run) => {
    // Ours stands behind letters that look like base64 as well, and is padded: its end says where it begins.
    const from = run.length % 4;
    const content = Buffer.from(run.slice(from), 'base64').toString('latin1');
    const left = hideIn(content, patterns, depth - 1);
    if (left === content) return run;
    return `${run.slice(0, from)}${Buffer.from(left, 'latin1').toString('base64')}`;
  });
};

/** The bytes with every secret replaced, also inside base64 (and base64 inside that). */
export const hideSecrets = (bytes: Buffer, secrets: readonly string[]): Buffer => {
  if (secrets.length === 0) return bytes;
  return Buffer.from(hideIn(bytes.toString('latin1'), secrets.map(patternOf), 2), 'latin1');
};
