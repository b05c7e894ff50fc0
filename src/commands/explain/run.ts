import { createReadStream } from 'node:fs';
import * as z from 'zod';
import { cleanText } from '../../clean.js';
import { cleanLine } from '../../machine/output.js';
import { Explainer, explainText, type Explanation, type Occurrence } from '../../dpm/explain.js';
import { sourceText, versionsText } from '../../dpm/source.js';
import { usageProblem } from '../../problem.js';
import { report } from '../../run/report.js';
import { standardInput } from '../../show/streams.js';
import { placedCommand } from '../../dpm/errors/index.js';
import { wrap } from '../../show/wrap.js';
import type { CommandModule, KeysOf } from '../../application/command.js';
import { readLogInto } from './log-reader.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const maxFiles = 200;

const occurrenceSchema = z.strictObject({
  line: z.number(),
  time: z.string().nullable().describe('as the log writes it'),
  level: z.string().nullable().describe('as an errlog of DPM writes it, such as WARNING'),
  text: z.string(),
});

const dataSchema = z.strictObject({
  errors: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string().nullable(),
      meaning: z.string(),
      action: z.array(z.string()),
      command: z.string().nullable().describe('the dpm-prep command that does it'),
      source: z.string(),
      versions: z.string().describe('which versions of DPM and MABS the source is written for'),
      notes: z.array(z.string()).describe('what the text around the error says about it'),
      count: z.number(),
      seenIn: z
        .array(
          z.strictObject({
            log: z.string(),
            count: z.number(),
            firstLine: z.number(),
            lastLine: z.number(),
            last: occurrenceSchema.describe('the last occurrence'),
          }),
        )
        .describe('empty for an id that was given by itself'),
    }),
  ),
  unknown: z.array(
    z.strictObject({
      id: z.string(),
      count: z.number(),
      form: z.string().nullable().describe('what the form of an HRESULT says'),
      last: z.strictObject({ log: z.string(), line: z.number() }).nullable(),
    }),
  ),
  moreUnknown: z.number().describe('different ids beyond those of "unknown"'),
  lines: z.number(),
});

type Data = z.infer<typeof dataSchema>;

const idShape = /^(?:0x[0-9a-f]{1,8}|-?\d{1,10})$/i;

/** What a person copies along with an id. */
const label = /^(?:error|id|ids|code)[:#]?$/i;

/** What was found in a log, or in the ids that were given by themselves (then `log` is null). */
interface Explained {
  readonly log: string | null;
  readonly explanation: Explanation;
  readonly empty: boolean;
}

const explainLog = async (log: string, chunks: AsyncIterable<Buffer>): Promise<Explained> => {
  const explainer = new Explainer();
  let empty = true;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      empty &&= chunk.length === 0;
      yield chunk;
    }
  };
  await readLogInto(explainer, counted());
  return { log: cleanText(log, 300), explanation: explainer.result(), empty };
};

const whyNotRead = (code: string | undefined): string => {
  if (code === 'ENOENT') return 'is neither an error id nor a file';
  if (code === 'EISDIR') return 'is a folder; name the log in it';
  return `cannot be read (${code ?? 'unknown'})`;
};

const explainFile = async (path: string): Promise<Explained> => {
  try {
    return await explainLog(path, createReadStream(path) as AsyncIterable<Buffer>);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const explanation = explainText(path);
    if (explanation.seen.length > 0 || explanation.unknown.length > 0) {
      return { log: null, explanation, empty: false };
    }
    throw usageProblem(
      `"${cleanText(path, 300)}" ${whyNotRead(code)}.`,
      'An id is a number such as 33234, or an HRESULT such as 0x80070005. Explain a log: dpm-prep explain msdpm.log',
    );
  }
};

/** What the arguments name; without any, what came by pipe. */
const explained = async (given: readonly string[]): Promise<readonly Explained[]> => {
  if (given.length === 0) return [await explainLog('standard input', standardInput())];
  const paths = [...new Set(given.filter((one) => !idShape.test(one) && !label.test(one)))];
  if (paths.length > maxFiles) throw usageProblem(`More than ${String(maxFiles)} logs were given.`);
  // Ids as arguments are ids, whatever their length; in a log a bare short number is not one.
  const ids = given.filter((one) => idShape.test(one)).map((id) => `Error ID: ${id}`);
  const all: Explained[] =
    ids.length === 0 ? [] : [{ log: null, explanation: explainText(ids.join('\n')), empty: false }];
  for (const path of paths) all.push(await explainFile(path));
  return all;
};

const shown = (last: Occurrence): z.infer<typeof occurrenceSchema> => ({
  line: last.line,
  time: last.time === null ? null : cleanText(last.time, 60),
  level: last.level,
  text: cleanLine(last.text, 300),
});

/** What was found in all of the texts, most frequent first. */
const summed = (all: readonly Explained[]): Data => {
  const errors = new Map<string, Data['errors'][number]>();
  const unknown = new Map<string, Data['unknown'][number]>();
  for (const { log, explanation } of all) {
    for (const { error, count, firstLine, lastLine, last, note } of explanation.seen) {
      const entry = errors.get(error.id) ?? {
        id: error.id,
        name: error.name,
        meaning: error.meaning,
        action: [...error.fix],
        command: error.command,
        source: sourceText(error.source),
        versions: versionsText(error.source),
        notes: [],
        count: 0,
        seenIn: [],
      };
      entry.count += count;
      if (note !== null && !entry.notes.includes(note)) entry.notes.push(note);
      if (log !== null) entry.seenIn.push({ log, count, firstLine, lastLine, last: shown(last) });
      errors.set(error.id, entry);
    }
    for (const { id, count, last, form } of explanation.unknown) {
      unknown.set(id, {
        id: cleanText(id, 40),
        count: (unknown.get(id)?.count ?? 0) + count,
        form,
        last: log === null ? null : { log, line: last.line },
      });
    }
  }
  return {
    errors: [...errors.values()].sort((a, b) => b.count - a.count),
    unknown: [...unknown.values()].sort((a, b) => b.count - a.count),
    moreUnknown: all.reduce((sum, { explanation }) => sum + explanation.moreUnknown, 0),
    lines: all.reduce((sum, { explanation }) => sum + explanation.lines, 0),
  };
};

const run: CommandModule<Keys>['run'] = async (context) => {
  const all = await explained(context.positional);
  if (all.every(({ empty }) => empty)) {
    throw usageProblem(
      'No error id was given, or the log is empty.',
      'Explain an id: dpm-prep explain 33234',
      'Explain a log: dpm-prep explain msdpm.log',
    );
  }
  return report({ command: context.spec.name, data: summed(all) });
};

const timesText = (count: number): string => (count === 1 ? 'once' : `${String(count)} times`);

/** "4 times, lines 3 to 90; last 10/21 21:02:21.611", with the log's name where there are several. */
const placeText = (
  { log, count, firstLine, lastLine, last }: Data['errors'][number]['seenIn'][number],
  named: boolean,
): string => {
  const where =
    firstLine === lastLine
      ? `line ${String(firstLine)}`
      : `lines ${String(firstLine)} to ${String(lastLine)}`;
  const when = last.time === null ? '' : `${count === 1 ? ', ' : '; last '}${last.time}`;
  return `${named ? `${log}: ` : ''}${timesText(count)}, ${where}${when}${last.level === null ? '' : ` ${last.level}`}`;
};

const unknownText = ({ id, count, form, last }: Data['unknown'][number]): string =>
  `${id} (${timesText(count)}${last === null ? '' : `, last in line ${String(last.line)}`})${form === null ? '' : `: ${form}`}`;

export default {
  run,
  dataSchema,
  print: (result, screen) => {
    const { errors, unknown, moreUnknown, lines } = dataSchema.parse(result.data);
    const { color, marks } = screen.result;
    const put = (text: string, indent: string): string =>
      `${indent}${wrap(text, screen.width - indent.length, indent)}`;
    const named = new Set(errors.flatMap(({ seenIn }) => seenIn.map(({ log }) => log))).size > 1;
    const out = errors.flatMap((error) => [
      `${color.bold(error.id)}${error.name === null ? '' : ` ${error.name}`}`,
      ...error.seenIn.flatMap((place) => [
        color.dim(put(placeText(place, named), '  ')),
        color.dim(put(`Last: ${place.last.text}`, '  ')),
      ]),
      put(error.meaning, '  '),
      ...error.notes.map((note) => put(note, '  ')),
      ...error.action.map((action) => `  ${marks.go} ${wrap(action, screen.width - 4, '    ')}`),
      ...(error.command === null
        ? []
        : [`  ${marks.go} ${wrap(placedCommand(error.command), screen.width - 4, '    ')}`]),
      color.dim(put(`Source: ${error.source}. Versions: ${error.versions}.`, '  ')),
      '',
    ]);
    if (errors.length === 0) out.push(`No error that dpm-prep knows was found in ${String(lines)} lines.`);
    if (unknown.length > 0) {
      out.push(
        'Not in the table:',
        ...unknown.map((one) => put(unknownText(one), '  ')),
        ...(moreUnknown === 0 ? [] : [`  and ${String(moreUnknown)} more`]),
        'Microsoft\'s list: "DPM error codes".',
      );
    }
    screen.print(out.join('\n').trimEnd());
  },
} satisfies CommandModule<Keys>;
