import { readdirSync, statSync, type Dirent } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';
import { usageProblem } from '../problem.js';

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

interface Entry {
  readonly path: string;
  /** False: a folder, a link, a pipe or a device. */
  readonly isFile: boolean;
}

// Links are not followed: a folder that links to its parent would have no end.
function* everythingUnder(folder: string): Generator<Entry> {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    yield { path, isFile: entry.isFile() };
    if (entry.isDirectory()) yield* everythingUnder(path);
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

const matching = (pattern: string): readonly Entry[] => {
  const folder = fixedFolder(pattern);
  if (kindOf(folder) !== 'folder') return [];
  const normal = normalize(pattern);
  const expression = expressionOf(normal);
  const deep =
    normal.includes('**') || normal.slice(normalize(folder).length).split(/[\\/]/).filter(Boolean).length > 1;
  const candidates = deep
    ? everythingUnder(folder)
    : entriesOf(folder).map((entry) => ({ path: join(folder, entry.name), isFile: entry.isFile() }));
  return [...candidates].filter(({ path }) => expression.test(path));
};

/** What was named: the files, each once, in the order of the command line, and what is not there. */
export interface NamedFiles {
  readonly files: readonly string[];
  /** `named`: as it was written; `sentence`: why there is nothing. */
  readonly missing: readonly { readonly named: string; readonly sentence: string }[];
  /** Called like a wanted file, in a named folder or pattern, and not a regular file: a folder, a link, a pipe, a device. */
  readonly irregular: readonly string[];
}

export interface NameFilesOptions {
  /** Files of a folder that are taken; a file that is named itself may have any name. */
  readonly isWanted: (path: string) => boolean;
  /** "certificate file" */
  readonly noun: string;
  /** Files with another part in the run; they are not inputs just because they are in the same folder. */
  readonly except?: readonly string[];
  /** True if this text, which names no file, is understood otherwise. */
  readonly isOther?: (text: string) => boolean;
}

/** Works out files, folders (with everything below) and patterns. */
export const nameFiles = (texts: readonly string[], options: NameFilesOptions): NamedFiles => {
  const { isWanted, noun, except = [], isOther } = options;
  const left = new Set(except.map((path) => resolve(path)));
  const files = new Map<string, string>();
  const irregular = new Set<string>();
  const missing: { named: string; sentence: string }[] = [];
  const add = (path: string): void => {
    if (files.size >= most) throw usageProblem(`More than ${most.toLocaleString('en')} files were named.`);
    const key = resolve(path);
    if (!files.has(key)) files.set(key, path);
  };
  const take = (entries: readonly Entry[], none: { named: string; sentence: string }): void => {
    const found = entries.filter(({ isFile }) => isFile);
    for (const { path, isFile } of entries) if (!isFile && isWanted(path)) irregular.add(path);
    if (found.length === 0) missing.push(none);
    for (const { path } of found) if (!left.has(resolve(path))) add(path);
  };
  for (const text of texts) {
    const kind = kindOf(text);
    if (kind === 'file') {
      add(text);
    } else if (kind === 'folder') {
      const entries = [...everythingUnder(text)].filter(({ path }) => isWanted(path));
      take(entries, { named: text, sentence: `The folder ${text} holds no ${noun}.` });
    } else if (isOther?.(text) === true) {
      continue;
    } else if (isPattern(text)) {
      take(matching(text), { named: text, sentence: `No file matches ${text}.` });
    } else {
      missing.push({ named: text, sentence: `${text} does not exist.` });
    }
  }
  return { files: [...files.values()], missing, irregular: [...irregular] };
};
