import { cleanLine } from './output.js';
import { decoderOf } from './code-pages.js';

/*
 * The output of a Windows tool says nowhere in which code page it is: a console program writes in the console's code
 * page (437, 850, ...), others in the system's (1252), newer ones in UTF-8, some in UTF-16. It is found out from the
 * bytes: UTF-16 by its mark or its zero bytes, UTF-8 because other text is almost never valid UTF-8. Which code pages there
 * are besides, Windows says; where its console has another than its other programs, the one counts that makes words:
 * letters stand beside letters, box characters and signs do not.
 */

/** `utf-8`, `utf-16le`, or the number of a code page. */
export type Encoding = string;

/** What the system says of itself (registry, Nls\CodePage): decides where the bytes do not. */
export interface CodePageHint {
  readonly oem: string | null;
  readonly ansi: string | null;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

interface Page {
  readonly name: string;
  readonly decode: (bytes: Uint8Array) => string;
  score: number;
}

/** The pages that this Windows has, its console's first; those of western Europe where it did not say. */
const pagesOf = ({ oem, ansi }: CodePageHint): readonly Page[] =>
  [...new Set([oem ?? '850', ansi ?? '1252'])].flatMap((name) => {
    const decode = decoderOf(name);
    return decode === null ? [] : [{ name, decode, score: 0 }];
  });

const western: readonly string[] = ['437', '850', '1252'];

const isHigh = (character: string | undefined): boolean =>
  character !== undefined && character.charCodeAt(0) > 0x7f;
const letter = /\p{L}/u;
const commonLetter = /[äöüÄÖÜßéèêëàâçîïôûùñáíóúãõåæøÅÆØ]/u;
const typographic = /[‘’“”„‚–—…€«»°²³µ§©®™•\u00a0¿¡ºª×·±¼½¾]/u;
// Greek letters of 437 stand alone in Windows text, and C1 controls are bytes that 1252 does not have.
const unlikely = /[\u0080-\u009fΓπΣσταΦΘΩδ∞φε∩≡≥≤⌠⌡≈∙√ⁿ₧⌐¬‗¸¨¯´¹¶¤¦Þþðƒı\u00ad]/u;
const control = /[\u0080-\u009f\ufffd]/u;
const boxDrawing = /[─-▟■]/u;

const isLower = (character: string): boolean =>
  character !== character.toUpperCase() && character === character.toLowerCase();

/** How much like written text the characters beyond ASCII are; higher is better. */
const plausibility = (text: string, isWestern: boolean): number => {
  const signs = isWestern ? unlikely : control;
  let score = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (!isHigh(character)) continue;
    const before = text.charAt(at - 1);
    const after = text.charAt(at + 1);
    const inWord = letter.test(before) || letter.test(after);
    if (boxDrawing.test(character)) {
      // A table is drawn of many, a word has none.
      score += inWord ? -4 : boxDrawing.test(before) || boxDrawing.test(after) ? 2 : 0;
    } else if (signs.test(character)) score -= 3;
    else if (letter.test(character)) {
      score += commonLetter.test(character) ? 3 : 1;
      if (inWord) score += 1;
      // A capital letter in the middle of small ones is a letter of another code page.
      if (!isLower(character) && character !== 'ß' && isLower(before) && letter.test(before)) score -= 4;
    } else if (typographic.test(character)) score += inWord && !/[’‘]/u.test(character) ? -1 : 0.5;
    else score -= 1;
  }
  return score;
};

const looksLikeUtf16 = (bytes: Uint8Array): boolean => {
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return true;
  if (bytes.length < 4) return false;
  const looked = bytes.subarray(0, 512);
  let zeros = 0;
  for (let at = 1; at < looked.length; at += 2) if (looked[at] === 0) zeros += 1;
  return zeros * 2 > looked.length / 2;
};

/** A cut must not make UTF-8 look like another encoding: without the character that it went through. */
const withoutHalfCharacter = (bytes: Buffer): Buffer => {
  let end = bytes.length;
  while (end > bytes.length - 3 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  return ((bytes[end - 1] ?? 0) & 0xc0) === 0xc0 ? bytes.subarray(0, end - 1) : bytes;
};

/**
 * Decodes one stream of a tool line by line. Its decisions about single-byte code pages grow with what it has seen: a
 * later line that is clear decides for the lines after it, earlier ones stay as they were read.
 */
export class ToolOutputDecoder {
  readonly #onLine: (line: string) => void;
  readonly #pages: readonly Page[];
  #wide: boolean | null = null;
  #rest: Buffer = Buffer.alloc(0);
  #afterReturn = false;
  /** The line is longer than what is read as one, and was emitted; what is left of it is not. */
  #skips = false;
  #last: Encoding = 'utf-8';

  constructor(onLine: (line: string) => void, hint: CodePageHint = { oem: null, ansi: null }) {
    this.#onLine = onLine;
    this.#pages = pagesOf(hint);
  }

  /** The encoding of the last line that was not plain ASCII. */
  get encoding(): Encoding {
    return this.#last;
  }

  push(chunk: Uint8Array): void {
    let bytes = Buffer.concat([this.#rest, chunk]);
    if (this.#wide === null && bytes.length < 4) {
      this.#rest = bytes;
      return;
    }
    if (this.#wide === null) {
      this.#wide = looksLikeUtf16(bytes);
      if (this.#wide && bytes[0] === 0xff) bytes = bytes.subarray(2);
    }
    this.#rest = this.#cut(bytes);
  }

  /** The last line, where it had no end (a prompt). */
  end(): void {
    if (this.#wide === null) this.#wide = looksLikeUtf16(this.#rest);
    const rest = this.#cut(this.#rest);
    this.#rest = Buffer.alloc(0);
    if (rest.length > 0 && !this.#skips) this.#emit(rest);
  }

  /** Emits the whole lines and returns what is left. */
  #cut(bytes: Buffer): Buffer {
    const step = this.#wide === true ? 2 : 1;
    let from = 0;
    for (let at = 0; at + step <= bytes.length; at += step) {
      const unit = step === 2 ? bytes.readUInt16LE(at) : bytes[at];
      if (unit !== 0x0a && unit !== 0x0d) continue;
      const isSecondHalf = unit === 0x0a && this.#afterReturn && at === from;
      this.#afterReturn = unit === 0x0d;
      if (!isSecondHalf && !this.#skips) this.#emit(bytes.subarray(from, at));
      this.#skips = false;
      from = at + step;
    }
    if (from < bytes.length) this.#afterReturn = false;
    const left = bytes.subarray(from);
    if (left.length <= longestLine * step && !this.#skips) return Buffer.from(left);
    // A line that never ends must not fill our memory.
    if (!this.#skips) this.#emit(left);
    this.#skips = true;
    return Buffer.from(left.subarray(left.length - (left.length % step)));
  }

  #emit(bytes: Buffer): void {
    const most = longestLine * (this.#wide === true ? 2 : 1);
    if (bytes.length <= most) this.#onLine(cleanLine(this.#decode(bytes)));
    else {
      const begin = bytes.subarray(0, most);
      const line = cleanLine(this.#decode(this.#wide === true ? begin : withoutHalfCharacter(begin)));
      this.#onLine(line.endsWith('…') ? line : `${line}…`);
    }
  }

  #decode(bytes: Buffer): string {
    if (this.#wide === true) {
      this.#last = 'utf-16le';
      return bytes.toString('utf16le');
    }
    if (bytes.every((byte) => byte < 0x80)) return bytes.toString('latin1');
    try {
      const text = strictUtf8.decode(bytes);
      this.#last = 'utf-8';
      return text;
    } catch {
      return this.#decodeSingleByte(bytes);
    }
  }

  #decodeSingleByte(bytes: Buffer): string {
    const isWestern = this.#pages.every(({ name }) => western.includes(name));
    let best: Page | undefined;
    for (const page of this.#pages) {
      if (this.#pages.length > 1) page.score += plausibility(page.decode(bytes), isWestern);
      // The console's page, which is the first, where both are as good.
      if (best === undefined || page.score > best.score) best = page;
    }
    this.#last = best?.name ?? '1252';
    return best?.decode(bytes) ?? bytes.toString('latin1');
  }
}

/** Longest line that is read as one, in characters. */
const longestLine = 4_000;
