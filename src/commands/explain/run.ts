import { createReadStream } from 'node:fs';
import * as z from 'zod';
import { cleanText } from '../../clean.js';
import { explainText } from '../../dpm/explain.js';
import { sourceText } from '../../dpm/source.js';
import { usageProblem } from '../../problem.js';
import { report } from '../../run/report.js';
import { readStandardInput } from '../../show/streams.js';
import { wrap } from '../../show/wrap.js';
import type { CommandModule } from '../../application/command.js';

/** A longer log is read so far, and the summary says so. */
const maxBytes = 64 * 1024 * 1024;
const maxFiles = 200;

const dataSchema = z.object({
  errors: z.array(
    z.object({
      id: z.string(),
      name: z.string().nullable(),
      meaning: z.string(),
      action: z.array(z.string()),
      command: z.string().nullable().describe('the dpm-prep command that does it'),
      source: z.string(),
      count: z.number(),
      seenIn: z
        .array(z.object({ log: z.string(), count: z.number(), firstLine: z.number(), lastLine: z.number() }))
        .describe('empty for an id that was given by itself'),
    }),
  ),
  unknown: z.array(z.object({ id: z.string(), count: z.number() })),
  lines: z.number(),
  cut: z.boolean().describe('the text was longer than is read'),
});

type Data = z.infer<typeof dataSchema>;

const idShape = /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i;

/** Something to explain: a log, or the ids that were given by themselves. */
interface Text {
  readonly log: string | null;
  readonly text: string;
  readonly cut: boolean;
}

const decoded = (bytes: Buffer): string =>
  bytes[0] === 0xff && bytes[1] === 0xfe
    ? bytes.subarray(2).toString('utf16le')
    : bytes.toString('utf8').replace(/^\uFEFF/, '');

const logOf = (log: string, bytes: Buffer): Text => ({
  log: cleanText(log, 300),
  text: decoded(bytes.subarray(0, maxBytes)),
  cut: bytes.length > maxBytes,
});

const whyNotRead = (code: string | undefined): string => {
  if (code === 'ENOENT') return 'is neither an error id nor a file';
  if (code === 'EISDIR') return 'is a folder; name the log in it';
  return `cannot be read (${code ?? 'unknown'})`;
};

const readLog = async (path: string): Promise<Text> => {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: maxBytes })) chunks.push(chunk as Buffer);
  } catch (error) {
    throw usageProblem(
      `"${cleanText(path, 300)}" ${whyNotRead((error as NodeJS.ErrnoException).code)}.`,
      'An id is a number such as 33234, or an HRESULT such as 0x80070005. A log is named, or goes through a pipe: dpm-prep explain < msdpm.log',
    );
  }
  return logOf(path, Buffer.concat(chunks));
};

/** What the arguments name; without any, what came by pipe. */
const textsOf = async (given: readonly string[]): Promise<readonly Text[]> => {
  if (given.length === 0) return [logOf('standard input', await readStandardInput(maxBytes + 1))];
  const paths = [...new Set(given.filter((one) => !idShape.test(one)))];
  if (paths.length > maxFiles) throw usageProblem(`More than ${String(maxFiles)} logs at once.`);
  // Ids as arguments are ids, whatever their length; in a log a bare short number is none.
  const ids = given.filter((one) => idShape.test(one)).map((id) => `Error ID: ${id}`);
  const texts: Text[] = ids.length === 0 ? [] : [{ log: null, text: ids.join('\n'), cut: false }];
  for (const path of paths) texts.push(await readLog(path));
  return texts;
};

/** What was found in all of the texts, most frequent first. */
const summed = (texts: readonly Text[]): Data => {
  const errors = new Map<string, Data['errors'][number]>();
  const unknown = new Map<string, number>();
  let [lines, cut] = [0, false];
  for (const { log, text, cut: textCut } of texts) {
    const explanation = explainText(text);
    lines += explanation.lines;
    cut ||= textCut || explanation.cut;
    for (const { error, count, firstLine, lastLine } of explanation.seen) {
      const entry = errors.get(error.id) ?? {
        id: error.id,
        name: error.name,
        meaning: error.meaning,
        action: [...error.fix],
        command: error.command,
        source: sourceText(error.source),
        count: 0,
        seenIn: [],
      };
      entry.count += count;
      if (log !== null) entry.seenIn.push({ log, count, firstLine, lastLine });
      errors.set(error.id, entry);
    }
    for (const { id, count } of explanation.unknown) unknown.set(id, (unknown.get(id) ?? 0) + count);
  }
  return {
    errors: [...errors.values()].sort((a, b) => b.count - a.count),
    unknown: [...unknown].map(([id, count]) => ({ id: cleanText(id, 40), count })),
    lines,
    cut,
  };
};

const run: CommandModule['run'] = async (context) => {
  const texts = await textsOf(context.positional);
  if (texts.every(({ text }) => text === '')) {
    throw usageProblem(
      'There is nothing to explain.',
      'dpm-prep explain 33234, dpm-prep explain msdpm.log, or by pipe: dpm-prep explain < msdpm.log',
    );
  }
  return report({ command: context.spec.name, data: summed(texts) });
};

const timesText = (count: number): string => (count === 1 ? 'once' : `${String(count)} times`);

/** "4 times, lines 3 to 90", with the log's name where there are several. */
const placeText = (
  { log, count, firstLine, lastLine }: Data['errors'][number]['seenIn'][number],
  named: boolean,
): string => {
  const where =
    firstLine === lastLine
      ? `line ${String(firstLine)}`
      : `lines ${String(firstLine)} to ${String(lastLine)}`;
  return `${named ? `${log}: ` : ''}${timesText(count)}, ${where}`;
};

export default {
  run,
  dataSchema,
  print: (result, screen) => {
    const { errors, unknown, lines, cut } = dataSchema.parse(result.data);
    const { color, marks } = screen.result;
    const put = (text: string, indent: string): string =>
      `${indent}${wrap(text, screen.width - indent.length, indent)}`;
    const named = new Set(errors.flatMap(({ seenIn }) => seenIn.map(({ log }) => log))).size > 1;
    const out = errors.flatMap((error) => [
      `${color.bold(error.id)}${error.name === null ? '' : ` ${error.name}`}`,
      ...error.seenIn.map((place) => color.dim(put(placeText(place, named), '  '))),
      put(error.meaning, '  '),
      ...error.action.map((action) => `  ${marks.go} ${wrap(action, screen.width - 4, '    ')}`),
      ...(error.command === null ? [] : [`  ${color.cyan(error.command)}`]),
      color.dim(put(error.source, '  ')),
      '',
    ]);
    if (errors.length === 0) out.push(`No error that dpm-prep knows in ${String(lines)} lines.`);
    if (unknown.length > 0) {
      out.push(
        `Not in the table: ${unknown.map(({ id }) => id).join(', ')}. Microsoft's list: "DPM error codes".`,
      );
    }
    if (cut) out.push('The text was longer than is read; the rest was left out.');
    screen.print(out.join('\n').trimEnd());
  },
} satisfies CommandModule;
