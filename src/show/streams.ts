/** Someone can be asked: the keyboard and the place of the prompts are a terminal. */
export const isTerminal = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/**
 * Output that nobody takes never ends a run in the middle of a step. A reader that went away (dpm-prep … | head) is not
 * worth a word; of a full disk the other stream tells.
 */
export const forgiveClosedOutput = (): void => {
  for (const [stream, name, other] of [
    [process.stdout, 'Standard output', process.stderr],
    [process.stderr, 'Standard error', null],
  ] as const) {
    let told = false;
    stream.on('error', ({ code = 'unknown error' }: NodeJS.ErrnoException) => {
      if (told || code === 'EPIPE' || code === 'EOF') return;
      told = true;
      other?.write(`${name} cannot be written (${code}): what was printed there is not complete.\n`);
    });
  }
};

/** What comes through a pipe, piece by piece; nothing where standard input is a terminal. */
export const standardInput = async function* (): AsyncGenerator<Buffer> {
  if (process.stdin.isTTY) return;
  for await (const chunk of process.stdin) yield Buffer.from(chunk as Uint8Array);
};

/** Ends the program once what was printed is out: an exit code alone does not end a wait that ignored Ctrl-C. */
export const endNow = (code: number): void => {
  process.stdout.write('', () => {
    process.exit(code);
  });
};
