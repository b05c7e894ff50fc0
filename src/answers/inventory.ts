import * as z from 'zod';
import { cleanText } from '../clean.js';
import { parseComputerName, parseUserName } from '../dpm/names.js';
import { usageProblem } from '../problem.js';
import { documentText, EncodingProblem } from './document-text.js';
import { readTable, rewrittenBySpreadsheet, TableProblem } from './inventory-csv.js';
import { parsedText, plainText } from './parameter.js';
import { schemaParts } from './schema-parts.js';
import { readYaml, YamlProblem } from './yaml.js';

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
  psName: parsedText(parseComputerName)(schemaParts),
  method: z
    .string()
    .transform((text) => text.trim().toLowerCase())
    .pipe(z.enum(['ntlm', 'certificate', ''], 'method is ntlm or certificate.'))
    .optional()
    .transform((text) => (text === undefined || text === '' ? null : text)),
  userName: optional(parsedText(parseUserName)(schemaParts)),
  handover: optional(plainText(schemaParts)),
  psCredential: optional(plainText(schemaParts)),
  passwordFile: optional(plainText(schemaParts)),
});

const columns = Object.keys(entrySchema.shape);

interface Row {
  /** Where it stands: `line 4`, `computer 2`. */
  readonly at: string;
  readonly row: unknown;
  /** Where a value of it stands, for a table: `line 4, column 2 (userName)`. */
  readonly place: (key: string) => string;
}

const textOf = (bytes: Buffer, path: string): string => {
  try {
    return documentText(bytes, { guess: true });
  } catch (error) {
    if (!(error instanceof EncodingProblem)) throw error;
    throw usageProblem(
      `The inventory ${path}, line ${String(error.line)}, column ${String(error.column)}: ${error.message}.`,
      'In Excel: "CSV UTF-8 (comma delimited)". In Windows PowerShell: Export-Csv -Encoding UTF8 -NoTypeInformation.',
    );
  }
};

const placeOf = (line: number | null, column: number | null): string =>
  `${line === null ? '' : `, line ${String(line)}`}${column === null ? '' : `, column ${String(column)}`}`;

const csvRows = (text: string): readonly Row[] => {
  const { rows, columns: numbers } = readTable(text, columns);
  return rows.map(({ line, values }) => {
    const at = `line ${String(line)}`;
    const place = (key: string): string => {
      const column = numbers.get(key);
      return column === undefined ? at : `${at}, column ${String(column)} (${key})`;
    };
    for (const key of ['psName', 'userName']) {
      const cell = values[key] ?? '';
      const why = rewrittenBySpreadsheet(cell);
      if (why !== null) {
        throw new TableProblem(
          `${key}: "${cleanText(cell, 40)}" ${why}. Format the column as text, save the file as "CSV UTF-8", or write the inventory in YAML.`,
          line,
          numbers.get(key) ?? null,
        );
      }
    }
    return { at, row: values, place };
  });
};

const yamlRows = (text: string): readonly Row[] => {
  const content = readYaml(text);
  if (!Array.isArray(content)) throw new TableProblem('it must be a list of computers', null);
  return content.map((row: unknown, index) => {
    const at = `computer ${String(index + 1)}`;
    return { at, row, place: (key) => `${at}: ${key}` };
  });
};

const isTable = (text: string, path: string): boolean =>
  /\.(?:csv|tsv|txt)$/i.test(path) ||
  (!/\.(?:ya?ml|json)$/i.test(path) && /^[^\n:]*[,;\t][^\n:]*\r?\n/.test(text));

const rowsOf = (text: string, path: string): readonly Row[] => {
  const table = isTable(text, path);
  try {
    return table ? csvRows(text) : yamlRows(text);
  } catch (error) {
    if (error instanceof TableProblem || error instanceof YamlProblem) {
      const column = error instanceof TableProblem ? error.column : null;
      throw usageProblem(
        `The inventory ${path}${placeOf(error.line, column)} cannot be read as ${table ? 'CSV' : 'YAML or JSON'}: ${cleanText(error.message, 300)}`,
        `Columns or keys: ${columns.join(', ')}. Only psName is needed.`,
      );
    }
    throw error;
  }
};

/** Where the first complaint is, and what it says. */
const firstIssue = ({ at, place }: Row, error: z.ZodError): string => {
  const issue = error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    return `${at}: ${issue.keys.map((key) => `"${cleanText(key, 40)}"`).join(', ')} is not a known key. Known keys: ${columns.join(', ')}.`;
  }
  return `${place(issue?.path.join('.') ?? '')}: ${issue?.message ?? 'not valid'}`;
};

/**
 * The computers of an inventory file, as a spreadsheet, Export-Csv or an editor wrote it: a table with a header line, or
 * a YAML or JSON list. Every row passes its schema; no computer stands in it twice. Throws a Problem (exit 2) that names
 * the line, and in a table the column.
 */
export const parseInventory = (bytes: Buffer, path: string): readonly InventoryEntry[] => {
  const rows = rowsOf(textOf(bytes, path), path);
  if (rows.length === 0) throw usageProblem(`The inventory ${path} does not name a computer.`);
  if (rows.length > maxComputers) {
    throw usageProblem(
      `The inventory ${path} names ${String(rows.length)} computers. The limit is ${String(maxComputers)}.`,
    );
  }
  const seen = new Map<string, string>();
  return rows.map((row) => {
    const { at } = row;
    const parsed = entrySchema.safeParse(row.row);
    if (!parsed.success) throw usageProblem(`The inventory ${path}, ${firstIssue(row, parsed.error)}`);
    const { psName, ...rest } = parsed.data;
    const before = seen.get(psName.text.toLowerCase());
    if (before !== undefined) {
      throw usageProblem(`The inventory ${path} names ${psName.text} twice: ${before} and ${at}.`);
    }
    seen.set(psName.text.toLowerCase(), at);
    return { at, psName: psName.text, ...rest };
  });
};
