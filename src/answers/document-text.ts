import { isUtf8 } from 'node:buffer';

/** Why bytes cannot be read as text: one sentence without its end, and where, both from 1. */
export class EncodingProblem extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, before: string) {
    super(message);
    const lines = before.split(/\r\n|\n|\r/);
    this.line = lines.length;
    this.column = (lines.at(-1)?.length ?? 0) + 1;
  }
}

const windows1252 = new TextDecoder('windows-1252');
const utf16 = { le: new TextDecoder('utf-16le'), be: new TextDecoder('utf-16be') };
const lost = '\ufffd';

/**
 * Which half of each UTF-16 letter is zero, where the bytes have no mark: ASCII letters have one. `least`: the share of
 * letters that must have it. Null: there is no zero byte at all.
 */
const wideKind = (bytes: Buffer, least: number): 'le' | 'be' | 'neither' | null => {
  let [even, odd] = [0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== 0) continue;
    if (at % 2 === 0) even += 1;
    else odd += 1;
  }
  if (even === 0 && odd === 0) return null;
  const half = Math.floor(bytes.length / 2) * least;
  // The first line of big-endian text ends with the first half of its line end.
  if (odd === 0 && even >= half && (bytes.length % 2 === 0 || bytes.at(-1) === 0)) return 'be';
  return even === 0 && odd >= half && bytes.length % 2 === 0 ? 'le' : 'neither';
};

/**
 * Letters of windows-1252 that a western European word has. Each byte means another letter in other code pages, so a
 * text that is not UTF-8 is believed only where each of them stands in a word, as such a letter does. 0xE1 (á) is left
 * out: in the code page of a German console it is ß.
 */
const commonLetter = /[äöüÄÖÜßéèêëàâçîïôûùñóíúãõåæøÅÆØÉÈ]/u;
const letter = /[A-Za-zäöüÄÖÜßéèêëàâçîïôûùñóíúãõåæøÅÆØÉÈ]/u;

const doubtfulLetter = (text: string): number => {
  for (let at = 0; at < text.length; at += 1) {
    const one = text.charAt(at);
    if (one <= '\u007f') continue;
    const [before, after] = [text.charAt(at - 1), text.charAt(at + 1)];
    const inWord = letter.test(before) || letter.test(after);
    const capitalInside = one !== one.toLowerCase() && /[a-zäöüß]/u.test(before);
    if (!commonLetter.test(one) || !inWord || capitalInside) return at;
  }
  return -1;
};

const fromUtf16 = (bytes: Buffer, kind: 'le' | 'be'): string => {
  // A lone byte at the end is half a line end that a reader cut.
  const text = utf16[kind].decode(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  const bad = text.indexOf(lost);
  if (bad !== -1) throw new EncodingProblem('a character is damaged', text.slice(0, bad));
  return text;
};

export interface DocumentTextOptions {
  /** False: what is neither UTF-8 nor UTF-16 is refused, because a wrong guess would be a wrong password. */
  readonly guess: boolean;
}

/**
 * The text of a small file that a person's tools wrote: UTF-8 or UTF-16, with or without a mark, or windows-1252 as
 * spreadsheets write it in western Europe. Throws an EncodingProblem where a letter would be guessed, or is lost.
 */
export const documentText = (bytes: Buffer, { guess }: DocumentTextOptions): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return fromUtf16(bytes.subarray(2), 'le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return fromUtf16(bytes.subarray(2), 'be');
  const kind = wideKind(bytes, guess ? 0.25 : 1);
  if (kind === 'neither') throw new EncodingProblem('it is not a text file', '');
  if (kind !== null) return fromUtf16(bytes, kind);
  if (isUtf8(bytes)) {
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    const bad = text.indexOf(lost);
    if (bad === -1) return text;
    throw new EncodingProblem('a character was lost when the file was saved (U+FFFD)', text.slice(0, bad));
  }
  const asUtf8 = bytes.toString('utf8');
  const notUtf8 = new EncodingProblem(
    'a character is not UTF-8; save the file as UTF-8',
    asUtf8.slice(0, asUtf8.indexOf(lost)),
  );
  if (!guess) throw notUtf8;
  const text = windows1252.decode(bytes);
  const doubtful = doubtfulLetter(text);
  if (doubtful === -1) return text;
  throw new EncodingProblem(notUtf8.message, text.slice(0, doubtful));
};
