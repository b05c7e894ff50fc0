/** Someone can be asked: the keyboard and the place of the prompts are a terminal. */
export const isTerminal = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** A reader that went away (dpm-prep … | head) is no error of ours. */
export const forgiveClosedOutput = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EOF') throw error;
    });
  }
};
