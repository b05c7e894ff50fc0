import { randomBytes } from 'node:crypto';
import type { Secret } from '../../secret.js';

/*
 * The words between dpm-prep and its scripts (powershell/preamble.ps1): one line of base64 on standard input, and lines
 * that begin with the call's nonce on standard output. base64, because a console's code page changes other letters.
 */

export interface Request {
  /** 32 hexadecimal digits, new for every call: nothing that a tool prints can pass for our answer. */
  readonly nonce: string;
  readonly line: string;
}

/** The request as one line. The password travels in it and nowhere else. `source`: constant C# of the script. */
export const request = (input: unknown, password?: Secret, source?: string): Request => {
  const nonce = randomBytes(16).toString('hex');
  const json = JSON.stringify({
    nonce,
    input,
    ...(source === undefined ? {} : { source }),
    ...(password === undefined ? {} : { password: password.reveal() }),
  });
  return { nonce, line: Buffer.from(json, 'utf8').toString('base64') };
};

export type MarkedLine =
  { readonly kind: 'line'; readonly text: string } | { readonly kind: 'result'; readonly json: string };

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The content of a line of standard output, if it is one of our lines and complete; null: the tool's own output. */
export const markedLine = (nonce: string, line: string): MarkedLine | null => {
  if (!line.startsWith(nonce) || !line.endsWith('.')) return null;
  const kind = line.charAt(nonce.length);
  const body = line.slice(nonce.length + 1, -1);
  if (!base64.test(body)) return null;
  const text = Buffer.from(body, 'base64').toString('utf8');
  if (kind === 'L') return { kind: 'line', text };
  return kind === 'R' ? { kind: 'result', json: text } : null;
};

/** Largest answer that is taken, in bytes of its line. */
const maxAnswerBytes = 64 * 1_048_576;

/** Takes our lines out of the output of a script; the rest is passed to `onRest`, byte by byte. */
export class MarkedLines {
  readonly #nonce: Buffer;
  readonly #text: string;
  readonly #onMarked: (line: MarkedLine) => void;
  readonly #onRest: (bytes: Buffer) => void;
  #parts: Buffer[] = [];
  #size = 0;
  /** This line does not begin like our lines: its bytes are passed on at once, and not kept. */
  #isForeign = false;

  constructor(nonce: string, onMarked: (line: MarkedLine) => void, onRest: (bytes: Buffer) => void) {
    this.#text = nonce;
    this.#nonce = Buffer.from(nonce, 'latin1');
    this.#onMarked = onMarked;
    this.#onRest = onRest;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      this.#add(chunk.subarray(from, end + 1));
      this.#flush();
      this.#isForeign = false;
      from = end + 1;
    }
    if (from < chunk.length) this.#add(chunk.subarray(from));
  }

  end(): void {
    this.#flush();
  }

  #add(bytes: Buffer): void {
    if (this.#isForeign) {
      this.#onRest(bytes);
      return;
    }
    this.#parts.push(bytes);
    this.#size += bytes.length;
    if (this.#size > maxAnswerBytes || !this.#maybeOurs()) {
      this.#flush();
      this.#isForeign = true;
    }
  }

  #maybeOurs(): boolean {
    const [first] = this.#parts;
    // Our line may come in many pieces, but the rest of it matters only once its beginning is whole.
    if (first !== undefined && first.length < this.#nonce.length && this.#parts.length > 1) {
      this.#parts = [Buffer.concat(this.#parts)];
    }
    const begin = (this.#parts[0] ?? Buffer.alloc(0)).subarray(0, this.#nonce.length);
    return begin.equals(this.#nonce.subarray(0, begin.length));
  }

  #flush(): void {
    if (this.#size === 0) return;
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    const marked = bytes.subarray(0, this.#nonce.length).equals(this.#nonce)
      ? markedLine(this.#text, bytes.toString('latin1').trimEnd())
      : null;
    if (marked) this.#onMarked(marked);
    else this.#onRest(bytes);
  }
}
