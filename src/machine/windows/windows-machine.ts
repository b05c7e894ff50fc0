import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { cleanText } from '../../clean.js';
import { refuseInterrupted } from '../interrupted.js';
import type { Secret } from '../../secret.js';
import { acts } from '../acts.js';
import { clearOldCopies, copyFolderName, NotTheFile, readChecked, withCopy } from '../checked-file.js';
import type { ActCommand, CmdletCommand, Command, ProgramCommand, ScriptCommand, Value } from '../command.js';
import type { CommandResult, Machine, MachineOptions, PerformOptions } from '../machine.js';
import { readersBesides } from '../private-access.js';
import { clockDifference, probePorts, resolveNames } from '../network.js';
import { cleanLine, LastLines } from '../output.js';
import type { KeptEnding } from '../keeper/results.js';
import { keeperLost, keptOutcome, runProcess, type ProcessOutcome } from '../process.js';
import { questions, type Answer, type QuestionInput, type QuestionName } from '../questions.js';
import { bind } from './binding.js';
import { Bridge, consoleArguments, fitsCommandLine, type BridgeOptions, type Reply } from './bridge.js';
import { consoleToolOutcome, runOnConsole, type ConsoleToolOutcome } from './console-feed.js';
import { ToolOutputDecoder } from '../tool-output.js';
import {
  actScripts,
  questionScripts,
  runCmdlet,
  runScript,
  runScriptOnConsole,
  type Script,
} from './scripts.js';
import { windowsFiles } from './windows-files.js';
import { writeWhole } from './write-whole.js';

const heartbeatMs = 2_000;
/** A tool that prints nothing for this long is taken to wait for input. */
const defaultSilenceMs = 120_000;
const dpmModule = 'DataProtectionManager';

/** Windows Installer's "success, restart required" and "success, restart begun". */
const restartCodes: readonly (number | null)[] = [3010, 1641];

const ended: CommandResult = {
  exitCode: null,
  ending: 'ended',
  output: [],
  error: null,
  restartRequired: false,
  elapsedMs: 0,
};

const refused = (error: string): CommandResult => ({ ...ended, ending: 'refused', error });

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';

/** What run-script.ps1 and run-cmdlet.ps1 answer. */
const toolAnswer = z.object({
  exitCode: z.number().int().nullable(),
  errors: z.array(z.string().max(4_096)).max(50),
  threw: z.boolean(),
});

/** Pairs, not an object: PowerShell's own tables do not tell upper and lower case apart. */
const pairs = (parameters: Readonly<Record<string, Value>>): readonly (readonly [string, Value])[] =>
  Object.entries(parameters);

/** This Windows computer. */
export class WindowsMachine implements Machine {
  readonly rehearsal = false;
  readonly label = 'this computer';
  readonly stateFolder = null;
  readonly files = windowsFiles;
  readonly privateFolder: string;
  readonly settlesWithinMs = null;
  readonly #bridge: Bridge;
  readonly #options: BridgeOptions;

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#bridge = new Bridge(options);
    this.privateFolder = `${(options.environment ?? process.env).ProgramData ?? 'C:\\ProgramData'}\\dpm-prep`;
  }

  async ask<Q extends QuestionName>(
    question: Q,
    input: QuestionInput<Q>,
    options: MachineOptions = {},
  ): Promise<Answer<Q>> {
    const given: unknown = questions[question].input.parse(input);
    const answer: unknown = await this.#answer(question, given, options);
    return answer as Answer<Q>;
  }

  async #answer(question: QuestionName, given: unknown, options: MachineOptions): Promise<unknown> {
    const signal = options.signal === undefined ? {} : { signal: options.signal };
    if (question === 'name-resolution')
      return resolveNames(given as QuestionInput<'name-resolution'>, signal);
    if (question === 'port-probe') return probePorts(given as QuestionInput<'port-probe'>, signal);
    if (question === 'clock-difference')
      return clockDifference(given as QuestionInput<'clock-difference'>, signal);
    const script = questionScripts[question];
    return this.#bridge.ask(question.replaceAll('-', ' '), questions[question].output, {
      script,
      input: given,
      timeoutMs: options.timeoutMs ?? script.timeoutMs,
      ...signal,
    });
  }

  async perform(command: Command, options: PerformOptions): Promise<CommandResult> {
    const begun = performance.now();
    const result = await this.#perform(command, options);
    return { ...result, elapsedMs: performance.now() - begun };
  }

  async #perform(command: Command, options: PerformOptions): Promise<CommandResult> {
    switch (command.kind) {
      case 'person':
        return ended;
      case 'write-file':
        try {
          await writeWhole(command.path, command.content);
          return ended;
        } catch (error) {
          return refused(`${cleanText(command.path)} cannot be written (${codeOf(error)}).`);
        }
      case 'copy-file':
        try {
          const { from, to, sha256 } = command;
          await writeWhole(to, await readChecked(from, { shown: from, sha256 }));
          return ended;
        } catch (error) {
          if (error instanceof NotTheFile) return refused(error.message);
          return refused(`${cleanText(command.to)} cannot be written (${codeOf(error)}).`);
        }
      case 'make-folder':
        try {
          await mkdir(command.path, { recursive: true });
          return ended;
        } catch (error) {
          return refused(`The folder ${cleanText(command.path)} cannot be made (${codeOf(error)}).`);
        }
      case 'program':
      case 'script':
      case 'cmdlet':
        return this.#withFiles(command, options);
      case 'act':
        return this.#runAct(command, options);
    }
  }

  /**
   * A new folder that only this user and administrators can use. The folder above it is made theirs first: whoever owns
   * that one could put another in the place of this.
   */
  async #makePrivate(path: string, options: PerformOptions): Promise<string | null> {
    const above = dirname(path);
    const act = { kind: 'act', act: 'protect-folder', input: { path: above }, shown: '' } as const;
    const { error, result } = await this.#runAct(act, {
      attended: false,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (error !== null) return `${cleanText(above)} cannot be protected from other users: ${error}`;
    const access = acts['protect-folder'].output.safeParse(result);
    const others = access.success ? readersBesides(access.data) : ['unknown users'];
    if (others.length > 0) return `${cleanText(above)} is open to ${others.join(', ')}.`;
    try {
      await mkdir(path);
      return null;
    } catch (error_) {
      return `The folder ${cleanText(path)} cannot be made (${codeOf(error_)}).`;
    }
  }

  async #run(
    command: ProgramCommand | ScriptCommand | CmdletCommand,
    options: PerformOptions,
  ): Promise<CommandResult> {
    if (command.kind === 'program') return this.#runProgram(command, options);
    return command.kind === 'script' ? this.#runScript(command, options) : this.#runCmdlet(command, options);
  }

  clearCopies(keptFolder: string): void {
    clearOldCopies(this.privateFolder, keptFolder);
  }

  /** Prepares what a command's tool writes to and reads from, and takes the private copy away afterwards. */
  async #withFiles(
    command: ProgramCommand | ScriptCommand | CmdletCommand,
    options: PerformOptions,
  ): Promise<CommandResult> {
    if (command.kind !== 'script' && command.newFolder !== undefined) {
      const problem = await this.#makePrivate(command.newFolder, options);
      if (problem !== null) return refused(problem);
    }
    if (command.kind === 'cmdlet' || command.checkedFile === undefined) return this.#run(command, options);
    const { path, sha256 } = command.checkedFile;
    clearOldCopies(this.privateFolder, options.keepAt?.folder);
    const folder = join(this.privateFolder, copyFolderName(options.keepAt));
    const copy = join(folder, basename(path));
    try {
      const bytes = await readChecked(path, { shown: path, sha256 });
      const problem = await this.#makePrivate(folder, options);
      if (problem !== null) return refused(problem);
      await writeFile(copy, bytes, { flag: 'wx' });
    } catch (error) {
      if (error instanceof NotTheFile) return refused(error.message);
      return refused(`${cleanText(copy)} cannot be written (${codeOf(error)}).`);
    }
    const result = await this.#run(withCopy(command, copy), options);
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    return result;
  }

  async #runProgram(command: ProgramCommand, options: PerformOptions): Promise<CommandResult> {
    const there = await this.files.stat(command.path);
    if (there?.kind !== 'file')
      return refused(`${cleanText(command.path)} does not exist, so it was not started.`);
    const times = command.asksPassword ?? 0;
    const { password, attended } = options;
    if (times > 0 && !attended && password !== undefined)
      return this.#feedProgram(command, { ...options, password }, times);
    const onConsole = times > 0 && attended;
    const reader = this.#programReader(options.onLine);
    const request = {
      path: command.path,
      arguments: command.arguments,
      // As the page has it: the tools are run from the folder that they are in.
      folder: dirname(command.path),
      outlivesUs: true,
      onOutput: reader.push,
      ...(options.keepAt === undefined ? {} : { keepAt: options.keepAt }),
      ...(options.onStarted === undefined ? {} : { onStarted: options.onStarted }),
      ...(options.signal === undefined ? {} : { leave: options.signal }),
      // Its output is ours, so a question that nobody foresaw would be seen by nobody.
      ...(!onConsole && command.long !== true && options.silenceMs !== undefined
        ? { silenceMs: options.silenceMs }
        : {}),
    };
    const outcome = await this.#withHeartbeat(options, async () =>
      runProcess({ ...request, input: { kind: onConsole ? 'console' : 'none' } }),
    );
    if (outcome.ending === 'refused') return refused(outcome.refusal ?? 'The tool was not started.');
    refuseInterrupted(command.tool, outcome);
    return reader.end(outcome);
  }

  #programReader(onEachLine: PerformOptions['onLine']): {
    readonly push: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
    readonly end: (outcome: ProcessOutcome) => CommandResult;
  } {
    const lines = new LastLines();
    const onLine = (line: string): void => {
      lines.add(line);
      onEachLine?.(line);
    };
    const decoders = {
      stdout: new ToolOutputDecoder(onLine, this.#bridge.codePages),
      stderr: new ToolOutputDecoder(onLine, this.#bridge.codePages),
    };
    return {
      push: (chunk, stream) => {
        decoders[stream].push(chunk);
      },
      end: (outcome) => {
        decoders.stdout.end();
        decoders.stderr.end();
        return this.#result(outcome, lines);
      },
    };
  }

  resultOf(command: Command, kept: KeptEnding): CommandResult {
    const elapsedMs = kept.ended.getTime() - kept.started.getTime();
    return { ...this.#resultOf(command, kept), elapsedMs };
  }

  #resultOf(command: Command, kept: KeptEnding): CommandResult {
    switch (command.kind) {
      case 'program': {
        const outcome = keptOutcome(kept);
        // A password was typed for it: what ended is the PowerShell that did so.
        if (/^dpm-prep:/m.test(kept.stdout.toString('latin1')))
          return this.#fedResult(consoleToolOutcome(kept.stdout.toString('latin1'), outcome), undefined);
        const reader = this.#programReader(undefined);
        reader.push(kept.stdout, 'stdout');
        reader.push(kept.stderr, 'stderr');
        return reader.end(outcome);
      }
      case 'script':
      case 'cmdlet':
      case 'act': {
        const lines = new LastLines();
        const reply = this.#bridge.replyOf(kept, (line) => {
          lines.add(line);
        });
        return command.kind === 'act'
          ? this.#actResult(command, reply, lines)
          : this.#toolResult(reply, lines);
      }
      case 'person':
      case 'write-file':
      case 'copy-file':
      case 'make-folder':
        return ended;
    }
  }

  /** A tool that asks for a password while nobody is there: it gets a console of its own, and typed keys. */
  async #feedProgram(
    command: ProgramCommand,
    options: PerformOptions & { readonly password: Secret },
    times: number,
  ): Promise<CommandResult> {
    const outcome = await this.#withHeartbeat(options, async () =>
      runOnConsole({
        powershell: this.#bridge.powershell,
        path: command.path,
        arguments: command.arguments,
        folder: dirname(command.path),
        password: options.password,
        maxAnswers: times,
        silenceMs: options.silenceMs ?? defaultSilenceMs,
        ...(options.keepAt === undefined ? {} : { keepAt: options.keepAt }),
        ...(options.onStarted === undefined ? {} : { onStarted: options.onStarted }),
        ...(options.signal === undefined ? {} : { leave: options.signal }),
      }),
    );
    refuseInterrupted(command.tool, outcome);
    return this.#fedResult(outcome, options.onLine);
  }

  #fedResult(outcome: ConsoleToolOutcome, onEachLine: PerformOptions['onLine']): CommandResult {
    const lines = new LastLines();
    const onLine = (line: string): void => {
      lines.add(line);
      onEachLine?.(line);
    };
    const decoder = new ToolOutputDecoder(onLine, {
      ...this.#bridge.codePages,
      oem: outcome.codePage === 0 ? this.#bridge.codePages.oem : String(outcome.codePage),
    });
    decoder.push(outcome.output);
    decoder.end();
    for (const row of outcome.screen) onLine(cleanLine(row));
    const error = outcome.error === null ? null : cleanText(outcome.error, 2_000);
    if (outcome.ending === 'refused') return refused(error ?? 'The tool was not started.');
    return {
      ...ended,
      ending: outcome.ending === 'ended' ? 'ended' : 'no-end',
      exitCode: outcome.exitCode,
      output: lines.lines,
      error,
      restartRequired: restartCodes.includes(outcome.exitCode),
    };
  }

  #result(outcome: ProcessOutcome, lines: LastLines): CommandResult {
    return {
      exitCode: outcome.exitCode,
      ending: outcome.ending === 'ended' || outcome.ending === 'lost' ? 'ended' : 'no-end',
      output: lines.lines,
      error:
        outcome.ending === 'lost'
          ? keeperLost
          : outcome.signal === null || outcome.ending !== 'ended'
            ? null
            : `It was ended by ${outcome.signal}.`,
      restartRequired: restartCodes.includes(outcome.exitCode),
      elapsedMs: outcome.elapsedMs,
    };
  }

  async #withHeartbeat<T>(options: Pick<PerformOptions, 'onHeartbeat'>, work: () => Promise<T>): Promise<T> {
    const begun = Date.now();
    const heartbeat = setInterval(() => {
      options.onHeartbeat?.(Date.now() - begun);
    }, heartbeatMs);
    try {
      return await work();
    } finally {
      clearInterval(heartbeat);
    }
  }

  /** Asks for the parameters of a script or cmdlet and binds to them; null and a refusal where that is not possible. */
  async #bind(
    command: ScriptCommand | CmdletCommand,
    givesPassword: boolean,
    options: PerformOptions,
  ): Promise<ReturnType<typeof bind>> {
    const { exists, problem, parameters } = await this.ask(
      'command-parameters',
      command.kind === 'script'
        ? { command: command.path, module: null }
        : { command: command.tool, module: dpmModule },
      options.signal === undefined ? {} : { signal: options.signal },
    );
    if (!exists) {
      const where = command.kind === 'script' ? command.path : `the module ${dpmModule}`;
      return {
        kind: 'refused',
        why: `${command.tool} does not exist (${cleanText(where)}), so it was not started.`,
      };
    }
    if (problem !== null) return { kind: 'refused', why: `${command.tool} was not started. ${problem}` };
    return bind(command.tool, parameters, command.parameters, givesPassword);
  }

  async #runScript(command: ScriptCommand, options: PerformOptions): Promise<CommandResult> {
    const takesPassword = command.takesPassword === true;
    const givesPassword = takesPassword && options.password !== undefined && !options.attended;
    const binding = await this.#bind(command, givesPassword, options);
    if (binding.kind === 'refused') return refused(cleanText(binding.why, 2_000));
    const input = {
      path: command.path,
      parameters: pairs(command.parameters),
      passwordParameter: binding.passwordParameter,
    };
    if (takesPassword && options.attended)
      return this.#runOnConsole(command.tool, runScriptOnConsole, input, options);
    return this.#runTool(command.tool, runScript, input, {
      ...options,
      ...(givesPassword ? {} : { password: undefined }),
    });
  }

  async #runCmdlet(command: CmdletCommand, options: PerformOptions): Promise<CommandResult> {
    const binding = await this.#bind(command, false, options);
    if (binding.kind === 'refused') return refused(cleanText(binding.why, 2_000));
    const input = { module: dpmModule, cmdlet: command.tool, parameters: pairs(command.parameters) };
    return this.#runTool(command.tool, runCmdlet, input, { ...options, password: undefined });
  }

  async #runOnConsole(
    tool: string,
    script: Script,
    input: unknown,
    options: PerformOptions,
  ): Promise<CommandResult> {
    const { powershell } = this.#bridge;
    const args = consoleArguments(script, input);
    if (!fitsCommandLine(powershell, args))
      return refused(`The values for ${tool} are too long for a command line.`);
    const outcome = await runProcess({
      path: powershell,
      arguments: args,
      input: { kind: 'console' },
      ...(options.signal === undefined ? {} : { leave: options.signal }),
      ...(this.#options.environment === undefined ? {} : { environment: this.#options.environment }),
      ...(options.onStarted === undefined ? {} : { onStarted: options.onStarted }),
    });
    refuseInterrupted(tool, outcome);
    if (outcome.ending === 'refused') return refused(outcome.refusal ?? 'PowerShell was not started.');
    const failed = outcome.exitCode !== 0 && !restartCodes.includes(outcome.exitCode);
    return {
      ...this.#result(outcome, new LastLines()),
      error: failed ? `${tool} reported an error; it is on the screen above.` : null,
    };
  }

  /** Runs a script or cmdlet of Microsoft's with nobody there, its output collected. */
  async #runTool(
    tool: string,
    script: Script,
    input: unknown,
    options: Omit<PerformOptions, 'password'> & {
      readonly password?: PerformOptions['password'] | undefined;
    },
  ): Promise<CommandResult> {
    const lines = new LastLines();
    const reply = await this.#withHeartbeat(options, async () =>
      this.#bridge.call({
        script,
        input,
        ...(options.password === undefined ? {} : { password: options.password }),
        // Its screen is ours: a question in it would be seen by nobody.
        ...(options.silenceMs === undefined ? {} : { silenceMs: options.silenceMs }),
        onLine: (line) => {
          lines.add(line);
          options.onLine?.(line);
        },
        ...(options.keepAt === undefined ? {} : { keepAt: options.keepAt }),
        ...(options.onStarted === undefined ? {} : { onStarted: options.onStarted }),
        ...(options.signal === undefined ? {} : { leave: options.signal }),
      }),
    );
    refuseInterrupted(tool, reply.outcome);
    return this.#toolResult(reply, lines);
  }

  #toolResult(reply: Reply, lines: LastLines): CommandResult {
    const { outcome } = reply;
    if (outcome.ending === 'refused') return refused(outcome.refusal ?? 'PowerShell was not started.');
    const base = { ...this.#result(outcome, lines), exitCode: null, restartRequired: false };
    if (reply.kind === 'error') return { ...base, exitCode: outcome.exitCode, error: reply.error };
    const answer = toolAnswer.safeParse(reply.answer);
    if (!answer.success)
      return { ...base, error: 'What PowerShell answered has another shape than it should.' };
    const { errors } = answer.data;
    // A script that says its exit code by $Host.SetShouldExit ends PowerShell with it, after our answer.
    const exitCode = answer.data.exitCode ?? (outcome.exitCode === 0 ? null : outcome.exitCode);
    return {
      ...base,
      exitCode,
      error: errors.length === 0 ? null : cleanText(errors.join(' '), 2_000),
      restartRequired: restartCodes.includes(exitCode),
    };
  }

  async #runAct(command: ActCommand, options: PerformOptions): Promise<CommandResult> {
    const script = actScripts[command.act];
    const lines = new LastLines();
    const reply = await this.#withHeartbeat(options, async () =>
      this.#bridge.call({
        script,
        input: acts[command.act].input.parse(command.input),
        ...(options.password === undefined ? {} : { password: options.password }),
        onLine: (line) => {
          lines.add(line);
          options.onLine?.(line);
        },
        ...(options.keepAt === undefined ? {} : { keepAt: options.keepAt }),
        ...(options.onStarted === undefined ? {} : { onStarted: options.onStarted }),
        ...(options.signal === undefined ? {} : { leave: options.signal }),
      }),
    );
    refuseInterrupted(command.act, reply.outcome);
    return this.#actResult(command, reply, lines);
  }

  #actResult(command: ActCommand, reply: Reply, lines: LastLines): CommandResult {
    if (reply.outcome.ending === 'refused')
      return refused(reply.outcome.refusal ?? 'PowerShell was not started.');
    const base = { ...ended, output: lines.lines };
    if (reply.kind === 'error') return { ...base, error: reply.error };
    const answer = acts[command.act].output.safeParse(reply.answer);
    return answer.success
      ? { ...base, result: answer.data }
      : { ...base, error: 'What PowerShell answered has another shape than it should.' };
  }
}
