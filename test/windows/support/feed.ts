import { readFile } from 'node:fs/promises';
import type { WindowsComputer } from './wine.js';

/** What src/powershell/console-tool.cs gives back. */
export interface Fed {
  readonly Ending: 'ended' | 'no-end' | 'refused';
  readonly ExitCode: number;
  readonly Answers: number;
  readonly AskedChoice: boolean;
  /** Decoded as code page 437: what Wine's console has. Only ASCII is compared. */
  readonly Output: string;
  readonly Screen: readonly string[];
  readonly Error: string;
}

export interface FeedOptions {
  readonly path: string;
  readonly arguments: readonly string[];
  readonly password: string;
  readonly silenceMs?: number;
  readonly quietMs?: number;
  readonly quietEchoMs?: number;
}

const runner = 'C:\\runner\\console-tool-runner.exe';

/** Runs a tool through the compiled console-tool.cs on a hidden console. */
export const feed = async (computer: WindowsComputer, options: FeedOptions): Promise<Fed> => {
  const request = 'C:\\runner-request.json';
  const result = 'C:\\runner-result.json';
  await computer.put(
    request,
    JSON.stringify({
      silenceMs: 8_000,
      quietMs: 600,
      quietEchoMs: 2_500,
      maxAnswers: 2,
      folder: 'C:\\',
      ...options,
    }),
  );
  const { stderr } = await computer.run({ path: runner, arguments: [request, result] });
  if (stderr !== '') throw new Error(stderr);
  const fed = JSON.parse(await readFile(computer.place(result), 'utf8')) as Fed;
  return { ...fed, Output: Buffer.from(fed.Output, 'base64').toString('latin1') };
};

export const runnerFolder = 'C:\\runner';
