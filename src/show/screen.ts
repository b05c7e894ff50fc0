import { makeStyle, type Style } from './style.js';
import { wrap } from './wrap.js';

export interface ScreenOptions {
  readonly colorWanted: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

const inAscii: Readonly<Record<string, string>> = {
  '…': '...',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '→': '->',
  '×': 'x',
};

/**
 * The only way out for text: progress for people goes to standard error, the result to standard output. Foreign text
 * lost its secrets where it entered (machine/without-secrets.ts); here a secret could equal a key, a number or our words.
 */
export class Screen {
  readonly progress: Style;
  readonly result: Style;
  readonly json: boolean;
  readonly verbose: boolean;
  /** Characters a line may have. */
  readonly width: number;
  readonly progressIsTerminal: boolean;
  /** Completes the commands in a text, so that they can be pasted where the reader is. */
  place: (text: string) => string = (text) => text;
  /** Lines that the terminal of the prompts has. */
  get rows(): number {
    return process.stderr.isTTY ? process.stderr.rows : 24;
  }
  readonly #said = new Set<string>();
  #volatile = false;

  constructor(options: ScreenOptions) {
    const { environment, platform, colorWanted: wanted } = options;
    this.progressIsTerminal = process.stderr.isTTY;
    this.progress = makeStyle({ terminal: process.stderr.isTTY, wanted, environment, platform });
    this.result = makeStyle({ terminal: process.stdout.isTTY, wanted, environment, platform });
    this.json = options.json;
    this.verbose = options.verbose;
    const columns = process.stderr.isTTY
      ? process.stderr.columns
      : process.stdout.isTTY
        ? process.stdout.columns
        : 100;
    this.width = Math.max(40, Math.min(columns, 110));
  }

  /** Our own punctuation in ASCII where the console has no sign for it. A document in a file or a pipe stays as it is. */
  #shown(text: string, { unicode }: Style): string {
    return unicode ? text : text.replace(/[…–—‘’“”→×]/g, (sign) => inAscii[sign] ?? sign);
  }

  /** A line of progress. */
  note(line = ''): void {
    this.settle();
    process.stderr.write(`${this.#shown(line, this.progress)}\n`);
  }

  /** A paragraph of progress, indented and broken at spaces; a command at its end stays whole. */
  paragraph(text: string, styled: (text: string) => string = (plain) => plain): void {
    this.note(styled(`  ${wrap(this.place(text), this.width - 2, '  ')}`));
  }

  /** A paragraph that is worth saying once: an interview that starts over does not repeat it. */
  readonly sayOnce = (text: string): void => {
    this.once(text, () => {
      this.paragraph(text);
    });
  };

  /** Shows this unless it was shown before: one command that runs another one does not introduce itself twice. */
  once(what: string, show: () => void): void {
    if (this.#said.has(what)) return;
    this.#said.add(what);
    show();
  }

  /** A line that the next one replaces: only on a terminal, elsewhere nothing. */
  passing(line: string): void {
    if (!this.progressIsTerminal) return;
    process.stderr.write(`\r\u001b[2K${this.#shown(line, this.progress).slice(0, this.width - 1)}`);
    this.#volatile = true;
  }

  /** Removes what `passing` left. */
  settle(): void {
    if (this.#volatile) process.stderr.write('\r\u001b[2K');
    this.#volatile = false;
  }

  /** The result. */
  print(text: string): void {
    this.settle();
    process.stdout.write(`${process.stdout.isTTY ? this.#shown(text, this.result) : text}\n`);
  }
}
