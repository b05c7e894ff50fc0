import { usageProblem } from '../problem.js';
import { flagOf } from './parameter.js';
import { parameterKeys, parameterOf } from './parameters.js';

/*
 * What people type out of habit: PowerShell's `-DpmServerName Server01`, the `/?` of cmd.exe, `-v`. All of it is taken as
 * the flag that it stands for, so that Microsoft's page can be typed as it is printed.
 */

/** The flag by its letters alone, in lower case: what `-DpmServerName`, `-dpmservername` and `--dpm-server-name` share. */
const flagsByLetters: ReadonlyMap<string, string> = new Map(
  parameterKeys.flatMap((key) => {
    const parameter = parameterOf(key);
    if (parameter.secret) return [];
    const flag = flagOf(key, parameter);
    return [flag, ...(parameter.alias === undefined ? [] : [parameter.alias])].map(
      (one) => [one.replaceAll('-', '').toLowerCase(), flag] as const,
    );
  }),
);

const helpWords: ReadonlySet<string> = new Set(['/?', '-?', '/h', '/help', '-help']);
const versionWords: ReadonlySet<string> = new Set(['-v', '/v', '-version', '/version', 'version']);

/** `-Name`, `-Name:value` or `-Name=value`, as PowerShell takes them. */
const named = /^-([A-Za-z][A-Za-z]+)(?:[:=](.*))?$/s;
const password = /^(?:--?|\/)(?:password|pwd|pass)(?:[:=].*)?$/i;

/** `-Confirm:$false` arrives in one word or in two; PowerShell has put in the value. */
const switchWithValue = /^-([A-Za-z]+):(\$?(?:true|false))$/i;

/** A switch that is given a value as in PowerShell; undefined: this word is not one. */
const switched = (word: string): readonly string[] | undefined => {
  const [, name = '', value = ''] = switchWithValue.exec(word) ?? [];
  if (name === '') return undefined;
  const isTrue = /true/i.test(value);
  // Whoever types this wants no question; our own --confirm takes a name.
  if (name.toLowerCase() === 'confirm') return isTrue ? [] : ['--yes'];
  const flag = flagsByLetters.get(name.toLowerCase());
  return flag === undefined ? undefined : isTrue ? [flag] : [];
};

/** `-Name:` and its value as one word again, where the value is true or false. */
const joined = (words: readonly string[]): readonly string[] =>
  words.flatMap((word, index) => {
    const before = words[index - 1] ?? '';
    const colon = /^-[A-Za-z]+:$/;
    const truth = /^\$?(?:true|false)$/i;
    if (truth.test(word) && colon.test(before)) return [];
    return colon.test(word) && truth.test(words[index + 1] ?? '')
      ? [`${word}${words[index + 1] ?? ''}`]
      : [word];
  });

const ours = (word: string): readonly string[] => {
  const known = switched(word);
  if (known !== undefined) return known;
  if (helpWords.has(word.toLowerCase())) return ['--help'];
  const [, name, value] = named.exec(word) ?? [];
  const flag = name === undefined ? undefined : flagsByLetters.get(name.toLowerCase());
  if (flag === undefined) return [word];
  return value === undefined ? [flag] : [flag, value];
};

/** Explorer's "Copy as path" puts quotes around a path, and a paste often brings blanks along. */
export const unquoted = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/, '$2');

/** The command line in this program's spelling. Throws a Problem (exit 2) for a password among the arguments. */
export const inOurSpelling = (argv: readonly string[]): readonly string[] => {
  const end = argv.indexOf('--');
  const [flags, rest] = end === -1 ? [argv, []] : [argv.slice(0, end), argv.slice(end)];
  if (flags.some((word) => password.test(word))) {
    throw usageProblem(
      'A password is not allowed on the command line: other users of this computer can read it there.',
      'Leave it out: SetDpmServer asks for it. In a script use --password-file <file>, --password-stdin, or the environment variable DPM_PREP_PASSWORD.',
    );
  }
  const [first] = flags;
  if (first !== undefined && versionWords.has(first.toLowerCase())) return ['--version'];
  return [...joined(flags).flatMap(ours), ...rest];
};
