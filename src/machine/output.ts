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
