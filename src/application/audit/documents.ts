import { isNewerAudit, maxAuditBytes, parseAudit } from '../../audit/document.js';
import type { Received } from '../../audit/fleet.js';
import { readAtMost } from '../../limited-file.js';
import { usageProblem } from '../../problem.js';
import { nameFiles } from '../named-files.js';

const maxFiles = 10_000;
/** Of all documents together: 500 computers and 5 DPM servers have about 5 MB. */
const maxBytes = 512 * 1024 * 1024;

const unreadable = (file: string, problem: string): Received => ({ file, refused: 'unreadable', problem });

const bytesOf = (file: string): Buffer | string => {
  try {
    return readAtMost(file, maxAuditBytes) ?? `is larger than ${String(maxAuditBytes / 1024 / 1024)} MB.`;
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`;
  }
};

const received = (file: string, bytes: Buffer | string): Received => {
  if (typeof bytes === 'string') return unreadable(file, bytes);
  const text = bytes.toString('utf8');
  const parsed = parseAudit(text);
  if (parsed.ok) return { file, document: parsed.value };
  return { file, refused: isNewerAudit(text) ? 'newer' : 'unreadable', problem: parsed.problem };
};

/**
 * Reads the audit documents of the named files, folders (`*.audit.json`) and patterns. A document that cannot be used is
 * part of the result; so is what is named and does not exist, or holds none. Throws a Problem (exit 2) for too many files.
 */
export const readDocuments = (texts: readonly string[], except: readonly string[]): readonly Received[] => {
  const { files, missing, irregular } = nameFiles(texts, {
    isWanted: (path) => path.toLowerCase().endsWith('.audit.json'),
    noun: 'audit document (*.audit.json)',
    except,
  });
  if (files.length > maxFiles) {
    throw usageProblem(
      `${String(files.length)} files were named. The limit is ${String(maxFiles)}.`,
      'Name the folder of the newest documents alone.',
    );
  }
  let left = maxBytes;
  const all: Received[] = [];
  for (const file of files) {
    const bytes = left > 0 ? bytesOf(file) : 'was not read: all documents together are too large.';
    if (typeof bytes !== 'string') left -= bytes.length;
    all.push(received(file, bytes));
  }
  const nothing = missing.map(({ named }) =>
    unreadable(named, 'does not exist, or is a folder or pattern without audit documents (*.audit.json).'),
  );
  const others = irregular.map((path) =>
    unreadable(path, 'is a folder, a link, a pipe or a device, not a file. It was not opened.'),
  );
  return [...all, ...others, ...nothing];
};
