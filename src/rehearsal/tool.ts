import { randomUUID } from 'node:crypto';
import { readFileSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { DpmError, Refusal } from './errors.js';
import { misbehaviourOf, type Misbehaviour } from './faults.js';
import { appendLog } from './log.js';
import { forgetProcess, recordProcess } from './running.js';
import { readWorld } from './store.js';
import type { ScriptInput, ToolContext } from './tools/context.js';
import { bind, typedParameters } from './tools/bind.js';
import { practiceToolNamed } from './tools/index.js';

/*
 * A practice tool is this program, started again with a hidden first argument: a real child process with real
 * arguments, real standard input and a real exit code.
 */

/** What a practice tool has of the process that it is. The tests play it without one. */
export interface ToolProcess {
  readonly id: number;
  readonly isTerminal: boolean;
  write(text: string | Buffer): void;
  /** Resolves when everything that was written is out. */
  flush(): Promise<void>;
  /** One line of standard input; null at its end. */
  readLine(): Promise<string | null>;
  /** All of standard input, as text. */
  readAll(): string;
  /** Ends it here and now. */
  die(): void;
  waitForEver(): Promise<never>;
}

const write = (text: string | Buffer): void => {
  process.stdout.write(text);
};

/** 64 KB of what no terminal should get: a title, and a byte that is in no UTF-8 text. */
const flood = Buffer.alloc(65_536, Buffer.from('\u001b]0;x\u0007x\xff', 'latin1'));

let buffered = '';

/** One line of standard input, byte by byte so that nothing of the next is lost. Null at its end. */
const readLine = (): string | null => {
  for (;;) {
    const at = buffered.indexOf('\n');
    if (at !== -1) {
      const line = buffered.slice(0, at).replace(/\r$/, '');
      buffered = buffered.slice(at + 1);
      return line;
    }
    const chunk = Buffer.alloc(4_096);
    let count = 0;
    try {
      count = readSync(0, chunk, 0, chunk.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
        continue;
      }
      if (code !== 'EOF') throw error;
    }
    if (count === 0) {
      const rest = buffered;
      buffered = '';
      return rest === '' ? null : rest;
    }
    buffered += chunk.subarray(0, count).toString('utf8');
  }
};

/** Ends this tool as Ctrl-C ends a program that has no handler of its own. */
const dieOfCtrlC = (): void => {
  if (process.platform === 'win32') process.exit(0xc000013a);
  process.kill(process.pid, 'SIGINT');
};

/** On a terminal the keys are not shown, as Microsoft's tools do it. */
const askOnTerminal = async (): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    const { stdin } = process;
    stdin.setRawMode(true);
    stdin.resume();
    stdin.setEncoding('utf8');
    const onData = (keys: string): void => {
      for (const key of keys) {
        if (key === '\r' || key === '\n') {
          stdin.setRawMode(false);
          stdin.pause();
          stdin.off('data', onData);
          write('\n');
          resolve(text);
          return;
        }
        if (key === '\u0003') {
          stdin.setRawMode(false);
          write('^C\n');
          dieOfCtrlC();
          return;
        }
        text = key === '\u007f' || key === '\b' ? text.slice(0, -1) : text + key;
      }
    };
    stdin.on('data', onData);
  });

const askSecret = async (own: ToolProcess, question: string): Promise<string> => {
  own.write(question);
  if (own.isTerminal) return askOnTerminal();
  const line = await own.readLine();
  if (line === null) throw new Refusal('There is no input.');
  own.write('\n');
  return line;
};

const askOpenly = async (own: ToolProcess, question: string): Promise<string> => {
  own.write(question);
  const line = await own.readLine();
  if (line === null) throw new Refusal('There is no input.');
  return line;
};

const inputSchema = z.object({
  parameters: z.record(z.string(), z.string()),
  password: z.string().nullable(),
});

/** A person types `-Name value` behind the tool; dpm-prep hands JSON over, encoded where the console is the person's. */
const scriptInput = (own: ToolProcess, name: string, args: readonly string[]): ScriptInput => {
  const [first, second = ''] = args;
  if (first !== undefined && first !== '--console') {
    return { parameters: bind(name, typedParameters(name, args)), password: null };
  }
  const text = first === '--console' ? Buffer.from(second, 'base64').toString('utf8') : own.readAll();
  const { parameters, password } = inputSchema.parse(JSON.parse(text));
  return { parameters: bind(name, parameters), password };
};

/** What goes into the log: never a password, and of long texts only their length. */
const logged = (values: readonly string[]): string[] =>
  values.map((value) => (value.length > 300 ? `(${String(value.length)} characters)` : value));

const waitForEver = async (): Promise<never> => {
  for (;;) await sleep(60_000);
};

/** The process that this is. */
const thisProcess: ToolProcess = {
  id: process.pid,
  get isTerminal() {
    return process.stdin.isTTY;
  },
  write,
  flush: async () =>
    new Promise((resolve) => {
      process.stdout.write('\n', () => {
        resolve();
      });
    }),
  readLine: async () => Promise.resolve(readLine()),
  readAll: () => readFileSync(0, 'utf8'),
  die: () => {
    process.kill(process.pid, 'SIGKILL');
  },
  waitForEver,
};

const misbehaveBefore = async (own: ToolProcess, how: Misbehaviour | null): Promise<number | null> => {
  switch (how) {
    case 'exit-0-does-nothing':
      return 0;
    case 'hangs':
      return own.waitForEver();
    case 'unexpected-question':
      own.write('Are you quite sure (yes/no)? ');
      return own.waitForEver();
    case 'success-text-but-fails':
      own.write('Configuration completed successfully!!!\n');
      return 1;
    case 'slow':
      await sleep(3_000);
      return null;
    case 'floods':
      for (let part = 0; part < 1_600; part += 1) own.write(flood);
      // All of it must be out before the tool waits for its input, which stops everything else.
      await own.flush();
      return null;
    case 'crashes':
    case 'exit-1-does-it':
    case 'restart-needed':
    case null:
      return null;
  }
};

const exitCodeOf = (how: Misbehaviour | null, code: number): number => {
  if (code !== 0) return code;
  if (how === 'exit-1-does-it') return 1;
  return how === 'restart-needed' ? 3010 : 0;
};

/** `--practice-tool <world> <machine> <tool> …`: plays one of Microsoft's tools. Returns its exit code. */
export const practiceTool = async (argv: readonly string[]): Promise<number> => {
  // The starter may be gone: then nobody reads what we print, and the work continues.
  process.stdout.on('error', () => undefined);
  return playTool(argv, thisProcess);
};

/** The same, in a process that is told of. */
export const playTool = async (argv: readonly string[], own: ToolProcess): Promise<number> => {
  const [folder = '', machine = '', path = '', ...rest] = argv;
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const world = readWorld(folder);
  const computer = world.computers.find(({ id }) => id === machine);
  const load = practiceToolNamed(name);
  if (!load || !computer) {
    own.write(`There is no practice tool ${name} on ${machine}.\n`);
    return 1;
  }
  const tool = await load();
  const run = randomUUID();
  const did: string[] = [];
  const errors: number[] = [];
  const at = (): string => new Date().toISOString();
  recordProcess(folder, machine, path, own.id);
  let script: ScriptInput | null = null;
  let exit: number;
  const started = (args: readonly string[]): void => {
    appendLog(folder, {
      event: 'started',
      run,
      at: at(),
      machine,
      tool: name,
      arguments: logged(args),
      processId: own.id,
    });
  };
  try {
    try {
      script = tool.kind === 'script' ? scriptInput(own, name, rest) : null;
    } finally {
      started(script ? Object.entries(script.parameters).flat() : tool.kind === 'script' ? [] : rest);
    }
    const misbehaviour = tool.fault === null ? null : misbehaviourOf(world.faults, tool.fault, machine);
    const context: ToolContext = {
      folder,
      world,
      computer,
      behaviour: world.behaviour,
      path,
      arguments: rest,
      print: (line) => {
        own.write(`${line}\n`);
      },
      ask: async (question) => askOpenly(own, question),
      askSecret: async (question) => askSecret(own, question),
      checkpoint: () => {
        if (misbehaviour === 'crashes') own.die();
      },
      did: (what) => did.push(what),
    };
    const early = await misbehaveBefore(own, misbehaviour);
    const played = async (): Promise<number> => {
      const code = await (tool.kind === 'program'
        ? tool.run(context)
        : tool.run(context, script ?? { parameters: {}, password: null }));
      // A tool whose work is one act has no middle: it dies when that is done, before anyone hears of it.
      context.checkpoint();
      return code;
    };
    exit = early ?? exitCodeOf(misbehaviour, await played());
  } catch (error) {
    if (!(error instanceof DpmError) && !(error instanceof Refusal)) throw error;
    if (error instanceof DpmError) errors.push(error.id);
    own.write(
      error instanceof DpmError ? `Error ID: ${String(error.id)}. ${error.message}\n` : `${error.message}\n`,
    );
    exit = world.behaviour.exitCodes.configureFailed;
  }
  appendLog(folder, { event: 'ended', run, at: at(), machine, tool: name, exitCode: exit, did, errors });
  forgetProcess(folder, own.id);
  return exit;
};
