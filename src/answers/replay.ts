import { flagOf } from './parameter.js';
import { isRunParameter, parameterKeys, parameterOf, type Answers, type ParameterKey } from './parameters.js';

/** How the program runs is up to the next caller, except where it decides on which computer. */
const keptRunKeys: ReadonlySet<ParameterKey> = new Set(['rehearse', 'world', 'on', 'stateDir']);

const safe = /^(?![-@])[\w./:\\=@%+-]+$/;
/** PowerShell takes the curly ones for the straight one. */
const singleQuotes = /['\u2018\u2019\u201a\u201b]/g;

/**
 * A word as PowerShell takes it, the shell that the program is documented for: single quotes keep everything, and two stand
 * for one. Windows PowerShell puts double quotes around a word with a blank, where a last backslash must be doubled.
 */
export const quoted = (text: string): string => {
  if (safe.test(text)) return text;
  const ended = /\s/.test(text) ? text.replace(/\\+$/, (end) => end + end) : text;
  return `'${ended.replaceAll(singleQuotes, (quote) => quote + quote)}'`;
};

/** A flag with its value; a value that looks like a flag itself must not stand alone. */
const flagWithValue = (flag: string, value: string): readonly string[] =>
  value.startsWith('-') ? [`${flag}=${quoted(value)}`] : [flag, quoted(value)];

/** A value as it would be typed. */
export const textOf = (value: unknown): string => {
  if (typeof value === 'object' && value !== null && 'text' in value) return String(value.text);
  return String(value);
};

/** Answers as they would be written into an answer file: texts, without secrets and without what is only asked once. */
export const writtenAnswers = (answers: Answers): Readonly<Record<string, string | readonly string[]>> =>
  Object.fromEntries(
    parameterKeys.flatMap((key) => {
      const value = answers[key];
      const parameter = parameterOf(key);
      if (value === undefined || value === false || parameter.secret) return [];
      if (isRunParameter(key) && !keptRunKeys.has(key)) return [];
      return [[key, Array.isArray(value) ? value.map(textOf) : textOf(value)] as const];
    }),
  );

/** Answers as flags with their values, quoted for a shell. */
export const flagWords = (answers: Answers): readonly string[] =>
  Object.entries(writtenAnswers(answers)).flatMap(([key, value]) => {
    const parameter = parameterOf(key as ParameterKey);
    const flag = flagOf(key, parameter);
    if (parameter.value === undefined) return [flag];
    return (typeof value === 'string' ? [value] : value).flatMap((one) => flagWithValue(flag, one));
  });

/** A command line: its name and what stands behind it, these flags. What stands behind it and looks like a flag comes last. */
const commandLine = (command: readonly string[], flags: readonly string[]): string => {
  const looksLikeFlags = command.some((word) => word.startsWith('-'));
  const [name = '', ...files] = command;
  return [
    'dpm-prep',
    ...(looksLikeFlags ? [name] : command.map(quoted)),
    ...flags,
    ...(looksLikeFlags ? ['--', ...files.map(quoted)] : []),
  ].join(' ');
};

/** The command line that does the same, asking for what was typed at a prompt of a tool. */
export const commandAgain = (command: readonly string[], answers: Answers): string =>
  commandLine(command, flagWords(answers));

/** The command line that does the same without asking. `command`: its name and what stands behind it. `password`: a placeholder for it where one was typed. */
export const replayLine = (command: readonly string[], answers: Answers, password: boolean): string => {
  const given = answers.passwordFile !== undefined || answers.passwordStdin === true;
  return commandLine(command, [
    ...flagWords(answers),
    ...(password && !given ? ['--password-file', '<file>'] : []),
    '--yes',
    '--no-input',
  ]);
};
