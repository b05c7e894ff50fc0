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

/** The computer that a line names with --on, where it is one of the two sides. */
const sideIn = (line: string): string | null =>
  /(?:^| )--on (dpm-server|protected-computer)(?= |$)/.exec(line)?.[1] ?? null;

/** Names a computer in a way that does not say which of the two it is. */
const vague = /\bthere\b|\bon <x>/i;
const exact = /\bon (?:the|this|its) DPM server\b|\bon the protected computer\b/i;

/** The commands in a text of the program for which it does not say on which of the two computers they run. */
export const withoutPlace = (text: string): readonly string[] =>
  commandsIn(text).filter((line) => {
    const [, name = ''] = line.split(' ');
    if (withoutComputer.has(name) || commands.find((one) => one.name === name)?.side !== undefined)
      return false;
    const before =
      text
        .slice(0, text.indexOf(line))
        .split(/[.?!] /)
        .at(-1) ?? '';
    return vague.test(before) && !exact.test(before);
  });

/** What is wrong with where a command of a rehearsal would run, or null. `next`: the computer that the text is about. */
const misplaced = (line: string, next: string | null): string | null => {
  const [, name = ''] = line.split(' ');
  if (withoutComputer.has(name)) return null;
  if (!line.includes('--world')) return 'does not name the practice computer';
  const on = sideIn(line);
  const wanted = commands.find((one) => one.name === name)?.side ?? next;
  return on === null || wanted === null || on === wanted ? null : `runs on the ${on}, not on the ${wanted}`;
};

/** What is wrong with the commands that a report prints: `command: why`. */
export const wrongCommands = (report: Report): readonly string[] =>
  textsOf(report).flatMap((text) => [
    ...(/dpm-prep again(?![\w-])/.test(text) ? [`${text}: the command that ran is not filled in`] : []),
    ...commandsIn(text).flatMap((line) => {
      const next = text === report.next?.command ? report.next.side : null;
      const wrong = wrongWith(line) ?? (report.rehearsal ? misplaced(line, next) : null);
      return wrong === null ? [] : [`${line}: ${wrong}`];
    }),
  ]);
