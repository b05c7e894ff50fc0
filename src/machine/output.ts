import { cleanText } from '../clean.js';

// What terminals act on: CSI (colours, cursor), OSC (titles, links; ended by BEL or ST), other strings, two-byte escapes.
const escapes =
  // eslint-disable-next-line no-control-regex
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]P^_X]|\u009d|\u0090)[^\u0007\u001b\u009c]{0,4096}(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/gu;

/**
 * One line of a tool's output, harmless to show: terminal sequences and NUL are taken out, a tab becomes a space, every
 * other control or direction character becomes a visible \uXXXX. At most `maxLength` characters.
 */
export const cleanLine = (line: string, maxLength = 1_000): string =>
  cleanText(line.replace(escapes, '').replaceAll('\u0000', '').replaceAll('\t', ' '), maxLength).trimEnd();

/** Longest line that is kept: a tool that never ends its line must not fill our memory. Characters. */
const maxLineLength = 4_000;

/**
 * Cuts a stream of bytes into decoded, clean lines. A line ends with LF, CR LF or CR (progress that overwrites
 * itself). What is longer than 4,000 characters is cut, never kept whole; invalid bytes become U+FFFD.
 */
export class LineSplitter {
  readonly #decoder: InstanceType<typeof TextDecoder>;
  readonly #onLine: (line: string) => void;
  #rest = '';
  #restIsCut = false;
  #afterReturn = false;

  constructor(onLine: (line: string) => void, encoding = 'utf-8') {
    this.#decoder = new TextDecoder(encoding);
    this.#onLine = onLine;
  }

  push(chunk: Uint8Array): void {
    this.#take(this.#decoder.decode(chunk, { stream: true }));
  }

  /** The last line, where it had no end (a prompt). */
  end(): void {
    this.#take(this.#decoder.decode());
    if (this.#rest !== '') this.#emit();
  }

  #take(text: string): void {
    let from = 0;
    if (this.#afterReturn && text !== '') {
      if (text.startsWith('\n')) from = 1;
      this.#afterReturn = false;
    }
    const ends = /\r\n|\n|\r/g;
    ends.lastIndex = from;
    for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
      this.#keep(text, from, end.index);
      this.#emit();
      from = end.index + end[0].length;
      if (end[0] === '\r' && from === text.length) this.#afterReturn = true;
    }
    this.#keep(text, from, text.length);
  }

  #keep(text: string, from: number, to: number): void {
    const room = maxLineLength - this.#rest.length;
    if (to - from > room) this.#restIsCut = true;
    if (room > 0) this.#rest += text.slice(from, Math.min(to, from + room));
  }

  #emit(): void {
    const line = cleanLine(this.#rest) + (this.#restIsCut ? '…' : '');
    this.#rest = '';
    this.#restIsCut = false;
    this.#onLine(line.replace(/……$/u, '…'));
  }
}

/** The last lines of an output, at most `max`. */
export class LastLines {
  readonly #lines: string[] = [];
  readonly #max: number;

  constructor(max = 200) {
    this.#max = max;
  }

  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > this.#max * 2) this.#lines.splice(0, this.#lines.length - this.#max);
  }

  get lines(): readonly string[] {
    return this.#lines.slice(-this.#max);
  }
}
