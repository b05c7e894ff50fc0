/** Someone can be asked: the keyboard and the place of the prompts are a terminal. */
export const isTerminal = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** A reader that went away (dpm-prep … | head) is not our error. */
export const forgiveClosedOutput = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EOF') throw error;
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
