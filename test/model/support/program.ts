import { main } from '../../../src/main.js';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long the program itself took, and how often it ran: the model must be fast to be useful. */
export const used = { runs: 0, milliseconds: 0 };

type Write = typeof process.stdout.write;

/** dpm-prep with this command line, in this process. */
export const runProgram = async (
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Said> => {
  const said = { stdout: '', stderr: '' };
  const writes = {
    stdout: process.stdout.write.bind(process.stdout),
    stderr: process.stderr.write.bind(process.stderr),
  };
  const before = process.exitCode;
  const catching =
    (stream: 'stdout' | 'stderr'): Write =>
    (text: string | Uint8Array): boolean => {
      said[stream] += Buffer.from(text as string).toString('utf8');
      return true;
    };
  process.stdout.setMaxListeners(0);
  process.stderr.setMaxListeners(0);
  Object.assign(process.env, environment);
  const begun = performance.now();
  process.exitCode = 0;
  try {
    process.stdout.write = catching('stdout');
    process.stderr.write = catching('stderr');
    await main(words, '0.0.0');
    return { code: process.exitCode, ...said };
  } finally {
    process.stdout.write = writes.stdout;
    process.stderr.write = writes.stderr;
    process.exitCode = before;
    for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
    used.runs += 1;
    used.milliseconds += performance.now() - begun;
  }
};
