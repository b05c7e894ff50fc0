import { Buffer } from 'node:buffer';
import type { Secret } from '../../secret.js';
import source from '../../powershell/console-tool.cs';
import script from '../../powershell/run-console-tool.ps1';
import type { KeepAt } from '../keeper/order.js';
import { keeperLost, runProcess, type ProcessOutcome } from '../process.js';

/*
 * The password of SetDpmServer where nobody is there to type it. How the tool reads it is not documented: from
 * standard input, or from the console, where a pipe is ignored. So it gets a real console, hidden, with its standard
 * input on that console, and the password as typed keys. All four ways of reading it get the same keys.
 */

export interface ConsoleToolRequest {
  /** Absolute path of powershell.exe. */
  readonly powershell: string;
  /** Absolute path of the tool. */
  readonly path: string;
  readonly arguments: readonly string[];
  /** Working folder of the tool, absolute. */
  readonly folder: string;
  readonly password: Secret;
  /** The password is typed at most so often. */
  readonly maxAnswers: number;
  /** A tool that prints nothing for this long is stopped. */
  readonly silenceMs: number;
  /** The tool exists; its process id. */
  readonly onStarted?: (processId: number) => void;
  /** Where it is written down how this PowerShell ended. */
  readonly keepAt?: KeepAt;
  /** Stops waiting for the tool; it continues (`left`). */
  readonly leave?: AbortSignal;
}

export interface ConsoleToolOutcome {
  readonly ending: 'ended' | 'no-end' | 'left' | 'refused';
  /** Null where it was not started. */
  readonly processId: number | null;
  readonly exitCode: number | null;
  /** How often the password was typed. */
  readonly answers: number;
  /** The last thing that it asked was a choice such as (Y/N), which no password answers. */
  readonly askedChoice: boolean;
  /** What it wrote on standard output and standard error, as bytes; at most the last 262,144. */
  readonly output: Buffer;
  /** Code page of its console. */
  readonly codePage: number;
  /** Rows that it wrote on the console itself, past its standard output. */
  readonly screen: readonly string[];
  /** Why it was not started, or did not come to its end; a whole sentence. */
  readonly error: string | null;
}

const attended =
  'Run it where a person can type the password: without --yes, in a terminal, on this computer.';

/** Milliseconds. Text without a line end and then so long nothing is a question; see console-tool.cs. */
const quiet = { withoutEcho: 700, withEcho: 3_000 };

const line = (text: string): string => `${Buffer.from(text, 'utf8').toString('base64')}\n`;

/** What run-console-tool.ps1 reads, in its order. */
const standardInput = (request: ConsoleToolRequest): Buffer =>
  Buffer.from(
    [
      source,
      request.path,
      request.folder,
      String(request.maxAnswers),
      String(request.silenceMs),
      String(quiet.withoutEcho),
      String(quiet.withEcho),
      request.password.reveal(),
      String(request.arguments.length),
      ...request.arguments,
    ]
      .map(line)
      .join(''),
    'latin1',
  );

/** The values that the script wrote so far: complete lines only. */
const valuesIn = (text: string): ReadonlyMap<string, Buffer> =>
  new Map(
    [...text.matchAll(/^dpm-prep:([a-z-]{1,20}):([A-Za-z0-9+/=]*)\r?\n/gm)].map(
      ([, name = '', value = '']) => [name, Buffer.from(value, 'base64')],
    ),
  );

const refused = (error: string): ConsoleToolOutcome => ({
  ending: 'refused',
  processId: null,
  exitCode: null,
  answers: 0,
  askedChoice: false,
  output: Buffer.alloc(0),
  codePage: 0,
  screen: [],
  error,
});

/** Takes the answer of run-console-tool.ps1 apart. Whatever is missing in it is an error, never a success. */
export const consoleToolOutcome = (
  stdout: string,
  powershell: Pick<ProcessOutcome, 'ending' | 'exitCode' | 'refusal'>,
): ConsoleToolOutcome => {
  const values = valuesIn(stdout);
  const text = (name: string): string => values.get(name)?.toString('utf8') ?? '';
  const started = values.get('started')?.toString('utf8');
  const processId = started === undefined ? null : Number(started);
  if (powershell.ending === 'left') return { ...refused(''), ending: 'left', processId, error: null };
  if (powershell.refusal !== null) return refused(powershell.refusal);
  if (powershell.ending === 'lost') return { ...refused(keeperLost), ending: 'ended', processId };
  if (values.has('constrained')) {
    return refused(
      `PowerShell runs in constrained language mode here (application control); the password cannot be typed for the tool. ${attended}`,
    );
  }
  if (values.has('no-add-type')) {
    return refused(
      `Add-Type fails here (${text('no-add-type')}); the password cannot be typed for the tool. ${attended}`,
    );
  }
  const ending = text('ending');
  if (!values.has('end') || (ending !== 'ended' && ending !== 'no-end' && ending !== 'refused')) {
    return {
      ...refused(
        `PowerShell ended (exit code ${powershell.exitCode ?? 'none'}) before it reported the result of the tool. ${processId === null ? attended : 'The tool was started and may still be running.'}`,
      ),
      ending: processId === null ? 'refused' : 'no-end',
      processId,
    };
  }
  const screen = text('screen');
  const error = text('error');
  return {
    ending,
    processId,
    exitCode: ending === 'ended' ? Number(text('exit-code')) : null,
    answers: Number(text('answers')),
    askedChoice: text('asked-choice') === 'True',
    output: values.get('output') ?? Buffer.alloc(0),
    codePage: Number(text('code-page')),
    screen: screen === '' ? [] : screen.split('\n'),
    error: error !== '' ? error : ending === 'no-end' ? whyNoEnd(values) : null,
  };
};

const whyNoEnd = (values: ReadonlyMap<string, Buffer>): string => {
  const answers = Number(values.get('answers')?.toString('utf8'));
  const asked =
    values.get('asked-choice')?.toString('utf8') === 'True'
      ? 'It asked something that a password does not answer'
      : answers === 0
        ? 'It asked for no password'
        : `The password was typed ${answers === 1 ? 'once' : `${answers} times`}`;
  return `${asked}, then it printed nothing until the time limit, and was stopped. ${attended}`;
};

/** PowerShell on a hidden console of its own, the script as its argument, every value on its standard input. */
export const powershellArguments = (text: string): readonly string[] => [
  ...['-NoProfile', '-NonInteractive', '-EncodedCommand'],
  Buffer.from(text, 'utf16le').toString('base64'),
];

/** Runs a tool that asks for a password, unattended. Never throws for what the tool does. The keeper gives it its console. */
export const runOnConsole = async (request: ConsoleToolRequest): Promise<ConsoleToolOutcome> => {
  let heard = '';
  let told = false;
  const outcome = await runProcess({
    path: request.powershell,
    arguments: powershellArguments(script),
    input: { kind: 'bytes', bytes: standardInput(request) },
    folder: request.folder,
    outlivesUs: true,
    ...(request.keepAt === undefined ? {} : { keepAt: request.keepAt }),
    ...(request.leave === undefined ? {} : { leave: request.leave }),
    onOutput: (chunk, stream) => {
      if (stream !== 'stdout') return;
      heard = (heard + chunk.toString('latin1')).slice(-1_000_000);
      const started = told ? undefined : valuesIn(heard).get('started');
      if (started === undefined) return;
      told = true;
      request.onStarted?.(Number(started.toString('utf8')));
    },
  });
  return consoleToolOutcome(heard, outcome);
};
