import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import pty from '@lydell/node-pty';
import headless from '@xterm/headless';

const launcher = fileURLToPath(new URL('../../bin/dpm-prep.js', import.meta.url));

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Another program with its first arguments instead of node and the launcher. */
  readonly program?: readonly [string, ...string[]];
}

/** dpm-prep in a real pseudo-terminal, with a terminal emulator behind it: what a person would see and type. */
export class Terminal {
  readonly #process: pty.IPty;
  readonly #emulator: headless.Terminal;
  readonly #ended: Promise<number>;
  /** Everything that was written, with its escape sequences. */
  raw = '';

  constructor(args: readonly string[], options: TerminalOptions = {}) {
    const { columns = 110, rows = 60 } = options;
    this.#emulator = new headless.Terminal({
      cols: columns,
      rows,
      allowProposedApi: true,
      scrollback: 5_000,
    });
    const { CI: _ci, NO_COLOR: _color, ...environment } = process.env;
    const [program, ...first] = options.program ?? [process.execPath, launcher];
    this.#process = pty.spawn(program, [...first, ...args], {
      cols: columns,
      rows,
      name: 'xterm-256color',
      cwd: options.folder ?? process.cwd(),
      env: { ...environment, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...options.environment },
    });
    this.#process.onData((data) => {
      this.raw += data;
      this.#emulator.write(data);
    });
    this.#ended = new Promise((resolve) => {
      this.#process.onExit(({ exitCode }) => {
        resolve(exitCode);
      });
    });
  }

  get emulator(): headless.Terminal {
    return this.#emulator;
  }

  /** The whole text on the screen and above it, without trailing blanks. */
  text(): string {
    const buffer = this.#emulator.buffer.active;
    const lines = Array.from(
      { length: buffer.length },
      (_, row) => buffer.getLine(row)?.translateToString(true) ?? '',
    );
    return lines.join('\n').trimEnd();
  }

  /** Waits until the text appears behind what was there at the last send. */
  async waitFor(what: RegExp | string, limitMs = 20_000): Promise<void> {
    const until = Date.now() + limitMs;
    const found = (): boolean =>
      typeof what === 'string' ? this.text().includes(what) : what.test(this.text());
    while (!found()) {
      if (Date.now() > until)
        throw new Error(`"${String(what)}" did not appear. The screen:\n${this.text()}`);
      await sleep(25);
    }
  }

  /** Types keys as they are. */
  send(keys: string): void {
    this.#process.write(keys);
  }

  /** Types a line. */
  line(text = ''): void {
    this.send(`${text}\r`);
  }

  /** Answers the questions in their order: waits for each, then types what belongs to it. */
  async answer(pairs: readonly (readonly [string | RegExp, string])[]): Promise<void> {
    for (const [question, answer] of pairs) {
      await this.waitFor(question);
      this.send(answer);
    }
  }

  async exitCode(limitMs = 60_000): Promise<number> {
    const late = sleep(limitMs).then(() => {
      this.#process.kill();
      throw new Error(`It did not end. The screen:\n${this.text()}`);
    });
    const code = await Promise.race([this.#ended, late]);
    // What was written last must be on the screen before anyone reads it.
    await new Promise<void>((resolve) => {
      this.#emulator.write('', resolve);
    });
    return code;
  }

  kill(): void {
    this.#process.kill();
  }
}

export const keys = { ctrlC: '\u0003', down: '\u001b[B', backspace: '\u007f' } as const;
