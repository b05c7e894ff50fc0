import * as z from 'zod';
import { cleanText } from '../clean.js';
import { explainText, type Explanation } from '../dpm/explain.js';
import { sourceText } from '../dpm/source.js';
import { usageProblem } from '../problem.js';
import { report } from '../run/report.js';
import { readStandardInput } from '../show/streams.js';
import { wrap } from '../show/wrap.js';
import type { CommandModule } from './command.js';

const maxBytes = 64 * 1024 * 1024;

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
      firstLine: z.number(),
      lastLine: z.number(),
    }),
  ),
  unknown: z.array(z.object({ id: z.string(), count: z.number() })),
  lines: z.number(),
  cut: z.boolean().describe('the text was longer than is read'),
});

type Data = z.infer<typeof dataSchema>;

const idShape = /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i;

/** Ids as arguments are ids, whatever their length; in a log a bare short number is none. */
const asText = (ids: readonly string[]): string => {
  const bad = ids.find((id) => !idShape.test(id));
  if (bad !== undefined) {
    throw usageProblem(
      `${JSON.stringify(cleanText(bad, 60))} is no error id.`,
      'An id is a number such as 33234, or an HRESULT such as 0x80070005. A log goes through a pipe: dpm-prep explain < msdpm.log',
    );
  }
  return ids.map((id) => `Error ID: ${id}`).join('\n');
};

const decoded = (bytes: Buffer): string =>
  bytes[0] === 0xff && bytes[1] === 0xfe
    ? bytes.subarray(2).toString('utf16le')
    : bytes.toString('utf8').replace(/^\uFEFF/, '');

const dataOf = ({ seen, unknown, lines, cut }: Explanation): Data => ({
  errors: seen.map(({ error, count, firstLine, lastLine }) => ({
    id: error.id,
    name: error.name,
    meaning: error.meaning,
    action: [...error.mend],
    command: error.command,
    source: sourceText(error.source),
    count,
    firstLine,
    lastLine,
  })),
  unknown: unknown.map(({ id, count }) => ({ id: cleanText(id, 40), count })),
  lines,
  cut,
});

const run: CommandModule['run'] = async (context) => {
  const ids = context.positional;
  const text = ids.length > 0 ? asText(ids) : decoded(await readStandardInput(maxBytes));
  if (text === '') {
    throw usageProblem(
      'There is nothing to explain.',
      'dpm-prep explain 33234, or a log by pipe: dpm-prep explain < msdpm.log',
    );
  }
  return report({ command: context.spec.name, data: dataOf(explainText(text)) });
};

export default {
  run,
  dataSchema,
  print: (result, screen) => {
    const { errors, unknown, lines, cut } = dataSchema.parse(result.data);
    const { color, marks } = screen.result;
    const put = (text: string, indent: string): string =>
      `${indent}${wrap(text, screen.width - indent.length, indent)}`;
    const out = errors.flatMap((error) => [
      `${color.bold(error.id)}${error.name === null ? '' : ` ${error.name}`}${error.count > 1 ? color.dim(` (${String(error.count)} times, lines ${String(error.firstLine)} to ${String(error.lastLine)})`) : ''}`,
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
