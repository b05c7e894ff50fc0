import type { Screen } from './screen.js';
import { counted } from './wrap.js';

/** A certificate as the table over many shows it. */
export interface CertificateRow {
  readonly name: string;
  readonly verdict: 'pass' | 'warn' | 'fail';
  /** Ids of the checks that did not pass. */
  readonly troubles: readonly string[];
  /** ISO 8601; null where the input could not be read. */
  readonly notAfter: string | null;
}

const mostRows = 200;

const padded = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, index) => Math.max(all[index] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join('  '),
  );
};

/** The table over all certificates: troubled ones first, and not more than a person reads. */
export const certificateTable = (rows: readonly CertificateRow[], screen: Screen): readonly string[] => {
  const { color, marks } = screen.result;
  const rank = { fail: 0, warn: 1, pass: 2 };
  const sorted = [...rows].sort((a, b) => rank[a.verdict] - rank[b.verdict]);
  const shown =
    sorted.length > mostRows
      ? sorted.filter(({ verdict: each }) => each !== 'pass').slice(0, mostRows)
      : sorted;
  const mark = {
    pass: color.green(marks.done),
    warn: color.yellow(marks.warn),
    fail: color.red(marks.fail),
  };
  const cells = padded(
    shown.map((row) => [
      row.name,
      row.notAfter?.slice(0, 10) ?? '-',
      row.troubles.length === 0 ? 'ok' : row.troubles.join(', '),
    ]),
  );
  const of = (which: CertificateRow['verdict']): number => rows.filter((row) => row.verdict === which).length;
  const usable = rows.filter(({ verdict }) => verdict !== 'fail');
  const warnings = usable.reduce((sum, { troubles }) => sum + troubles.length, 0);
  const totals = [
    `${counted(usable.length, 'certificate')} can be used for DPM${warnings > 0 ? ` (${counted(warnings, 'warning')})` : ''}`,
    ...(of('fail') > 0 ? [`${of('fail')} failed`] : []),
  ];
  return [
    ...(rows.length > 1 ? shown.map((row, index) => `${mark[row.verdict]} ${cells[index] ?? ''}`) : []),
    ...(shown.length < rows.length
      ? [color.dim(`  … and ${counted(rows.length - shown.length, 'certificate')} more; --json lists all`)]
      : []),
    color.bold(`${totals.join(', ')}.`),
  ];
};
