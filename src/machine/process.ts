import { isAbsolute } from 'node:path';
import { Socket } from 'node:net';
import { execa, type Options } from 'execa';
import { startKept, type KeptEnd, type KeptTool } from './keeper/client.js';
import type { KeepAt } from './keeper/order.js';
import type { KeptEnding } from './keeper/results.js';
import { Tail } from './keeper/tail.js';

/*
 * Starts every program. Ctrl-C and our own death: a terminal sends Ctrl-C to every process of its foreground group, and on
 * Windows to every process of the console. A request with `outlivesUs` is kept out of that: a keeper (keeper/) starts the
 * program, and neither Ctrl-C nor a closing terminal nor our death reaches it. Such a process is never ended by us, unless
 * it waits for input for ever (`silenceMs`). How it ended is written down where `keepAt` says.
 *
 * With the console inherited the tool gets the same Ctrl-C as we do: it is the tool's own prompt that the person
 * answers, and the tool decides what Ctrl-C means there. It has no keeper.
 *
 * Windows consoles. `windowsHide` gives a child whose streams are pipes a hidden console of its own: no window flashes
 * up, Ctrl-C of our console does not reach it. A tool that reads a password from its console, not from standard input,
 * waits there for ever: that is what `silenceMs` is for. Where a stream is inherited Windows' own console is used and
 * nothing is hidden. `detached` gives no console at all, and PowerShell then ends with 0 having run nothing.
 */

export type OutputStream = 'stdout' | 'stderr';

/** Writes to the child's standard input, or ends it. After the child closed it both do nothing. */
export interface Reply {
  write(text: string | Uint8Array): void;
  end(): void;
}

export type ProcessInput =
  /** Standard input is empty and ended: a tool that asks reads an end. */
  | { readonly kind: 'none' }
  /** These bytes, then the end. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Answer when asked: every piece of output is handed over, and may be answered. */
  | {
      readonly kind: 'dialogue';
      readonly answer: (chunk: Buffer, stream: OutputStream, reply: Reply) => void;
    }
  /** All three streams are ours: a person answers the tool's own prompts. Nothing is collected. */
  | { readonly kind: 'console' };

export interface ProcessRequest {
  /** Absolute path of the program; on Windows of an .exe or .com (a .bat or .cmd would need a shell). */
  readonly path: string;
  readonly arguments: readonly string[];
  readonly input: ProcessInput;
  /** Working folder, absolute. */
  readonly folder?: string;
  /** Added to the environment, after ours is scrubbed. Never a secret. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Kept of each output stream: the last so many bytes. */
  readonly maxOutputBytes?: number;
  readonly onOutput?: (chunk: Buffer, stream: OutputStream) => void;
  /** The process exists. Called before anything of it can be heard. */
  readonly onStarted?: (processId: number) => void;
  /** Ends the process after this time: for probes only, never for what changes the computer. */
  readonly timeLimitMs?: number;
  /** Ends the process when it has printed nothing for this time: for tools that may wait for input. */
  readonly silenceMs?: number;
  /** Ends the process when aborted. Given only where a cut does no harm. */
  readonly signal?: AbortSignal;
  /** Stops waiting for the process when aborted; the process continues (`left`). Give `outlivesUs` too. A process that
   *  has the console heard the same Ctrl-C: it gets a moment to end (`interrupted`). */
  readonly leave?: AbortSignal;
  /** Continues when our program is interrupted or dies. */
  readonly outlivesUs?: boolean;
  /** With `outlivesUs`: where its keeper writes how it ended. Absent: nowhere. */
  readonly keepAt?: KeepAt;
  /** With `keepAt`: what lines of our own begin with in its output. */
  readonly marker?: string;
}

export interface ProcessOutcome {
  /** `no-end`: silent for `silenceMs`. `left`: it still runs. `refused`: not started, see `refusal`.
   *  `lost`: its keeper was ended before it, so what becomes of it is not known.
   *  `interrupted`: it had the console, and the person's Ctrl-C ended it. */
  readonly ending:
    'ended' | 'no-end' | 'time-limit' | 'aborted' | 'left' | 'lost' | 'refused' | 'interrupted';
  /** Null where a signal or we ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly processId: number | null;
  /** The last `maxOutputBytes` bytes of each stream, in order. */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** True where an output was longer than what was kept. */
  readonly outputCut: boolean;
  readonly elapsedMs: number;
  /** Why it was not started: a sentence without arguments or input. */
  readonly refusal: string | null;
}

/**
 * Our environment as a child may see it: without DPM_PREP_* (a password may be there), NODE_DEBUG (which makes programs
 * print what they should not) and PSModulePath (that of a PowerShell 7 window, with which Windows PowerShell cannot load
 * its own modules; without it, it makes its own).
 */
export const childEnvironment = (
  ours: NodeJS.ProcessEnv,
  added: Readonly<Record<string, string>> = {},
): Record<string, string> => {
  const kept = Object.entries(ours).filter(
    ([name, value]) => value !== undefined && !/^(?:DPM_PREP_.*|NODE_DEBUG|PSModulePath)$/i.test(name),
  );
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...added };
};

const windowsProgram = /\.(?:exe|com)$/i;

const refusalOf = (request: ProcessRequest, platform: NodeJS.Platform): string | null => {
  const { path } = request;
  if (path.includes('\0') || request.arguments.some((argument) => argument.includes('\0'))) {
    return 'A path or an argument contains a NUL character.';
  }
  if (!isAbsolute(path)) return `"${path}" is not an absolute path. dpm-prep starts only absolute paths.`;
  if (platform === 'win32' && !windowsProgram.test(path)) {
    return `"${path}" is not an .exe or .com file. Anything else would need a shell.`;
  }
  if (request.folder !== undefined && !isAbsolute(request.folder)) {
    return `The working folder "${request.folder}" is not an absolute path.`;
  }
  return null;
};

const notStarted: Record<string, string> = {
  ENOENT: 'the file or its working folder does not exist',
  EACCES: 'the system does not let it run (no permission, or it is not a program)',
  EPERM: 'the system does not let it run',
  ENOEXEC: 'it is not a program for this system',
  UNKNOWN: 'it is not a program for this system',
  E2BIG: 'its arguments are too long',
  ENAMETOOLONG: 'its arguments are too long',
};

const emptyOutcome = (begun: number): ProcessOutcome => ({
  ending: 'ended',
  exitCode: null,
  signal: null,
  processId: null,
  stdout: Buffer.alloc(0),
  stderr: Buffer.alloc(0),
  outputCut: false,
  elapsedMs: performance.now() - begun,
  refusal: null,
});

/** The outcome of a process that ended after the keeper was gone. */
export const keptOutcome = (kept: KeptEnding): ProcessOutcome => ({
  ending: 'ended',
  exitCode: kept.exitCode,
  signal: kept.signal,
  processId: null,
  stdout: kept.stdout,
  stderr: kept.stderr,
  outputCut: false,
  elapsedMs: kept.ended.getTime() - kept.started.getTime(),
  refusal: null,
});

/** What `lost` means, for a person. */
export const keeperLost = 'the dpm-prep process that watched it was stopped, so its result is unknown';

const refused = (sentence: string, begun: number): ProcessOutcome => ({
  ...emptyOutcome(begun),
  ending: 'refused',
  refusal: sentence,
});

/** A program may hand its pipes to another one that outlives it: wait for those no longer than this. */
const pipeGraceMs = 1_000;
/** A tool that has the console heard our Ctrl-C too: wait this long for it before it counts as still running. */
const consoleGraceMs = 2_000;
/** How a program ends that Ctrl-C ended: STATUS_CONTROL_C_EXIT on Windows, elsewhere a signal, or the shell's 128 + 2. */
const endedByCtrlC = ({
  code,
  signal,
}: {
  readonly code: number | null;
  readonly signal: string | null;
}): boolean => (process.platform === 'win32' ? code === 0xc000013a : signal === 'SIGINT' || code === 130);
/** Asked to end; after this, made to end. */
const killGraceMs = 2_000;

interface Listener {
  readonly onStarted: (processId: number) => void;
  readonly onOutput: (chunk: Buffer, stream: OutputStream) => void;
}

type End = KeptEnd;

const startDirectly = (request: ProcessRequest, listener: Listener): KeptTool => {
  const { input } = request;
  const onConsole = input.kind === 'console';
  const options = {
    ...(request.folder === undefined ? {} : { cwd: request.folder }),
    env: childEnvironment(process.env, request.environment),
    extendEnv: false,
    shell: false,
    preferLocal: false,
    stdin: onConsole ? 'inherit' : input.kind === 'none' ? 'ignore' : 'pipe',
    stdout: onConsole ? 'inherit' : 'pipe',
    stderr: onConsole ? 'inherit' : 'pipe',
    encoding: 'buffer',
    buffer: false,
    reject: false,
    // Its debug output would show the arguments.
    verbose: 'none',
    windowsHide: !onConsole,
    cleanup: request.outlivesUs !== true,
    stripFinalNewline: false,
  } satisfies Options;
  const child = execa(request.path, request.arguments, options);
  const whole = child.then(
    (result) => result,
    () => null,
  );
  const { stdin } = child;
  const run = async (): Promise<End> => {
    if (child.pid === undefined) return { kind: 'refused', code: (await whole)?.code ?? 'UNKNOWN' };
    const exit = new Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>(
      (resolve) => {
        child.once('exit', (code, signal) => {
          resolve({ code, signal });
        });
      },
    );
    listener.onStarted(child.pid);
    // A child that closes its standard input early makes our writing fail; what it did decides, not that.
    stdin?.on('error', () => undefined);
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.on('error', () => undefined);
      child[stream]?.on('data', (chunk: Buffer) => {
        listener.onOutput(chunk, stream);
      });
    }
    const { code, signal } = await exit;
    const grace = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      stdin?.destroy();
    }, pipeGraceMs);
    await whole;
    clearTimeout(grace);
    return { kind: 'ended', code, signal };
  };
  return {
    end: run(),
    write: (bytes) => {
      if (stdin?.writable === true) stdin.write(bytes);
    },
    endInput: () => {
      stdin?.end();
    },
    kill: (signal) => {
      child.kill(signal);
    },
    leave: () => {
      // It must not keep our program alive; its pipes stay open as long as we live, so that it can still print.
      child.unref();
      for (const pipe of [child.stdin, child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.unref();
    },
  };
};

const inputBytesOf = (input: ProcessInput): number | null => {
  if (input.kind === 'bytes') return input.bytes.byteLength;
  return input.kind === 'none' ? 0 : null;
};

const start = async (request: ProcessRequest, listener: Listener): Promise<KeptTool> => {
  const { input, path, arguments: words, folder, environment } = request;
  if (request.outlivesUs !== true || input.kind === 'console') return startDirectly(request, listener);
  return startKept(
    {
      path,
      arguments: words,
      folder: folder ?? process.cwd(),
      environment: environment ?? {},
      inputBytes: inputBytesOf(input),
      marker: request.marker ?? null,
      keepAt: request.keepAt ?? null,
    },
    childEnvironment(process.env),
    listener,
  );
};

/**
 * Starts a program: absolute path, argument array, never a shell. Whatever comes of it is in the outcome; only a bug in
 * a callback is thrown. Nothing of arguments or standard input is in the outcome but what the program printed itself.
 */
export const runProcess = async (request: ProcessRequest): Promise<ProcessOutcome> => {
  const begun = performance.now();
  const refusal = refusalOf(request, process.platform);
  if (refusal !== null) return refused(refusal, begun);
  if (request.signal?.aborted || request.leave?.aborted)
    return { ...refused('Cancelled.', begun), ending: 'aborted' };

  const { input } = request;
  const max = request.maxOutputBytes ?? 1_048_576;
  const tails = { stdout: new Tail(max), stderr: new Tail(max) };
  const state: { ending: ProcessOutcome['ending']; bug: Error | null; processId: number | null } = {
    ending: 'ended',
    bug: null,
    processId: null,
  };
  const timers: {
    forced?: NodeJS.Timeout;
    silence?: NodeJS.Timeout;
    limit?: NodeJS.Timeout;
    grace?: NodeJS.Timeout;
  } = {};
  const held: { tool?: KeptTool } = {};

  const stop = (why: ProcessOutcome['ending']): void => {
    if (state.ending !== 'ended') return;
    state.ending = why;
    held.tool?.kill('SIGTERM');
    timers.forced = setTimeout(() => {
      held.tool?.kill('SIGKILL');
    }, killGraceMs);
  };
  const listenAgain = (): void => {
    if (request.silenceMs === undefined) return;
    if (timers.silence) timers.silence.refresh();
    else
      timers.silence = setTimeout(() => {
        stop('no-end');
      }, request.silenceMs);
  };
  const careful = (callback: () => void): void => {
    try {
      callback();
    } catch (error) {
      state.bug ??= error instanceof Error ? error : new Error(String(error));
      stop('aborted');
    }
  };
  const reply: Reply = {
    write: (text) => held.tool?.write(text),
    end: () => held.tool?.endInput(),
  };
  const tool = await start(request, {
    onStarted: (processId) => {
      state.processId = processId;
      if (request.timeLimitMs !== undefined) {
        timers.limit = setTimeout(() => {
          stop('time-limit');
        }, request.timeLimitMs);
      }
      listenAgain();
      careful(() => request.onStarted?.(processId));
    },
    onOutput: (chunk, stream) => {
      listenAgain();
      tails[stream].add(chunk);
      careful(() => {
        request.onOutput?.(chunk, stream);
        if (input.kind === 'dialogue') input.answer(chunk, stream, reply);
      });
    },
  });
  held.tool = tool;
  // A fault of a callback that was called before there was anything to end.
  if (state.bug !== null) tool.kill('SIGTERM');
  if (input.kind === 'bytes') tool.write(Buffer.from(input.bytes));
  if (input.kind === 'bytes' || input.kind === 'none') tool.endInput();

  const over = new AbortController();
  const once = { once: true, signal: over.signal } as const;
  const onAbort = (): void => {
    stop('aborted');
  };
  request.signal?.addEventListener('abort', onAbort, once);
  const left = new Promise<'left'>((resolve) => {
    const leaveNow = (): void => {
      if (state.ending === 'ended') state.ending = 'left';
      tool.leave();
      resolve('left');
    };
    const onLeave = (): void => {
      if (input.kind === 'console') timers.grace = setTimeout(leaveNow, consoleGraceMs);
      else leaveNow();
    };
    request.leave?.addEventListener('abort', onLeave, once);
    if (request.leave?.aborted) onLeave();
  });
  if (request.signal?.aborted) onAbort();
  const end = await Promise.race([tool.end, left]);
  over.abort();
  for (const timer of Object.values(timers)) clearTimeout(timer);

  const { processId } = state;
  if (state.bug !== null) throw state.bug;
  if (end === 'left' || state.ending === 'left') return { ...emptyOutcome(begun), ending: 'left', processId };
  if (end.kind === 'unrecorded') {
    return refused(
      `The folder ${end.folder} cannot be written (${end.code}). The tool was not started, because every change must leave a record.`,
      begun,
    );
  }
  if (end.kind === 'refused') {
    const why = notStarted[end.code] ?? `the system says ${end.code}`;
    return refused(`${request.path} could not be started: ${why}.`, begun);
  }
  const interrupted =
    input.kind === 'console' &&
    end.kind === 'ended' &&
    (request.leave?.aborted === true || endedByCtrlC(end));
  const ending = end.kind === 'lost' ? 'lost' : interrupted ? 'interrupted' : state.ending;
  return {
    ending,
    exitCode: end.kind === 'ended' && ending === 'ended' ? end.code : null,
    signal: end.kind === 'ended' ? end.signal : null,
    processId,
    stdout: tails.stdout.take(),
    stderr: tails.stderr.take(),
    outputCut: tails.stdout.cut || tails.stderr.cut,
    elapsedMs: performance.now() - begun,
    refusal: null,
  };
};
