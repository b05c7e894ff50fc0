import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { askedPath, claimedPath, recordPath } from '../../../src/machine/keeper/record.js';
import type { ProcessOutcome, ProcessRequest } from '../../../src/machine/process.js';
import { practiceToolFlag } from '../../../src/rehearsal/running.js';
import { playTool, type ToolProcess } from '../../../src/rehearsal/tool.js';

/*
 * Practice tools without processes. What a keeper leaves on the disk is left here too, so that an interrupted run
 * finds what it would find.
 */

/** No process has it: what is said to run under it has ended. */
export const deadProcess = 99_999_999;

/** Moments at which the power may go, or somebody may do something. */
export type Moment = 'asked' | 'begun' | 'ended';

export const listening: { at: (moment: Moment, tool: string) => void } = { at: () => undefined };

/** The tools that began to work, in their order; whoever asks empties it before. */
export const begun: string[] = [];

class Died extends Error {}
class Waits extends Error {}

/** Stands for `runProcess`: the practice tool is played in this process. */
export const playProcess = async (request: ProcessRequest): Promise<ProcessOutcome> => {
  const words = request.arguments.slice(request.arguments.indexOf(practiceToolFlag) + 1);
  const tool = words[2]?.split('\\').at(-1) ?? '';
  const { input, keepAt } = request;
  const output: Buffer[] = [];
  const record = (more: Record<string, unknown>): void => {
    if (keepAt === undefined) return;
    const whole = {
      v: 1,
      ...keepAt.about,
      tool: request.path,
      keeper: { processId: deadProcess, host: hostname(), uptime: 0, start: null },
      state: 'running',
      started: new Date().toISOString(),
      processId: deadProcess,
      ended: null,
      exitCode: null,
      signal: null,
      code: null,
      marker: null,
      stdout: Buffer.concat(output).toString('base64'),
      stderr: '',
      cut: false,
      ...more,
    };
    writeFileSync(recordPath(keepAt), JSON.stringify(whole), { mode: 0o600 });
  };
  if (keepAt !== undefined) {
    mkdirSync(keepAt.folder, { recursive: true, mode: 0o700 });
    writeFileSync(askedPath(keepAt), JSON.stringify({ v: 1, ...keepAt.about, tool: request.path }));
  }
  listening.at('asked', tool);
  if (keepAt !== undefined && existsSync(askedPath(keepAt)))
    renameSync(askedPath(keepAt), claimedPath(keepAt));
  record({});
  request.onStarted?.(deadProcess);
  begun.push(tool);
  listening.at('begun', tool);

  const lines: string[] = [];
  const given = input.kind === 'bytes' ? Buffer.from(input.bytes).toString('utf8') : '';
  const own: ToolProcess = {
    id: deadProcess,
    isTerminal: false,
    write: (text) => {
      const chunk = Buffer.from(text as string);
      output.push(chunk);
      request.onOutput?.(chunk, 'stdout');
      if (input.kind !== 'dialogue') return;
      input.answer(chunk, 'stdout', {
        write: (typed) =>
          lines.push(
            ...Buffer.from(typed as string)
              .toString('utf8')
              .split('\n')
              .slice(0, -1),
          ),
        end: () => undefined,
      });
    },
    flush: async () => Promise.resolve(),
    readLine: async () => {
      if (input.kind === 'none') return Promise.resolve(null);
      const line = lines.shift();
      if (line === undefined) throw new Waits();
      return Promise.resolve(line);
    },
    readAll: () => given,
    die: () => {
      throw new Died();
    },
    waitForEver: async () => Promise.reject(new Waits()),
  };
  const outcome = { exitCode: null as number | null, signal: null as string | null, waits: false };
  try {
    // Outside Windows an exit code has eight bits.
    outcome.exitCode = (await playTool(words, own)) & 255;
  } catch (error) {
    if (error instanceof Died) outcome.signal = 'SIGKILL';
    else if (error instanceof Waits) {
      outcome.signal = 'SIGTERM';
      outcome.waits = true;
    } else throw error;
  }
  const { exitCode, signal } = outcome;
  record({ state: 'ended', ended: new Date().toISOString(), exitCode, signal });
  listening.at('ended', tool);
  return {
    ending: outcome.waits ? 'no-end' : 'ended',
    exitCode,
    signal,
    processId: deadProcess,
    stdout: Buffer.concat(output),
    stderr: Buffer.alloc(0),
    outputCut: false,
    elapsedMs: 1,
    refusal: null,
  };
};
