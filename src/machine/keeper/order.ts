/*
 * How dpm-prep tells the keeper what to start. On standard input: one line of base64 with this order (no secret in it),
 * then the bytes for the tool's own standard input. On file descriptor 3: first a line `hide` with the passwords of this
 * run, which the keeper removes from what it writes down; later `kill SIGNAL`.
 */

/** The hidden first argument that makes this program a keeper; the second is the tool's file name, for a person to read. */
export const keeperFlag = '--keep';

/** What the result belongs to: how a later run finds it again. */
export interface KeptFor {
  readonly step: string;
  readonly line: string;
}

/** Where the keeper writes how the tool ended. */
export interface KeepAt {
  /** Absolute, exists, private to this user and administrators. */
  readonly folder: string;
  /** Without an extension; new for every start. */
  readonly name: string;
  readonly about: KeptFor;
}

export interface Order {
  readonly path: string;
  readonly arguments: readonly string[];
  /** Working folder of the tool, absolute. */
  readonly folder: string;
  /** Added to the environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** So many bytes of standard input follow, then its end: the tool is not started before all of them are here.
   *  Null: what comes is passed on as it comes. */
  readonly inputBytes: number | null;
  /** Our own lines in the output begin with this; null: there are none. */
  readonly marker: string | null;
  readonly keepAt: KeepAt | null;
}

export const orderLine = (order: Order): string =>
  `${Buffer.from(JSON.stringify(order), 'utf8').toString('base64')}\n`;

export const readOrder = (line: string): Order =>
  JSON.parse(Buffer.from(line, 'base64').toString('utf8')) as Order;

export const hideLine = (secrets: readonly string[]): string =>
  `hide ${Buffer.from(JSON.stringify(secrets), 'utf8').toString('base64')}\n`;

export const killLine = (signal: string): string => `kill ${signal}\n`;

export type Instruction =
  | { readonly kind: 'hide'; readonly secrets: readonly string[] }
  | { readonly kind: 'kill'; readonly signal: NodeJS.Signals };

export const readInstruction = (line: string): Instruction | null => {
  const [word, value = ''] = line.split(' ');
  if (word === 'hide')
    return {
      kind: 'hide',
      secrets: JSON.parse(Buffer.from(value, 'base64').toString('utf8')) as readonly string[],
    };
  if (word === 'kill' && (value === 'SIGTERM' || value === 'SIGKILL')) return { kind: 'kill', signal: value };
  return null;
};
