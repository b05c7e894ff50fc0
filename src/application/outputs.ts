import { realpathSync, statSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import type { Answers } from '../answers/parameters.js';
import { usageProblem } from '../problem.js';
import { replaceFile } from './replaced-file.js';

type AnyFormat = NonNullable<Answers['format']>[number];

/** The formats of one command. `text` is for the screen alone. */
export interface OutputKinds<F extends AnyFormat> {
  readonly command: string;
  readonly formats: readonly F[];
  /** The format of a file by its ending, lower case. */
  readonly byEnding: Readonly<Record<string, Exclude<F, 'text'>>>;
}

/** Where the result goes. */
export interface Outputs<F extends AnyFormat> {
  /** Standard output; `json`: --json, or --format json without a file. */
  readonly screen: F | 'text' | 'json';
  readonly files: readonly { readonly format: Exclude<F, 'text'>; readonly path: string }[];
}

/** The outputs that the flags ask for. Throws a Problem (exit 2) for two formats on standard output. */
export const outputsOf = <F extends AnyFormat>(
  { format: given = [], output = [], json = false }: Pick<Answers, 'format' | 'output' | 'json'>,
  { command, formats, byEnding }: OutputKinds<F>,
): Outputs<F> => {
  const format = given.map((name) => {
    const own = formats.find((each) => each === name);
    if (own !== undefined) return own;
    throw usageProblem(
      `--format ${name} is not a format of "dpm-prep ${command}".`,
      `Its formats: ${formats.join(', ')}.`,
    );
  });
  if (format.length > 0 && output.length > format.length) {
    throw usageProblem(
      `There are ${String(output.length)} files for ${String(format.length)} formats.`,
      'Give one --output for each --format, in the same order.',
    );
  }
  const files = output.map((path, index) => {
    const wanted = format[index] ?? byEnding[extname(path).toLowerCase()];
    if (wanted === undefined) {
      throw usageProblem(
        `The format of --output ${path} is not known from its ending.`,
        `Known endings: ${Object.keys(byEnding).join(', ')}. Or give --format before it.`,
      );
    }
    if (wanted === 'text') {
      throw usageProblem(
        `--output ${path} is for the format text, which is only for the screen.`,
        `Give another format for the file: ${formats.filter((each) => each !== 'text').join(', ')}.`,
      );
    }
    return { format: wanted as Exclude<F, 'text'>, path };
  });
  const onScreen = new Set<F | 'json'>([...format.slice(output.length), ...(json ? ['json' as const] : [])]);
  const [screen = 'text', ...more] = onScreen;
  const [other] = more;
  if (other !== undefined) {
    throw usageProblem(
      `--format ${screen} and ${json ? '--json' : `--format ${other}`} are two formats for one standard output.`,
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
export const refuseOutputs = (
  { files }: Pick<Outputs<AnyFormat>, 'files'>,
  inputs: readonly string[],
): void => {
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
  try {
    replaceFile(path, `${text}\n`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usageProblem(
      `--output ${path} could not be written (${code ?? 'unknown error'}).`,
      'Name a file in a folder that can be written.',
    );
  }
};
