import { judgeValue } from '../../src/answers/gather.js';
import { inOurSpelling } from '../../src/answers/habits.js';
import { flagOf } from '../../src/answers/parameter.js';
import { parameterOf, runParameters, type ParameterKey } from '../../src/answers/parameters.js';
import { commands } from '../../src/commands/registry.js';
import type { Report } from '../../src/run/report.js';
import { wordsOf } from './pasted.js';

/* The command that a dpm-prep line in a report names must accept that line: flags, values, number of files. */

/** Commands that take the practice pair as a whole, or no computer at all. */
const withoutComputer: ReadonlySet<string> = new Set([
  'rehearse',
  'explain',
  'scenarios',
  'schema',
  'completion',
  'fixtures',
]);

/** Stands for what the reader fills in. */
const placeholder = /<[^<>]+>|\u2026/g;

const keysByFlag = (name: string): ReadonlyMap<string, ParameterKey> =>
  new Map(
    [...(commands.find((one) => one.name === name)?.parameters ?? []), ...runParameters].flatMap((key) => {
      const parameter = parameterOf(key);
      return parameter.secret ? [] : [[flagOf(key, parameter), key] as const];
    }),
  );

/** What is wrong with a dpm-prep command line, or null. A placeholder stands for every value. */
export const wrongWith = (line: string): string | null => {
  let words: readonly string[];
  try {
    words = inOurSpelling(wordsOf(line.replaceAll(placeholder, 'PLACEHOLDER')).slice(1));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const [name = '', ...rest] = words;
  const spec = commands.find((one) => one.name === name);
  if (!spec) return `no command ${name}`;
  const keys = keysByFlag(name);
  const positional: string[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    if (word === '--help') continue;
    if (word === '--') {
      positional.push(...rest.slice(at + 1));
      break;
    }
    const [flag = '', ...parts] = word.split('=');
    const key = keys.get(flag);
    if (key === undefined) {
      if (word.startsWith('-')) return `${name} has no ${word}`;
      // Words that are known only while the program runs.
      if (word !== 'PLACEHOLDER' || spec.positional !== undefined) positional.push(word);
      continue;
    }
    const parameter = parameterOf(key);
    if (parameter.value === undefined) continue;
    const value = parts.length > 0 ? parts.join('=') : rest[(at += 1)];
    if (value === undefined) return `${flag} has no value`;
    if (value.includes('PLACEHOLDER')) continue;
    const judged = judgeValue(key, parameter.many === true ? [value] : value);
    if (!judged.ok) return `${flag} ${value}: ${judged.problem}`;
  }
  const most = spec.positional === undefined ? 0 : spec.positional.notation.includes('...') ? Infinity : 1;
  return positional.length > most ? `${name} takes no ${positional.slice(most).join(' ')}` : null;
};

const names = commands.map(({ name }) => name).join('|');
const begin = new RegExp(String.raw`(^|[^\w/\\.-])dpm-prep (${names})(?![\w-])`, 'g');

/** The commands in a text: in double quotes, or up to its end. */
export const commandsIn = (text: string): readonly string[] =>
  [...text.matchAll(begin)].map((match) => {
    const at = match.index + (match[1] ?? '').length;
    const rest = text.slice(at);
    return match[1] === '"' ? rest.slice(0, rest.indexOf('"')) : (rest.split('\n', 1)[0] ?? rest);
  });

const textsOf = (report: Report): readonly string[] => [
  ...report.notes,
  ...report.steps.flatMap(({ fix }) => fix),
  ...report.findings.flatMap(({ fix }) => fix ?? []),
  ...(report.problem?.fix ?? []),
  ...(report.next === null ? [] : [...report.next.instructions, report.next.command]),
  ...(report.replay === null ? [] : [report.replay]),
];

/** What is wrong with the commands that a report prints: `command: why`. */
export const wrongCommands = (report: Report): readonly string[] =>
  textsOf(report)
    .flatMap(commandsIn)
    .flatMap((line) => {
      const [, name = ''] = line.split(' ');
      const wrong =
        wrongWith(line) ??
        (report.rehearsal && !withoutComputer.has(name) && !line.includes('--world')
          ? 'does not name the practice computer'
          : null);
      return wrong === null ? [] : [`${line}: ${wrong}`];
    });
