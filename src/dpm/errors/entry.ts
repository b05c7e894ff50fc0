import { errorTable, type Source } from '../source.js';

/**
 * Where a number belongs: DPM's own error table, the event log, or Windows (HRESULT, Winsock). The same number can
 * mean something else elsewhere, so a text is only believed where it says which it means.
 */
export type ErrorKind = 'dpm' | 'event' | 'windows';

/** One error id: what it means here and what to do, in our own words. */
export interface DpmError {
  /** `33234`, or for an HRESULT `0x80070005` (lower-case x, upper-case digits). */
  readonly id: string;
  readonly kind: ErrorKind;
  /** Microsoft's internal name where one is published, else our own short name. */
  readonly name: string;
  /** What it means for workgroup and untrusted-domain computers. */
  readonly meaning: string;
  /** What to do, most likely first. */
  readonly fix: readonly string[];
  /** The dpm-prep command that does it or shows more; null where there is none. */
  readonly command: string | null;
  readonly source: Source;
}

/** A row of a table of errors: id, name, meaning, what to do, dpm-prep command, source. */
export type Row = readonly [
  id: number | string,
  name: string,
  meaning: string,
  fix: readonly string[],
  command: string | null,
  source?: Source,
];

/** The rows as errors; without a source of its own a row stands in Microsoft's table of DPM errors. */
export const errorsOf = (kind: ErrorKind, rows: readonly Row[]): readonly DpmError[] =>
  rows.map(([id, name, meaning, fix, command, source]) => ({
    id: String(id),
    kind,
    name,
    meaning,
    fix,
    command,
    source: source ?? errorTable(Number(id)),
  }));

/** On which computer a command runs or begins, where it is one of the two. */
const begins: Readonly<Record<string, string>> = {
  'install-agent': 'on the protected computer',
  'set-dpm-server': 'on the protected computer',
  'update-password': 'on the protected computer',
  attach: 'on the DPM server',
  'set-credentials': 'on the DPM server',
  'switch-auth': 'on the DPM server',
  preflight: 'on each of the two computers',
};

/** The command as a sentence that says on which computer to run it. */
export const placedCommand = (command: string): string => {
  const place = begins[command.split(' ')[1] ?? ''];
  return `Run${place === undefined ? '' : ` ${place}`}: ${command}`;
};
