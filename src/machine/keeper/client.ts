import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, dirname, win32 } from 'node:path';
import { Socket } from 'node:net';
import { everySecret } from '../../secret.js';
import { ownLaunch } from '../own-launch.js';
import { FrameReader, type KeeperEvent } from './frames.js';
import { hideLine, keeperFlag, killLine, orderLine, type KeepAt, type Order } from './order.js';
import { askedPath, remove, writeWhole } from './record.js';

export interface KeptListener {
  readonly onStarted: (processId: number) => void;
  readonly onOutput: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
}

/** How it went. `lost`: the keeper was ended before the tool was, and what becomes of the tool is not known. */
export type KeptEnd =
  | { readonly kind: 'ended'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly kind: 'refused'; readonly code: string }
  /** Not started: what was asked for could not be written down in this folder. */
  | { readonly kind: 'unrecorded'; readonly folder: string; readonly code: string }
  | { readonly kind: 'lost' };

export interface KeptTool {
  readonly end: Promise<KeptEnd>;
  write(bytes: string | Uint8Array): void;
  endInput(): void;
  kill(signal: NodeJS.Signals): void;
  /** Our program may end without it. */
  leave(): void;
}

const quiet = (): void => undefined;

/** A tool that was not started. */
const neverStarted = (end: KeptEnd): KeptTool => ({
  end: Promise.resolve(end),
  write: quiet,
  endInput: quiet,
  kill: quiet,
  leave: quiet,
});

/** Writes down what is asked for, so that an interrupted run knows of it. The system's error code, or null. */
const recordAsked = (keepAt: KeepAt, tool: string): string | null => {
  try {
    mkdirSync(keepAt.folder, { recursive: true, mode: 0o700 });
    writeWhole(askedPath(keepAt), JSON.stringify({ v: 1, ...keepAt.about, tool }));
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown error';
  }
};

/**
 * Starts a tool through a keeper: this program again, without a console and without any of our streams, so that neither
 * Ctrl-C nor our end reaches it. `environment` is the keeper's and the tool's.
 */
export const startKept = async (
  order: Order,
  environment: Readonly<Record<string, string>>,
  listener: KeptListener,
): Promise<KeptTool> => {
  const launch = await ownLaunch();
  const { keepAt } = order;
  const unwritten = keepAt === null ? null : recordAsked(keepAt, order.path);
  if (keepAt !== null && unwritten !== null)
    return neverStarted({ kind: 'unrecorded', folder: keepAt.folder, code: unwritten });
  const name = process.platform === 'win32' ? win32.basename(order.path) : basename(order.path);
  const keeper: ChildProcess = spawn(launch.path, [...launch.arguments, keeperFlag, name], {
    // Not the folder of the tool: a keeper would keep that from being removed.
    cwd: dirname(process.execPath),
    env: environment,
    shell: false,
    windowsHide: true,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  });
  const channel = keeper.stdio[3];
  keeper.stdin?.on('error', quiet);

  const end = new Promise<KeptEnd>((resolve) => {
    const settle = (how: KeptEnd): void => {
      if (keepAt !== null && how.kind === 'refused') remove(askedPath(keepAt));
      resolve(how);
    };
    const reader = new FrameReader(({ kind, content }) => {
      if (kind === 'o') listener.onOutput(content, 'stdout');
      else if (kind === 'e') listener.onOutput(content, 'stderr');
      else {
        const event = JSON.parse(content.toString('utf8')) as KeeperEvent;
        if (event.event === 'started') listener.onStarted(event.processId);
        else if (event.event === 'refused') settle({ kind: 'refused', code: event.code });
        else settle({ kind: 'ended', code: event.exitCode, signal: event.signal as NodeJS.Signals | null });
      }
    });
    keeper.once('error', (error: NodeJS.ErrnoException) => {
      settle({ kind: 'refused', code: error.code ?? 'UNKNOWN' });
    });
    channel?.on('error', quiet);
    channel?.on('data', (piece: Buffer) => {
      reader.push(piece);
    });
    // Nothing comes behind the last frame; without one, the keeper is gone.
    channel?.once('close', () => {
      settle({ kind: 'lost' });
    });
  });

  const say = (line: string): void => {
    if (channel instanceof Socket && channel.writable) channel.write(line, 'latin1');
  };
  say(hideLine(everySecret()));
  keeper.stdin?.write(orderLine(order), 'latin1');
  return {
    end,
    write: (bytes) => {
      if (keeper.stdin?.writable === true) keeper.stdin.write(bytes);
    },
    endInput: () => {
      keeper.stdin?.end();
    },
    kill: (signal) => {
      say(killLine(signal));
    },
    leave: () => {
      keeper.unref();
      for (const stream of [keeper.stdin, channel]) if (stream instanceof Socket) stream.unref();
    },
  };
};
