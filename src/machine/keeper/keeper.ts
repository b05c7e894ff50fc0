import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { markOf } from '../living-process.js';
import { eventFrame, frame, type KeeperEvent } from './frames.js';
import { hideSecrets } from './hide.js';
import { readInstruction, readOrder, type Order } from './order.js';
import {
  askedPath,
  claimedPath,
  heardPath,
  mark,
  recordPath,
  remove,
  rename,
  touch,
  writeWhole,
  type KeptRecord,
} from './record.js';
import { Tail } from './tail.js';

/*
 * The keeper: dpm-prep started again, detached, to start one tool and to outlive dpm-prep with it.
 *
 * Windows. What is started detached has no console, and PowerShell without a console ends with 0 having run nothing. What
 * is not detached gets into Node's job, which ends with the program that started it. So the keeper is detached, and the tool
 * is not: it gets a hidden console of its own (`windowsHide`, pipes only) and ends with nobody but the keeper.
 *
 * Nothing that dpm-prep does or does not do may reach the tool: its output is always read, and dropped where dpm-prep does
 * not take it; a pipe that breaks ends nothing.
 */

/** Of each stream, for the one who reads slowly. Bytes. */
const heldBytes = 1_048_576;
/** Of each stream, in the result. Bytes. */
const writtenBytes = 524_288;
/** Output that dpm-prep has not taken yet; what comes beyond that waits in what is held. Bytes. */
const unreadBytes = 8 * 1_048_576;
/** A tool may hand its pipes to a program that outlives it: wait for those no longer than this. */
const pipeGraceMs = 1_000;
const heartbeatMs = 1_000;
/** Longest line of an order: arguments of a command line and a little more. */
const longestOrder = 1_048_576;

const quiet = (): void => undefined;

/** The channel to dpm-prep, which may be gone. */
class Channel {
  readonly #socket: Socket | null;
  readonly #onDrain: () => void;
  #open: boolean;

  constructor(onLine: (line: string) => void, onDrain: () => void, onGone: () => void) {
    this.#onDrain = onDrain;
    let socket: Socket | null = null;
    try {
      socket = new Socket({ fd: 3, readable: true, writable: true });
    } catch {
      // Started by hand: nobody is there.
    }
    this.#socket = socket;
    this.#open = socket !== null;
    if (socket === null) {
      setImmediate(onGone);
      return;
    }
    let text = '';
    socket.on('data', (piece: Buffer) => {
      text += piece.toString('latin1');
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n')) {
        const line = text.slice(0, at);
        text = text.slice(at + 1);
        onLine(line);
      }
    });
    socket.on('drain', () => {
      this.#onDrain();
    });
    const gone = (): void => {
      if (!this.#open) return;
      this.#open = false;
      socket.destroy();
      onGone();
    };
    socket.on('error', gone);
    socket.on('end', gone);
    socket.on('close', gone);
  }

  get open(): boolean {
    return this.#open;
  }

  get takesMore(): boolean {
    return this.#open && (this.#socket?.writableLength ?? 0) < unreadBytes;
  }

  send(bytes: Buffer): void {
    if (this.#open) this.#socket?.write(bytes);
  }

  tell(event: KeeperEvent): void {
    this.send(eventFrame(event));
  }

  /** Lets go once everything was taken, or nobody is there to take it. */
  finish(): void {
    if (this.#open) this.#socket?.end();
    this.#socket?.unref();
  }
}

/** One stream of the tool on its way to dpm-prep: never waited for, the end of it never lost. */
class Relay {
  readonly #tail = new Tail(heldBytes);
  readonly #kind: 'o' | 'e';
  readonly #channel: Channel;
  #sent = 0;

  constructor(kind: 'o' | 'e', channel: Channel) {
    this.#kind = kind;
    this.#channel = channel;
  }

  add(chunk: Buffer): void {
    this.#tail.add(chunk);
    // The usual case: everything before was taken, and nothing needs to be put together.
    if (this.#channel.takesMore && this.#sent + chunk.length === this.#tail.seen) {
      this.#channel.send(frame(this.#kind, chunk));
      this.#sent = this.#tail.seen;
    }
  }

  /** What is held and was not sent; in place of what was dropped before it stands the end of a line. */
  pump({ last }: { readonly last: boolean }): void {
    if (this.#sent === this.#tail.seen || !(last || this.#channel.takesMore)) return;
    const held = this.#tail.take();
    const unsent = this.#tail.seen - this.#sent;
    if (unsent > held.length) this.#channel.send(frame(this.#kind, Buffer.from('\n', 'latin1')));
    this.#channel.send(frame(this.#kind, held.subarray(Math.max(0, held.length - unsent))));
    this.#sent = this.#tail.seen;
  }

  /** Bytes so far. */
  get seen(): number {
    return this.#tail.seen;
  }

  /** For the result. What was cut begins with a whole line: half of a password would not be recognised. */
  written(secrets: readonly string[]): { readonly text: string; readonly cut: boolean } {
    const held = this.#tail.take();
    let kept = held.subarray(-writtenBytes);
    const cut = this.#tail.cut || kept.length < held.length;
    if (cut) kept = kept.subarray(kept.indexOf(0x0a) + 1);
    return { text: hideSecrets(kept, secrets).toString('base64'), cut };
  }
}

class Keeper {
  readonly #channel: Channel;
  readonly #stdout: Relay;
  readonly #stderr: Relay;
  #secrets: readonly string[] | null = null;
  #order: Order | null = null;
  #input: Buffer[] = [];
  #inputSize = 0;
  #inputOver = false;
  #tool: ChildProcess | null = null;
  #record: KeptRecord | null = null;
  #heartbeat: NodeJS.Timeout | undefined;
  /** Bytes of output at the last heartbeat. */
  #heard = 0;
  #over = false;

  constructor() {
    this.#channel = new Channel(
      (line) => {
        this.#obey(line);
      },
      () => {
        this.#stdout.pump({ last: false });
        this.#stderr.pump({ last: false });
      },
      () => {
        // Not a word of it has come, or not all: then nothing is started.
        if (this.#secrets === null) this.#leave();
      },
    );
    this.#stdout = new Relay('o', this.#channel);
    this.#stderr = new Relay('e', this.#channel);
    process.stdin.on('error', quiet);
    process.stdin.on('data', (chunk: Buffer) => {
      this.#hear(chunk);
    });
    const over = (): void => {
      this.#inputOver = true;
      this.#begin();
    };
    process.stdin.on('end', over);
    process.stdin.on('close', over);
  }

  #obey(line: string): void {
    const instruction = readInstruction(line);
    if (instruction?.kind === 'hide') {
      this.#secrets = instruction.secrets;
      this.#begin();
    }
    if (instruction?.kind === 'kill') this.#kill(instruction.signal);
  }

  #kill(signal: NodeJS.Signals): void {
    const id = this.#tool?.pid;
    if (id === undefined) return;
    try {
      if (process.platform === 'win32') this.#tool?.kill(signal);
      else process.kill(-id, signal);
    } catch {
      // It ended in between.
    }
  }

  #hear(chunk: Buffer): void {
    if (this.#tool !== null) {
      if (this.#tool.stdin?.writable === true) this.#tool.stdin.write(chunk);
      return;
    }
    this.#input.push(chunk);
    this.#inputSize += chunk.length;
    this.#begin();
  }

  /** Starts the tool once everything is here: the order, what must be hidden, and an input that is whole. */
  #begin(): void {
    if (this.#tool !== null || this.#over) return;
    if (this.#order === null) {
      const heard = Buffer.concat(this.#input);
      const end = heard.indexOf(0x0a);
      if (end < 0) {
        if (this.#inputOver || this.#inputSize > longestOrder) this.#leave();
        this.#input = [heard];
        return;
      }
      this.#order = readOrder(heard.toString('latin1', 0, end));
      this.#input = [heard.subarray(end + 1)];
      this.#inputSize = heard.length - end - 1;
    }
    const wanted = this.#order.inputBytes;
    if (wanted !== null && this.#inputSize < wanted) {
      if (this.#inputOver) this.#leave();
      return;
    }
    if (this.#secrets !== null) this.#start(this.#order);
  }

  #start(order: Order): void {
    const { keepAt } = order;
    const record: KeptRecord = {
      v: 1,
      step: keepAt?.about.step ?? '',
      line: keepAt?.about.line ?? '',
      tool: order.path,
      keeper: markOf(process.pid),
      state: 'starting',
      started: new Date().toISOString(),
      processId: null,
      ended: null,
      exitCode: null,
      signal: null,
      code: null,
      marker: order.marker,
      stdout: '',
      stderr: '',
      cut: false,
    };
    let tool: ChildProcess;
    try {
      this.#write(record);
      if (keepAt !== null && !rename(askedPath(keepAt), claimedPath(keepAt))) {
        remove(recordPath(keepAt));
        this.#refuse('WITHDRAWN');
        return;
      }
      tool = spawn(order.path, order.arguments, {
        cwd: order.folder,
        env: { ...process.env, ...order.environment },
        shell: false,
        windowsHide: true,
        // Windows: in our job and with a console. Elsewhere: a group of its own, which can be ended as a whole.
        detached: process.platform !== 'win32',
        // Pipes only: with any inherited stream Windows gives no hidden console.
        stdio: ['pipe', 'pipe', 'pipe'],
      });
    } catch (error) {
      this.#refuse((error as NodeJS.ErrnoException).code ?? String(error).slice(0, 200));
      return;
    }
    this.#tool = tool;
    tool.on('error', (error: NodeJS.ErrnoException) => {
      if (tool.pid === undefined) this.#refuse(error.code ?? 'UNKNOWN');
    });
    const { pid } = tool;
    if (pid === undefined) return;
    this.#note({ state: 'running', processId: pid });
    if (keepAt !== null) {
      remove(claimedPath(keepAt));
      this.#heartbeat = setInterval(() => {
        touch(recordPath(keepAt));
        const heard = this.#stdout.seen + this.#stderr.seen;
        if (heard !== this.#heard) mark(heardPath(keepAt));
        this.#heard = heard;
      }, heartbeatMs);
    }
    this.#channel.tell({ event: 'started', processId: pid });
    this.#attend(tool, order.inputBytes !== null);
  }

  #attend(tool: ChildProcess, wholeInput: boolean): void {
    tool.stdin?.on('error', quiet);
    for (const piece of this.#input) if (piece.length > 0) tool.stdin?.write(piece);
    this.#input = [];
    const end = (): void => {
      tool.stdin?.end();
    };
    if (wholeInput || this.#inputOver) end();
    else {
      process.stdin.once('end', end);
      process.stdin.once('close', end);
    }
    for (const [stream, relay] of [
      [tool.stdout, this.#stdout],
      [tool.stderr, this.#stderr],
    ] as const) {
      stream?.on('error', quiet);
      stream?.on('data', (chunk: Buffer) => {
        relay.add(chunk);
      });
    }
    let exit: { readonly code: number | null; readonly signal: string | null } | null = null;
    tool.once('exit', (code, signal) => {
      exit = { code, signal };
      setTimeout(() => {
        tool.stdout?.destroy();
        tool.stderr?.destroy();
        tool.stdin?.destroy();
      }, pipeGraceMs).unref();
    });
    tool.once('close', (code, signal) => {
      this.#ended(exit ?? { code, signal });
    });
  }

  #ended({ code, signal }: { readonly code: number | null; readonly signal: string | null }): void {
    const secrets = this.#secrets ?? [];
    const [stdout, stderr] = [this.#stdout.written(secrets), this.#stderr.written(secrets)];
    clearInterval(this.#heartbeat);
    this.#note({
      state: 'ended',
      ended: new Date().toISOString(),
      exitCode: code,
      signal,
      stdout: stdout.text,
      stderr: stderr.text,
      cut: stdout.cut || stderr.cut,
    });
    this.#stdout.pump({ last: true });
    this.#stderr.pump({ last: true });
    this.#channel.tell({ event: 'ended', exitCode: code, signal });
    this.#leave();
  }

  #refuse(code: string): void {
    const keepAt = this.#order?.keepAt ?? null;
    if (code !== 'WITHDRAWN') this.#note({ state: 'refused', code });
    if (keepAt !== null) remove(claimedPath(keepAt));
    this.#channel.tell({ event: 'refused', code });
    this.#leave();
  }

  /** Throws where it cannot be written. */
  #write(record: KeptRecord): void {
    const keepAt = this.#order?.keepAt ?? null;
    if (keepAt === null) return;
    this.#record = record;
    writeWhole(recordPath(keepAt), JSON.stringify(record));
  }

  /** A full disk must not end the tool: then the result stays behind, and a later run finds it unknown. */
  #note(more: Partial<KeptRecord>): void {
    if (this.#record === null) return;
    try {
      this.#write({ ...this.#record, ...more });
    } catch {
      // dpm-prep hears of it on the channel, if it is still there.
    }
  }

  /** The keeper itself failed: a tool that was started continues, and no other tool is started. */
  survive(): void {
    if (this.#tool === null) this.#leave();
  }

  #leave(): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#heartbeat);
    process.stdin.destroy();
    this.#channel.finish();
  }
}

/** Keeps one tool until it has ended. Never ends the process itself: nothing is left that would hold it. */
export const keep = (): void => {
  // Our end would be the tool's on Windows. What should end the tool goes through dpm-prep.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const) {
    try {
      process.on(signal, quiet);
    } catch {
      // Not a signal of this system.
    }
  }
  const keeper = new Keeper();
  process.on('uncaughtException', () => {
    keeper.survive();
  });
};
