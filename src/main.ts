import { Command, CommanderError, Option } from 'commander';
import { inOurSpelling } from './answers/habits.js';
import { flagOf } from './answers/parameter.js';
import { isRunParameter, parameterOf, runParameters, type ParameterKey } from './answers/parameters.js';
import type { Subcommand } from './application/command.js';
import { commands, defaultCommand } from './commands/registry.js';
import { exitCode } from './exit-code.js';
import { helpFormat } from './show/help-format.js';
import { Problem } from './problem.js';
import { forgiveClosedOutput } from './show/streams.js';
import { wrap } from './show/wrap.js';

// What stands here loads for --help: commander, the tables of commands and parameters, and nothing else.

const optionOf = (key: ParameterKey): Option | null => {
  const parameter = parameterOf(key);
  if (parameter.secret) return null;
  const flag = flagOf(key, parameter);
  const names = parameter.alias === undefined ? flag : `${parameter.alias}, ${flag}`;
  const option = new Option(
    parameter.value === undefined ? names : `${names} <${parameter.value}>`,
    parameter.help,
  );
  if (parameter.many)
    option.argParser((value: string, before: unknown) => [
      ...(Array.isArray(before) ? (before as string[]) : []),
      value,
    ]);
  if (isRunParameter(key)) option.helpGroup('How it runs:');
  return option;
};

const flagsOf = (command: Command): Partial<Record<ParameterKey, unknown>> => {
  const values = command.opts<Record<string, unknown>>();
  return Object.fromEntries(
    Object.entries(values).filter(([key]) => command.getOptionValueSource(key) === 'cli'),
  );
};

/** Help is read on consoles of this width. A command to copy is not broken, even if it is longer. */
const helpColumns = 80;

const exampleText = (spec: Subcommand): string => {
  const paragraphs = spec.description?.map((text) => `${wrap(text, helpColumns)}\n\n`).join('') ?? '';
  const examples = spec.examples.map(({ does, line }) => `  ${does}:\n    ${line}\n`).join('');
  return `\n${paragraphs}Examples:\n${examples}`;
};

/** `wanted`: the command that this is about; only its flags are made, the others are just named. */
const build = (version: string, wanted: string | undefined, done: (code: number) => void): Command => {
  const program = new Command('dpm-prep')
    .description(
      'Prepares Windows computers in workgroups and untrusted domains for backup by Microsoft System Center Data Protection Manager (DPM). Without a command it guides you by prompts.',
    )
    .version(version)
    .configureHelp(helpFormat)
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  At the protected computer or the DPM server, guided:
    dpm-prep
  Practise the whole procedure, touching no real computer:
    dpm-prep rehearse
Every command: dpm-prep <command> --help
PowerShell's spelling is accepted: -DpmServerName Server01 -WhatIf
Exit codes: 0 done, 2 usage, 3 a check failed, 4 a tool failed, 5 not verified,
6 the other computer is next, 130 cancelled, 3010 done and restart required.`,
    );
  for (const spec of commands) {
    const command = program
      .command(spec.name)
      .summary(spec.summary)
      .description(`${spec.summary.charAt(0).toUpperCase()}${spec.summary.slice(1)}.`)
      .helpGroup(`${spec.group}:`)
      .exitOverride()
      .addHelpText('after', exampleText(spec));
    if (spec.positional) command.argument(spec.positional.notation, spec.positional.help);
    if (spec.name !== wanted) continue;
    for (const key of [...spec.parameters, ...runParameters]) {
      const option = optionOf(key);
      if (option) command.addOption(option);
    }
    command.action(async (..._all: unknown[]) => {
      const { execute } = await import('./application/execute.js');
      done(await execute({ spec, commands, positional: command.args, flags: flagsOf(command), version }));
    });
  }
  return program;
};

/** A command line without a command, or with only flags, is the guided way. */
const withCommand = (argv: readonly string[]): readonly string[] => {
  const first = argv[0];
  const own = ['-h', '--help', '-V', '--version'];
  if (first === undefined) return [defaultCommand];
  return first.startsWith('-') && !own.includes(first) ? [defaultCommand, ...argv] : argv;
};

/** Runs the program and sets the process's exit code. Never throws for a user's mistake. */
export const main = async (argv: readonly string[], version: string): Promise<void> => {
  forgiveClosedOutput();
  const json = argv.some((word) => /^--?json$/i.test(word));
  let words: readonly string[];
  try {
    words = withCommand(inOurSpelling(argv));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { refuseCommandLine } = await import('./application/execute.js');
    process.exitCode = refuseCommandLine(error, argv[0] ?? '', { json, version });
    return;
  }
  // "help <command>" shows what "<command> --help" shows.
  const program = build(version, words[0] === 'help' ? words[1] : words[0], (code) => {
    process.exitCode = code;
  });
  const quiet = { writeErr: () => undefined };
  if (json) [program, ...program.commands].forEach((command) => command.configureOutput(quiet));
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return;
    process.exitCode = exitCode.usage;
    if (!json) return;
    const { printUsageError } = await import('./application/execute.js');
    printUsageError(error.message.replace(/^error: /, ''), argv[0] ?? '', version);
  }
};
