/*
 * What the keeper tells dpm-prep on file descriptor 3: frames of one letter, the length (four bytes, big-endian) and the
 * content. The other way go lines of text: see order.ts.
 */

export type FrameKind = 'o' | 'e' | 'j';

/** `o`: bytes of standard output. `e`: of standard error. `j`: JSON, one of KeeperEvent. */
export interface Frame {
  readonly kind: FrameKind;
  readonly content: Buffer;
}

export type KeeperEvent =
  | { readonly event: 'started'; readonly processId: number }
  /** The tool was not started. `code` is the system's error, or `WITHDRAWN`. */
  | { readonly event: 'refused'; readonly code: string }
  /** The last frame: everything of the output came before it. */
  | { readonly event: 'ended'; readonly exitCode: number | null; readonly signal: string | null };

const headBytes = 5;

export const frame = (kind: FrameKind, content: Buffer): Buffer => {
  const head = Buffer.alloc(headBytes);
  head.write(kind, 0, 'latin1');
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
};

export const eventFrame = (event: KeeperEvent): Buffer =>
  frame('j', Buffer.from(JSON.stringify(event), 'utf8'));

/** Puts frames together from the pieces in which they arrive. */
export class FrameReader {
  #parts: Buffer[] = [];
  #size = 0;
  readonly #onFrame: (frame: Frame) => void;

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
  }

  push(piece: Buffer): void {
    this.#parts.push(piece);
    this.#size += piece.length;
    while (this.#size >= headBytes) {
      if ((this.#parts[0]?.length ?? 0) < headBytes) this.#parts = [Buffer.concat(this.#parts)];
      const length = this.#parts[0]?.readUInt32BE(1) ?? 0;
      if (this.#size < headBytes + length) return;
      const bytes = Buffer.concat(this.#parts);
      const rest = bytes.subarray(headBytes + length);
      this.#parts = rest.length === 0 ? [] : [rest];
      this.#size = rest.length;
      this.#onFrame({
        kind: bytes.toString('latin1', 0, 1) as FrameKind,
        content: bytes.subarray(headBytes, headBytes + length),
      });
    }
  }
}
