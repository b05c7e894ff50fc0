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

/** What came through a pipe, up to `maxBytes`; nothing where standard input is a terminal. */
export const readStandardInput = async (maxBytes: number): Promise<Buffer> => {
  if (process.stdin.isTTY) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array);
    chunks.push(bytes);
    size += bytes.length;
    if (size >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
};
