import { readdirSync, statSync, type Dirent } from 'node:fs';
import { basename, dirname, extname, join, normalize, resolve } from 'node:path';
import { limits } from '../certificate/index.js';
import { parseThumbprint } from '../dpm/thumbprint.js';
import { readAtMost } from '../limited-file.js';
import { usageProblem } from '../problem.js';

/** What the user named to be checked, worked out to single files and thumbprints. */
export interface NamedInputs {
  /** As the user wrote them, each once, in the order of the command line. */
  readonly files: readonly string[];
  /** 40 upper-case digits. */
  readonly thumbprints: readonly string[];
}

/** Files of a folder that are looked at; a file that is named itself may have any name. */
const certificateNames = new Set(['.pfx', '.p12', '.pem', '.crt', '.cer', '.der', '.p7b', '.p7c']);

const most = 100_000;

const kindOf = (path: string): 'file' | 'folder' | null => {
  try {
    const found = statSync(path);
    if (found.isDirectory()) return 'folder';
    return found.isFile() ? 'file' : null;
  } catch {
    return null;
  }
};

const entriesOf = (folder: string): readonly Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw usageProblem(`The folder ${folder} cannot be read (${code}).`);
  }
};

// Links are not followed: a folder that links to its parent would have no end.
function* filesUnder(folder: string): Generator<string> {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (entry.isFile()) yield path;
  }
}

const isPattern = (text: string): boolean => /[*?]/.test(text);

/** A pattern as a regular expression: `*` and `?` within one folder, `**` across folders. */
const expressionOf = (pattern: string): RegExp => {
  const source = pattern
    .split(/(\*\*[\\/]|\*\*|\*|\?|[\\/])/)
    .map((part) => {
      if (part === '**/' || part === '**\\') return '(?:[^\\\\/]+[\\\\/])*';
      if (part === '**') return '.*';
      if (part === '*') return '[^\\\\/]*';
      if (part === '?') return '[^\\\\/]';
      if (part === '/' || part === '\\') return '[\\\\/]';
      return part.replace(/[.+^${}()|[\]]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`, process.platform === 'win32' ? 'i' : '');
};

/** The part of a pattern in front of its first wildcard, as a folder. */
const fixedFolder = (pattern: string): string => {
  const head = pattern.slice(0, pattern.search(/[*?]/));
  const folder = head.endsWith('/') || head.endsWith('\\') ? head : dirname(head);
  return head === '' ? '.' : folder;
};

const matching = (pattern: string): readonly string[] => {
  const folder = fixedFolder(pattern);
  if (kindOf(folder) !== 'folder') return [];
  const normal = normalize(pattern);
  const expression = expressionOf(normal);
  const deep =
    normal.includes('**') || normal.slice(normalize(folder).length).split(/[\\/]/).filter(Boolean).length > 1;
  const candidates = deep
    ? filesUnder(folder)
    : entriesOf(folder)
        .filter((entry) => entry.isFile())
        .map((entry) => join(folder, entry.name));
  return [...candidates].filter((path) => expression.test(path));
};

/**
 * Works out files, folders (with everything below that is named like a certificate), patterns and thumbprints.
 * `except`: files with another part in the run, such as --trust; they are not inputs because they lie in the same
 * folder. All that is not there is named in one Problem (exit 2).
 */
export const nameInputs = (texts: readonly string[], except: readonly string[] = []): NamedInputs => {
  const left = new Set(except.map((path) => resolve(path)));
  const files = new Map<string, string>();
  const thumbprints = new Set<string>();
  const missing: string[] = [];
  const add = (path: string): void => {
    if (files.size >= most) throw usageProblem(`More than ${most.toLocaleString('en')} files were named.`);
    const key = resolve(path);
    if (!files.has(key)) files.set(key, path);
  };
  for (const text of texts) {
    const kind = kindOf(text);
    const thumbprint = parseThumbprint(text);
    if (kind === 'file') {
      add(text);
    } else if (kind === 'folder') {
      const found = [...filesUnder(text)].filter((path) => certificateNames.has(extname(path).toLowerCase()));
      if (found.length === 0) missing.push(`The folder ${text} holds no certificate file.`);
      for (const path of found) if (!left.has(resolve(path))) add(path);
    } else if (thumbprint.ok) {
      thumbprints.add(thumbprint.value);
    } else if (isPattern(text)) {
      const found = matching(text);
      if (found.length === 0) missing.push(`No file matches ${text}.`);
      for (const path of found) if (!left.has(resolve(path))) add(path);
    } else {
      missing.push(`${text} does not exist.`);
    }
  }
  const [first, ...rest] = missing;
  if (first !== undefined) throw usageProblem(first, ...rest);
  return { files: [...files.values()], thumbprints: [...thumbprints] };
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
