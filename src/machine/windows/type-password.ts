import type { Secret } from '../../secret.js';
import { runProcess, type ProcessOutcome, type ProcessRequest } from '../process.js';

export type ToolRequest = Omit<ProcessRequest, 'input'> & {
  readonly password: Secret;
  /** It asks this many times at most. */
  readonly times: number;
};

/** Starts a tool that asks for a password while nobody is there, and gives it the password. */
export type TypePassword = (request: ToolRequest) => Promise<ProcessOutcome>;

/** For a tool that reads its password from standard input: one line for every time that it may ask. */
export const typeOnStandardInput: TypePassword = async ({ password, times, ...request }) =>
  runProcess({
    ...request,
    input: { kind: 'bytes', bytes: Buffer.from(`${password.reveal()}\r\n`.repeat(times), 'utf8') },
  });
