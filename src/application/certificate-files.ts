import { basename, extname, resolve } from 'node:path';
import { limits } from '../certificate/index.js';
import { parseThumbprint } from '../dpm/thumbprint.js';
import { readAtMost } from '../limited-file.js';
import { usageProblem } from '../problem.js';
import { nameFiles } from './named-files.js';

/** What the user named to be checked, worked out to single files and thumbprints. */
export interface NamedInputs {
  /** As the user wrote them, each once, in the order of the command line. */
  readonly files: readonly string[];
  /** 40 upper-case digits. */
  readonly thumbprints: readonly string[];
}

/** Files of a folder that are looked at; a file that is named itself may have any name. */
const certificateNames = new Set(['.pfx', '.p12', '.pem', '.crt', '.cer', '.der', '.p7b', '.p7c']);

/**
 * Works out files, folders (with everything below that is named like a certificate), patterns and thumbprints.
 * `except`: files with another part in the run, such as --trust; they are not inputs because they lie in the same
 * folder. All that is not there is named in one Problem (exit 2).
 */
export const nameInputs = (texts: readonly string[], except: readonly string[] = []): NamedInputs => {
  const thumbprints = new Set<string>();
  const { files, missing } = nameFiles(texts, {
    isWanted: (path) => certificateNames.has(extname(path).toLowerCase()),
    noun: 'certificate file',
    except,
    isOther: (text) => {
      const thumbprint = parseThumbprint(text);
      if (thumbprint.ok) thumbprints.add(thumbprint.value);
      return thumbprint.ok;
    },
  });
  const [first, ...rest] = missing.map(({ sentence }) => sentence);
  if (first !== undefined) throw usageProblem(first, ...rest);
  return { files, thumbprints: [...thumbprints] };
};

/** The bytes of a file, without reading more than a certificate may have. Throws a Problem (exit 2). */
export const readInput = (path: string): Buffer => {
  try {
    // One byte more than is allowed is enough for the reader to refuse it.
    return readAtMost(path, limits.fileBytes) ?? Buffer.alloc(limits.fileBytes + 1);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw usageProblem(
      code === 'ENOENT' ? `${path} does not exist.` : `${path} cannot be read (${code ?? 'unknown error'}).`,
    );
  }
};

/** Whether an entry of a password list is about this file: its path as written, or its name. */
export const isNamed = (entry: string, path: string): boolean =>
  resolve(entry) === resolve(path) || entry === basename(path);
