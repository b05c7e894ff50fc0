import { CsvError, parse } from 'csv-parse/sync';
import { cleanText } from '../clean.js';

/** Why a table cannot be read: one sentence, and where, both from 1. */
export class TableProblem extends Error {
  readonly line: number | null;
  readonly column: number | null;

  constructor(message: string, line: number | null, column: number | null = null) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** One row: its line, its values by the names of the columns, and the number of each column. */
interface TableRow {
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

export interface Table {
  readonly rows: readonly TableRow[];
  /** By name, from 1. */
  readonly columns: ReadonlyMap<string, number>;
}

const delimiters = [',', ';', '\t'] as const;

/** What stands most often between the cells of the header line; a name of a column has none of them. */
const delimiterOf = (header: string): string => {
  const outside = header.replaceAll(/"[^"]*"/g, '');
  const count = (one: string): number => outside.split(one).length - 1;
  return [...delimiters].sort((a, b) => count(b) - count(a))[0] ?? ',';
};

/** `ps-name`, `PS name` and `PSNAME` are one column. */
const plainName = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '');

const columnsOf = (
  header: readonly string[],
  line: number,
  known: readonly string[],
): ReadonlyMap<string, number> => {
  const columns = new Map<string, number>();
  for (const [index, cell] of header.entries()) {
    // A spreadsheet leaves columns without a name where a cell further right was once used.
    if (cell === '') continue;
    const name = known.find((one) => plainName(one) === plainName(cell));
    if (name === undefined) {
      throw new TableProblem(
        `"${cleanText(cell, 40)}" is not a known column. Known columns: ${known.join(', ')}.`,
        line,
        index + 1,
      );
    }
    const before = columns.get(name);
    if (before !== undefined) {
      throw new TableProblem(
        `The column ${name} appears twice: columns ${String(before)} and ${String(index + 1)}.`,
        line,
        index + 1,
      );
    }
    columns.set(name, index + 1);
  }
  return columns;
};

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

const recordsOf = (text: string): readonly CsvRecord[] => {
  // `sep=;` is Excel's, `#TYPE …` is what Export-Csv of Windows PowerShell writes first. Line numbers stay as they are.
  const mark = /^(?:"?sep=(.)"?|#TYPE [^\r\n]*)(?=\r?\n|\r|$)/i.exec(text);
  const body = mark === null ? text : text.slice(mark[0].length);
  const header = /^\s*([^\r\n]*)/.exec(body)?.[1] ?? '';
  try {
    return parse(body, {
      delimiter: mark?.[1] ?? delimiterOf(header),
      record_delimiter: ['\r\n', '\n', '\r'],
      info: true,
      max_record_size: 20_000,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
    }) as unknown as readonly CsvRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { code, lines } = error as CsvError & { readonly lines?: number };
    const why =
      code === 'CSV_QUOTE_NOT_CLOSED'
        ? 'A quotation mark is not closed.'
        : code === 'INVALID_OPENING_QUOTE' || code === 'CSV_INVALID_CLOSING_QUOTE'
          ? 'A cell contains a quotation mark. Write it twice, and put the cell in quotation marks.'
          : code === 'CSV_MAX_RECORD_SIZE'
            ? 'A row is too long.'
            : `The row cannot be read (${code}).`;
    throw new TableProblem(why, typeof lines === 'number' ? lines : null);
  }
};

/**
 * A table as spreadsheets and Export-Csv write it: commas, semicolons or tabs, `sep=`, quoted cells, empty rows. The
 * first row names the columns. Throws a TableProblem that says where.
 */
export const readTable = (text: string, known: readonly string[]): Table => {
  const [header, ...records] = recordsOf(text);
  if (!header) return { rows: [], columns: new Map() };
  const columns = columnsOf(header.record, header.info.lines, known);
  const rows = records.map(({ record, info }): TableRow => {
    const named = new Set(columns.values());
    const stray = record.findIndex((cell, index) => cell !== '' && !named.has(index + 1));
    if (stray !== -1) {
      throw new TableProblem(
        `"${cleanText(record[stray] ?? '', 40)}" is in a column without a name.`,
        info.lines,
        stray + 1,
      );
    }
    return {
      line: info.lines,
      values: Object.fromEntries([...columns].map(([name, column]) => [name, record[column - 1] ?? ''])),
    };
  });
  return { rows, columns };
};

const month =
  'jan|feb|mar|mrz|mär|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez|janv|févr|avr|juin|juil|août|déc';
const asDate = new RegExp(
  `^(?:\\d{1,2}[-. ]{1,2}(?:${month})\\.?(?:[- ]\\d{2,4})?|(?:${month})[. ]{0,2}[- ]\\d{2,4}|\\d{1,2}[./]\\d{1,2}[./]\\d{2,4})$`,
  'iu',
);

/** What a spreadsheet made of a name that looked like a date, a number or a formula to it; null: nothing. */
export const rewrittenBySpreadsheet = (cell: string): string | null => {
  if (asDate.test(cell)) return 'looks like a date that a spreadsheet made of a name';
  if (/^\d+[.,]\d*E\+?\d+$/i.test(cell)) return 'looks like a number that a spreadsheet made of a name';
  if (/^#(?:N\/A|NV|NAME\?|REF!|BEZUG!|VALUE!|WERT!|DIV\/0!|NULL!|NUM!|ZAHL!)$/i.test(cell))
    return 'is a spreadsheet error';
  if (cell.includes('?'))
    return 'contains "?", which often stands for a letter that was lost when the file was saved';
  return null;
};
