import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, win32 } from 'node:path';
import { acts } from '../machine/acts.js';
import {
  clearOldCopies,
  copyFolderName,
  NotTheFile,
  readChecked,
  withCopy,
} from '../machine/checked-file.js';
import type {
  CmdletCommand,
  Command,
  CopyFileCommand,
  ProgramCommand,
  ScriptCommand,
  Value,
} from '../machine/command.js';
import type { CommandResult, Machine, PerformOptions } from '../machine/machine.js';
import { LastLines } from '../machine/output.js';
import { ToolOutputDecoder } from '../machine/tool-output.js';
import type { KeptEnding } from '../machine/keeper/results.js';
import {
  keeperLost,
  keptOutcome,
  runProcess,
  type ProcessInput,
  type ProcessOutcome,
  type Reply,
} from '../machine/process.js';
import { questions, type Answer, type QuestionInput, type QuestionName } from '../machine/questions.js';
import { refuseInterrupted } from '../machine/interrupted.js';
import type { Answerer } from './answers/answer.js';
import { authorityConfig } from './authority/authority-file.js';
import { serveRevocationLists } from './authority/crl-server.js';
import { answers } from './answers/index.js';
import { practiceFiles } from './files.js';
import { ownLaunch } from '../machine/own-launch.js';
import { toHost } from './paths.js';
import { practiceProgramAt } from './practice-files.js';
import { practiceToolFlag } from './running.js';
import type { PracticeComputer } from './state.js';
import { computerFolder, readState, readWorld, writeWhole } from './store.js';
import { practiceToolNamed } from './tools/index.js';

const nothing: CommandResult = {
  exitCode: null,
  ending: 'ended',
  output: [],
  error: null,
  restartRequired: false,
  elapsedMs: 0,
};

const refused = (error: string): CommandResult => ({ ...nothing, ending: 'refused', error });

const heartbeatMs = 1_000;
const restartCodes: readonly (number | null)[] = [3010, 1641];

/** Outside Windows an exit code has eight bits: what a practice tool ends with to ask for a restart arrives cut. */
const wholeExitCode = (code: number | null): number | null =>
  process.platform === 'win32'
    ? code
    : (restartCodes.find((whole) => whole !== null && whole % 256 === code) ?? code);

/** An unfinished line that asks for a password. Anything else that a tool asks is answered by nobody. */
const asksForPassword = /password[^\n]*$/i;

/** Types the password where the tool asks for one, at most so often. */
const typing = (password: string, times: number): ProcessInput => {
  let left = times;
  let line = '';
  return {
    kind: 'dialogue',
    answer: (chunk: Buffer, _stream, reply: Reply) => {
      line = (line + chunk.toString('utf8')).slice(-1_000);
      line = line.slice(line.lastIndexOf('\n') + 1);
      if (left === 0 || !asksForPassword.test(line)) return;
      left -= 1;
      line = '';
      reply.write(`${password}\n`);
    },
  };
};

interface Start {
  readonly arguments: readonly string[];
  readonly input: ProcessInput;
  readonly waits: boolean;
}

const parametersOf = (values: Readonly<Record<string, Value>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

/** The last 200 lines of a practice tool. */
const outputReader = (
  onLine: PerformOptions['onLine'],
): { readonly push: (chunk: Buffer) => void; readonly end: () => readonly string[] } => {
  const last = new LastLines();
  const decoder = new ToolOutputDecoder((line) => {
    last.add(line);
    onLine?.(line);
  });
  return {
    push: (chunk) => {
      decoder.push(chunk);
    },
    end: () => {
      decoder.end();
      return last.lines;
    },
  };
};

const resultFrom = (outcome: ProcessOutcome, output: readonly string[]): CommandResult => {
  const exitCode = wholeExitCode(outcome.exitCode);
  if (outcome.ending === 'refused') {
    const error = outcome.refusal ?? 'The practice tool was not started.';
    return { exitCode: null, ending: 'refused', output, error, restartRequired: false, elapsedMs: 0 };
  }
  const hasEnd = outcome.ending === 'ended' || outcome.ending === 'lost';
  return {
    exitCode,
    ending: hasEnd ? 'ended' : 'no-end',
    output,
    error:
      outcome.ending === 'lost'
        ? keeperLost
        : outcome.signal === null || !hasEnd
          ? null
          : `ended by ${outcome.signal}`,
    restartRequired: restartCodes.includes(exitCode),
    elapsedMs: outcome.elapsedMs,
  };
};

/** A practice script that fails says why on its last line, or with an id of DPM's. */
const scriptResult = (result: CommandResult): CommandResult => {
  if (result.exitCode === 0 || result.ending !== 'ended' || result.error === keeperLost) return result;
  const said = result.output.findLast((line) => line.startsWith('Error ID:'));
  return { ...result, error: result.error ?? said ?? result.output.at(-1) ?? 'the script failed' };
};

/** One computer of the practice pair: its tools are real child processes, its answers come from the world. */
export class PracticeMachine implements Machine {
  readonly rehearsal = true;
  readonly label: string;
  readonly stateFolder: string;
  readonly privateFolder = 'C:\\ProgramData\\dpm-prep';
  readonly practiceAuthority: string;
  readonly files: Machine['files'];
  readonly #folder: string;
  readonly #computer: PracticeComputer;

  constructor(folder: string, computer: PracticeComputer) {
    this.#folder = folder;
    this.#computer = computer;
    this.label = `practice computer ${computer.netbiosName}`;
    this.stateFolder = join(computerFolder(folder, computer.id), 'dpm-prep');
    this.practiceAuthority = authorityConfig(computer.role);
    this.files = practiceFiles(folder, computer.id);
  }

  /** Nothing happens by itself in a practice world but that a record appears late: nobody is kept waiting for more. */
  get settlesWithinMs(): number {
    return readWorld(this.#folder).behaviour.attachDelayMs + 1_000;
  }

  async ask<Q extends QuestionName>(
    question: Q,
    input: QuestionInput<Q>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Answer<Q>> {
    const answerer = answers[question] as Answerer<QuestionName>;
    const given = questions[question].input.parse(input) as QuestionInput<Q>;
    const answer: unknown = await answerer(
      {
        folder: this.#folder,
        world: readWorld(this.#folder),
        computer: this.#computer,
        state: readState(this.#folder, this.#computer.id),
        now: new Date(),
        stateOf: (computerId) => readState(this.#folder, computerId),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
      given,
    );
    return questions[question].output.parse(answer) as Answer<Q>;
  }

  async perform(command: Command, options: PerformOptions): Promise<CommandResult> {
    const begun = Date.now();
    const took = (result: CommandResult): CommandResult => ({ ...result, elapsedMs: Date.now() - begun });
    switch (command.kind) {
      case 'person':
        return took(nothing);
      case 'write-file':
        return took(this.#write(command.path, command.content));
      case 'copy-file':
        return took(await this.#copy(command));
      case 'make-folder': {
        const host = toHost(this.#folder, this.#computer.id, command.path);
        if (host === null) return refused(`${command.path} is not a path of this practice computer.`);
        mkdirSync(host, { recursive: true });
        return took(nothing);
      }
      case 'program':
      case 'script':
      case 'cmdlet':
        return took(await this.#served(await this.#withFiles(command, options)));
      case 'act': {
        const result = await this.#startScript(
          command.act,
          parametersOf(command.input),
          options,
          'password' in options,
        );
        return { ...result, result: this.#actResult(command.act, result) };
      }
    }
  }

  async #run(
    command: ProgramCommand | ScriptCommand | CmdletCommand,
    options: PerformOptions,
  ): Promise<CommandResult> {
    switch (command.kind) {
      case 'program': {
        if (practiceProgramAt(this.#folder, this.#computer.id, command.path) === null) {
          return refused(`There is no practice program ${command.path}.`);
        }
        const times = command.asksPassword ?? 0;
        return this.#start(command.path, options, {
          arguments: command.arguments,
          // As on Windows: only a tool that asks for a password gets the console.
          input:
            times === 0
              ? { kind: 'none' }
              : options.attended
                ? { kind: 'console' }
                : options.password
                  ? typing(options.password.reveal(), times)
                  : { kind: 'none' },
          waits: command.long !== true,
        });
      }
      case 'script':
        return this.#startScript(
          command.path,
          parametersOf(command.parameters),
          options,
          command.takesPassword === true,
        );
      case 'cmdlet':
        return this.#startScript(command.tool, parametersOf(command.parameters), options, false);
    }
  }

  clearCopies(keptFolder: string): void {
    clearOldCopies(this.#host(this.privateFolder), keptFolder);
  }

  /** A tool that enrols makes the practice authority, and the next check asks for its revocation lists. */
  async #served(result: CommandResult): Promise<CommandResult> {
    await serveRevocationLists(this.#folder);
    return result;
  }

  /** As on Windows: a new folder for what the tool writes, a private copy of what it reads. */
  async #withFiles(
    command: ProgramCommand | ScriptCommand | CmdletCommand,
    options: PerformOptions,
  ): Promise<CommandResult> {
    if (command.kind !== 'script' && command.newFolder !== undefined && !this.#makeNew(command.newFolder)) {
      return refused(`The folder ${command.newFolder} cannot be made.`);
    }
    if (command.kind === 'cmdlet' || command.checkedFile === undefined) return this.#run(command, options);
    const { path, sha256 } = command.checkedFile;
    clearOldCopies(this.#host(this.privateFolder), options.keepAt?.folder);
    const folder = `${this.privateFolder}\\${copyFolderName(options.keepAt)}`;
    const copy = `${folder}\\${win32.basename(path)}`;
    try {
      const bytes = await readChecked(this.#host(path), { shown: path, sha256 });
      if (!this.#makeNew(folder)) return refused(`The folder ${folder} cannot be made.`);
      writeWhole(this.#host(copy), bytes);
    } catch (error) {
      if (error instanceof NotTheFile) return refused(error.message);
      throw error;
    }
    const result = await this.#run(withCopy(command, copy), options);
    rmSync(this.#host(folder), { recursive: true, force: true });
    return result;
  }

  #host(path: string): string {
    const host = toHost(this.#folder, this.#computer.id, path);
    if (host === null) throw new NotTheFile(`${path} is not a path of this practice computer.`);
    return host;
  }

  #makeNew(path: string): boolean {
    try {
      const host = this.#host(path);
      mkdirSync(dirname(host), { recursive: true });
      mkdirSync(host, { mode: 0o700 });
      return true;
    } catch {
      return false;
    }
  }

  async #copy({ from, to, sha256 }: CopyFileCommand): Promise<CommandResult> {
    try {
      writeWhole(this.#host(to), await readChecked(this.#host(from), { shown: from, sha256 }));
      return nothing;
    } catch (error) {
      if (error instanceof NotTheFile) return refused(error.message);
      throw error;
    }
  }

  resultOf(command: Command, kept: KeptEnding): CommandResult {
    const reader = outputReader(undefined);
    reader.push(kept.stdout);
    reader.push(kept.stderr);
    const result = resultFrom(keptOutcome(kept), reader.end());
    if (command.kind === 'program') return result;
    const judged = scriptResult(result);
    return command.kind === 'act' ? { ...judged, result: this.#actResult(command.act, judged) } : judged;
  }

  #actResult(act: keyof typeof acts, result: CommandResult): unknown {
    if (result.error !== null) return undefined;
    try {
      return acts[act].output.parse(JSON.parse(result.output.at(-1) ?? ''));
    } catch {
      return undefined;
    }
  }

  #write(path: string, content: string): CommandResult {
    const host = toHost(this.#folder, this.#computer.id, path);
    if (host === null) return refused(`${path} is not a path of this practice computer.`);
    writeWhole(host, content);
    return nothing;
  }

  async #startScript(
    path: string,
    parameters: Record<string, string>,
    options: PerformOptions,
    takesPassword: boolean,
  ): Promise<CommandResult> {
    if (!practiceToolNamed(path.split(/[\\/]/).at(-1) ?? path))
      return refused(`There is no practice script ${path}.`);
    const password = takesPassword && options.password ? options.password.reveal() : null;
    const bound = JSON.stringify({ parameters, password });
    const result = await this.#start(
      path,
      options,
      options.attended && takesPassword
        ? {
            arguments: ['--console', Buffer.from(bound).toString('base64')],
            input: { kind: 'console' },
            waits: true,
          }
        : { arguments: [], input: { kind: 'bytes', bytes: Buffer.from(bound) }, waits: true },
    );
    return scriptResult(result);
  }

  async #start(path: string, options: PerformOptions, start: Start): Promise<CommandResult> {
    const launch = await ownLaunch();
    const reader = outputReader(options.onLine);
    const begun = Date.now();
    const heartbeat = setInterval(() => {
      options.onHeartbeat?.(Date.now() - begun);
    }, heartbeatMs);
    let outcome: ProcessOutcome;
    try {
      outcome = await runProcess({
        path: launch.path,
        arguments: [
          ...launch.arguments,
          practiceToolFlag,
          this.#folder,
          this.#computer.id,
          path,
          ...start.arguments,
        ],
        input: start.input,
        outlivesUs: start.input.kind !== 'console',
        onOutput: reader.push,
        ...(options.keepAt === undefined ? {} : { keepAt: options.keepAt }),
        ...(options.onStarted === undefined ? {} : { onStarted: options.onStarted }),
        ...(options.signal === undefined ? {} : { leave: options.signal }),
        ...(start.waits && start.input.kind !== 'console' && options.silenceMs !== undefined
          ? { silenceMs: options.silenceMs }
          : {}),
      });
    } finally {
      clearInterval(heartbeat);
    }
    const lines = reader.end();
    refuseInterrupted(win32.basename(path), outcome);
    return resultFrom(outcome, lines);
  }
}
