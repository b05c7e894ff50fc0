import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import type { Answers } from '../../answers/parameters.js';
import { usageProblem } from '../../problem.js';

type Format = 'text' | 'junit' | 'html' | 'json';
type FileFormat = Exclude<Format, 'text'>;

/** Where the result goes. */
export interface Outputs {
  /** Standard output; `json`: --json puts the document there. */
  readonly screen: Format;
  readonly files: readonly { readonly format: FileFormat; readonly path: string }[];
}

const byEnding: Readonly<Record<string, FileFormat>> = {
  '.xml': 'junit',
  '.html': 'html',
  '.htm': 'html',
  '.json': 'json',
};

const formatOf = (path: string): FileFormat => {
  const format = byEnding[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  throw usageProblem(
    `The format of --output ${path} is not known from its ending.`,
    'Name the file .xml (JUnit), .html or .json, or give --format before it.',
  );
};

/** The outputs that the flags ask for. Throws a Problem (exit 2) for two formats on standard output. */
export const outputsOf = ({ format = [], output = [], json = false }: Answers): Outputs => {
  if (format.length > 0 && output.length > format.length) {
    throw usageProblem(
      `There are ${String(output.length)} files for ${String(format.length)} formats.`,
      'Give one --output for each --format, in the same order.',
    );
  }
  const files = output.map((path, index) => {
    const wanted = format[index] ?? formatOf(path);
    if (wanted === 'text') {
      throw usageProblem(
        `--output ${path} is for the format text, which is only for the screen.`,
        'Give --format junit, html or json for the file.',
      );
    }
    return { format: wanted, path };
  });
  const onScreen = new Set<Format>([...format.slice(output.length), ...(json ? ['json' as const] : [])]);
  if (onScreen.has('json') && !json) {
    throw usageProblem('--format json needs a file here.', 'Use --json, or give --output FILE.json.');
  }
  const [screen = 'text', ...more] = onScreen;
  if (more.length > 0) {
    throw usageProblem(
      `${json ? '--json' : `--format ${screen}`} and --format ${more.find((each) => each !== 'json') ?? screen} are two formats for one standard output.`,
      'Give all but one of them a file with --output.',
    );
  }
  return { screen, files };
};

const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
};

/**
 * Refuses, before anything is judged, an output that cannot be written or that would replace a file that the run reads
 * (`inputs`).
 */
export const refuseOutputs = ({ files }: Outputs, inputs: readonly string[]): void => {
  const read = new Set(inputs.map((path) => real(path)));
  const seen = new Set<string>();
  for (const { path } of files) {
    const target = real(path);
    if (read.has(target)) {
      throw usageProblem(
        `--output ${path} would replace a file that this run reads.`,
        'Name another file. Nothing was written.',
      );
    }
    if (seen.has(target))
      throw usageProblem(`--output ${path} is given twice.`, 'Name a file for each format.');
    seen.add(target);
    const folder = statSync(dirname(resolve(path)), { throwIfNoEntry: false });
    if (folder?.isDirectory() !== true) {
      throw usageProblem(
        `The folder of --output ${path} does not exist.`,
        'Create it, or name another file.',
      );
    }
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) {
      throw usageProblem(`--output ${path} is not a file.`, 'Name a file.');
    }
  }
};

/** Writes a report, whole or not at all: what an earlier run wrote there is replaced. */
export const writeOutput = (path: string, text: string): void => {
  const part = `${path}.part`;
  try {
    writeFileSync(part, `${text}\n`);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw usageProblem(
      `--output ${path} could not be written (${code ?? 'unknown error'}).`,
      'Name a file in a folder that can be written.',
    );
  }
};
