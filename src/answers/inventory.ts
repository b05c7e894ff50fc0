import { parse as parseCsv } from 'csv-parse/sync';
import * as z from 'zod';
import { cleanText } from '../clean.js';
import { parseComputerName, parseUserName } from '../dpm/names.js';
import { usageProblem } from '../problem.js';
import { parsedText, plainText } from './parameter.js';
import { readYaml } from './yaml.js';

/** One protected computer of an inventory file. */
export interface InventoryEntry {
  /** Line of the CSV, or place in the YAML list, for messages. */
  readonly at: string;
  readonly psName: string;
  readonly method: 'ntlm' | 'certificate' | null;
  readonly userName: string | null;
  readonly handover: string | null;
  readonly psCredential: string | null;
  readonly passwordFile: string | null;
}

export const maxInventoryBytes = 4 * 1024 * 1024;
const maxComputers = 10_000;

/** An empty cell is a value that was not given. */
const optional = (schema: z.ZodType<string>) =>
  z
    .preprocess((text) => (text === '' ? undefined : text), schema.optional())
    .transform((text) => text ?? null);

const entrySchema = z.strictObject({
  psName: parsedText(parseComputerName)(z),
  method: z
    .string()
    .transform((text) => text.trim().toLowerCase())
    .pipe(z.enum(['ntlm', 'certificate', ''], 'method is ntlm or certificate.'))
    .optional()
    .transform((text) => (text === undefined || text === '' ? null : text)),
  userName: optional(parsedText(parseUserName)(z)),
  handover: optional(plainText(z)),
  psCredential: optional(plainText(z)),
  passwordFile: optional(plainText(z)),
});

const columns = Object.keys(entrySchema.shape);

const rowsOf = (text: string, path: string): readonly { readonly at: string; readonly row: unknown }[] => {
  const csv = /\.csv$/i.test(path) || (!/\.(ya?ml|json)$/i.test(path) && /^[^\n:]*,[^\n:]*\r?\n/.test(text));
  try {
    if (csv) {
      const records = parseCsv(text, {
        bom: true,
        columns: (header: string[]) => header.map((name) => name.trim()),
        delimiter: [',', ';'],
        info: true,
        max_record_size: 20_000,
        skip_empty_lines: true,
        trim: true,
      }) as unknown as readonly { readonly record: unknown; readonly info: { readonly lines: number } }[];
      return records.map(({ record, info }) => ({ at: `line ${String(info.lines)}`, row: record }));
    }
    const content = readYaml(text);
    if (!Array.isArray(content)) throw new Error('it must be a list of computers');
    return content.map((row: unknown, index) => ({ at: `computer ${String(index + 1)}`, row }));
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : '';
    throw usageProblem(
      `The inventory ${path} cannot be read as ${csv ? 'CSV' : 'YAML or JSON'}: ${cleanText(why, 200)}`,
      `Columns or keys: ${columns.join(', ')}. Only psName is needed.`,
    );
  }
};

const firstIssue = (error: z.ZodError): string => {
  const issue = error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    return `${issue.keys.map((key) => JSON.stringify(cleanText(key, 40))).join(', ')} is no column; columns: ${columns.join(', ')}.`;
  }
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`;
};

/**
 * The computers of an inventory file (CSV with a header line, or a YAML or JSON list). Every row passes its schema;
 * no computer stands in it twice. Throws a Problem (exit 2) that names the line.
 */
export const parseInventory = (text: string, path: string): readonly InventoryEntry[] => {
  const rows = rowsOf(text.replace(/^\uFEFF/, ''), path);
  if (rows.length === 0) throw usageProblem(`The inventory ${path} names no computer.`);
  if (rows.length > maxComputers) {
    throw usageProblem(
      `The inventory ${path} names ${String(rows.length)} computers; at most ${String(maxComputers)} are taken.`,
    );
  }
  const seen = new Map<string, string>();
  return rows.map(({ at, row }) => {
    const parsed = entrySchema.safeParse(row);
    if (!parsed.success) throw usageProblem(`The inventory ${path}, ${at}: ${firstIssue(parsed.error)}`);
    const { psName, ...rest } = parsed.data;
    const before = seen.get(psName.text.toLowerCase());
    if (before !== undefined) {
      throw usageProblem(`The inventory ${path} names ${psName.text} twice: ${before} and ${at}.`);
    }
    seen.set(psName.text.toLowerCase(), at);
    return { at, psName: psName.text, ...rest };
  });
};
