/** The last bytes of a stream; never holds more than about twice the limit. */
export class Tail {
  #chunks: Buffer[] = [];
  #size = 0;
  #seen = 0;
  readonly #max: number;
  cut = false;

  /** `max`: bytes to keep. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Bytes that came by, kept or not. */
  get seen(): number {
    return this.#seen;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#seen += chunk.length;
    if (this.#size > this.#max * 2) this.#trim();
  }

  #trim(): void {
    if (this.#size <= this.#max) return;
    const kept = Buffer.from(Buffer.concat(this.#chunks).subarray(-this.#max));
    this.#chunks = [kept];
    this.#size = kept.length;
    this.cut = true;
  }

  take(): Buffer {
    this.#trim();
    return Buffer.concat(this.#chunks);
  }
}
