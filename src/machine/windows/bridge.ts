import * as z from 'zod';
import { cancelled, toolProblem } from '../../problem.js';
import { missingModuleFix, saysModuleIsMissing } from '../missing-module.js';
import type { Secret } from '../../secret.js';
import type { KeepAt } from '../keeper/order.js';
import type { KeptEnding } from '../keeper/results.js';
import { cleanLine } from '../output.js';
import { keeperLost, keptOutcome, runProcess, type OutputStream, type ProcessOutcome } from '../process.js';
import { ToolOutputDecoder, type CodePageHint } from '../tool-output.js';
import { MarkedLines, request } from './payload.js';
import { PromptLoop } from './prompt-loop.js';
import type { Script } from './scripts.js';
import { longestCommandLine } from './shorten.js';

export interface BridgeOptions {
  /** Absolute path of Windows PowerShell 5.1. Given by code, never taken from PATH or an environment variable. */
  readonly powershell: string;
  /** Added to PowerShell's environment. Never a secret. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Hears of a question that is asked a second time, and why. */
  readonly onSecondTry?: (line: string) => void;
}

export interface Call {
  readonly script: Script;
  readonly input: unknown;
  readonly password?: Secret;
  /** A line of a tool's output, clean. */
  readonly onLine?: (line: string) => void;
  readonly onStarted?: (processId: number) => void;
  /** Where it is written down how PowerShell ended. */
  readonly keepAt?: KeepAt;
  /** Ends PowerShell after this time. Absent: never, because what it runs changes the computer. */
  readonly timeoutMs?: number;
  /** Stops PowerShell when it has written nothing for this long, or asks the same again and again. Absent: never. */
  readonly silenceMs?: number;
  /** Ends PowerShell: for questions. */
  readonly signal?: AbortSignal;
  /** Stops waiting, PowerShell continues: for what changes the computer. */
  readonly leave?: AbortSignal;
}

/** What came back: an answer, or why there is none. */
export type Reply =
  | { readonly kind: 'answer'; readonly answer: unknown; readonly outcome: ProcessOutcome }
  | {
      readonly kind: 'error';
      readonly error: string;
      readonly outcome: ProcessOutcome;
      /** PowerShell ended, and there was no answer at all. */
      readonly unanswered?: true;
    };

const recordSchema = z.union([
  z.object({
    ok: z.literal(true),
    answer: z.unknown(),
    codePages: z.object({ oem: z.string(), ansi: z.string() }).nullable(),
  }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

/** Words of our own script (preamble.ps1), not of Windows. */
const byPolicy = "PowerShell's execution policy does not let it run";

const fixOf = (error: string): string => {
  if (saysModuleIsMissing(error)) return missingModuleFix;
  return error.includes(byPolicy)
    ? 'Run Get-ExecutionPolicy -List in PowerShell. It shows which policy applies. Allow the file there, or ask for a change of the group policy.'
    : 'Run it in an elevated prompt. If application control limits PowerShell, allow dpm-prep.';
};

const noAnswer = (outcome: ProcessOutcome, lastLine: string): string => {
  if (outcome.refusal !== null) return outcome.refusal;
  if (outcome.ending === 'lost') return keeperLost;
  if (outcome.ending === 'time-limit')
    return `no answer within ${String(Math.round(outcome.elapsedMs / 1000))} s`;
  const said = lastLine === '' ? '' : `; its last words: ${lastLine}`;
  if (outcome.ending === 'no-end') {
    const seconds = String(Math.round(outcome.elapsedMs / 1000));
    return `It may have waited for input that nobody can give here, so it was stopped after ${seconds} s${said}`;
  }
  const code = outcome.exitCode === null ? '' : ` with exit code ${String(outcome.exitCode)}`;
  return `PowerShell ended${code} without an answer${said}`;
};

/** With an explicit format, errors come as text: 5.1 otherwise writes them as XML when its command is encoded. */
const switches = ['-NoProfile', '-OutputFormat', 'Text'] as const;

const encoded = (text: string): readonly string[] => [
  '-EncodedCommand',
  Buffer.from(text, 'utf16le').toString('base64'),
];

/** Arguments of powershell.exe for a script that nobody answers. The same for every call of this script. */
export const scriptArguments = (script: Script): readonly string[] => [
  ...switches,
  '-NonInteractive',
  ...encoded(script.text),
];

/**
 * Arguments where a person answers the tool's own prompts: standard input is theirs, so the request goes along in
 * front of the script, as base64 (letters, digits, + / =) inside single quotes. It holds no secret.
 */
export const consoleArguments = (script: Script, input: unknown): readonly string[] => {
  const { line } = request(input);
  return [...switches, ...encoded(`$DpmPrepPayload = '${line}'\n${script.text}`)];
};

/** Runs our scripts through Windows PowerShell. */
export class Bridge {
  readonly #options: BridgeOptions;
  #codePages: CodePageHint = { oem: null, ansi: null };

  constructor(options: BridgeOptions) {
    this.#options = options;
  }

  /** The system's code pages, as far as a script has reported them. */
  get codePages(): CodePageHint {
    return this.#codePages;
  }

  get powershell(): string {
    return this.#options.powershell;
  }

  /** Runs a script, values on standard input, the answer from standard output. Throws only when it was cancelled. */
  async call(call: Call): Promise<Reply> {
    const { nonce, line } = request(call.input, call.password, call.script.source);
    const looping = new AbortController();
    const reader = this.#reader(nonce, call.onLine, () => {
      if (call.silenceMs !== undefined) looping.abort();
    });
    const signals = [looping.signal, ...(call.signal === undefined ? [] : [call.signal])];
    const ran = await runProcess({
      path: this.#options.powershell,
      arguments: scriptArguments(call.script),
      input: { kind: 'bytes', bytes: Buffer.from(`${line}\n`, 'latin1') },
      maxOutputBytes: 1_024,
      onOutput: reader.push,
      outlivesUs: call.timeoutMs === undefined,
      marker: nonce,
      ...(call.keepAt === undefined ? {} : { keepAt: call.keepAt }),
      ...(this.#options.environment === undefined ? {} : { environment: this.#options.environment }),
      ...(call.onStarted === undefined ? {} : { onStarted: call.onStarted }),
      ...(call.timeoutMs === undefined ? {} : { timeLimitMs: call.timeoutMs }),
      ...(call.silenceMs === undefined ? {} : { silenceMs: call.silenceMs }),
      signal: AbortSignal.any(signals),
      ...(call.leave === undefined ? {} : { leave: call.leave }),
    });
    const outcome: ProcessOutcome =
      ran.ending === 'aborted' && looping.signal.aborted ? { ...ran, ending: 'no-end' } : ran;
    if (outcome.ending === 'aborted') throw cancelled();
    return reader.end(outcome);
  }

  /** The reply to a call of an interrupted run, from what the keeper wrote down. */
  replyOf(kept: KeptEnding, onLine: (line: string) => void): Reply {
    const reader = this.#reader(kept.marker ?? '', onLine);
    reader.push(kept.stdout, 'stdout');
    reader.push(kept.stderr, 'stderr');
    return reader.end(keptOutcome(kept));
  }

  /** Takes PowerShell's output as it comes, and then has the reply. */
  #reader(
    nonce: string,
    onLine: ((line: string) => void) | undefined,
    onLoop?: () => void,
  ): {
    readonly push: (chunk: Buffer, stream: OutputStream) => void;
    readonly end: (outcome: ProcessOutcome) => Reply;
  } {
    const heard: { json: string | null } = { json: null };
    let lastLine = '';
    const loop = new PromptLoop();
    const say = (text: string): void => {
      if (text !== '') lastLine = text;
      onLine?.(text);
      if (loop.sees(text)) onLoop?.();
    };
    const onDecoded = (text: string): void => {
      // Our own empty line in front of the answer.
      if (text !== '') say(text);
    };
    const rest = new ToolOutputDecoder(onDecoded, this.#codePages);
    const errors = new ToolOutputDecoder(onDecoded, this.#codePages);
    const marked = new MarkedLines(
      nonce,
      (found) => {
        if (found.kind === 'result') heard.json = found.json;
        else say(cleanLine(found.text));
      },
      (bytes) => {
        rest.push(bytes);
      },
    );
    return {
      push: (chunk, stream) => {
        if (stream === 'stdout') marked.push(chunk);
        else errors.push(chunk);
      },
      end: (outcome) => {
        marked.end();
        rest.end();
        errors.end();
        if (heard.json === null)
          return { kind: 'error', error: noAnswer(outcome, lastLine), outcome, unanswered: true };
        return this.#read(heard.json, outcome);
      },
    };
  }

  #read(json: string, outcome: ProcessOutcome): Reply {
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch {
      return { kind: 'error', error: 'its answer is not JSON', outcome };
    }
    const record = recordSchema.safeParse(value);
    if (!record.success) return { kind: 'error', error: 'its answer has an unexpected format', outcome };
    if (!record.data.ok) return { kind: 'error', error: cleanLine(record.data.error), outcome };
    if (record.data.codePages) this.#codePages = record.data.codePages;
    return { kind: 'answer', answer: record.data.answer, outcome };
  }

  /** Of a question: PowerShell without a console ends with 0 and runs nothing, and under load that happened once. */
  async #callTwice(what: string, call: Call): Promise<Reply> {
    const first = await this.call(call);
    if (first.kind === 'answer' || first.unanswered !== true || first.outcome.exitCode !== 0) return first;
    this.#options.onSecondTry?.(`Windows is asked about ${what} a second time: ${first.error}.`);
    const second = await this.call(call);
    if (second.kind === 'answer' || second.unanswered !== true) return second;
    return { ...second, error: `${second.error}, in two tries` };
  }

  /**
   * The answer of a script in this shape, or a Problem that says what was asked and why there is none. `call` changes
   * nothing: it runs a second time where PowerShell ended well and had run nothing.
   */
  async ask<T extends z.ZodType>(what: string, shape: T, call: Call): Promise<z.output<T>> {
    const reply = await this.#callTwice(what, call);
    if (reply.kind === 'error') {
      throw toolProblem(
        `Windows gave no answer about ${what}: ${reply.error}.`.replace(/\.\.$/, '.'),
        fixOf(reply.error),
      );
    }
    const answer = shape.safeParse(reply.answer);
    if (answer.success) return answer.data;
    const issue = answer.error.issues[0];
    const where = issue === undefined ? '' : ` (${issue.path.map(String).join('.')}: ${issue.message})`;
    throw toolProblem(
      cleanLine(`The answer of Windows about ${what} has an unexpected format${where}.`),
      'Report it with the output of: dpm-prep collect',
    );
  }
}

/** True if the arguments still fit on a command line, quotes and spaces counted generously. */
export const fitsCommandLine = (program: string, args: readonly string[]): boolean =>
  [program, ...args].reduce((length, argument) => length + argument.length + 3, 0) < longestCommandLine;
