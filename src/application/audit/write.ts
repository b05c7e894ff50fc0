import { lstatSync } from 'node:fs';
import { auditFileName, looksLikeAudit, serializeAudit, type AuditDocument } from '../../audit/document.js';
import { readAtMost } from '../../limited-file.js';
import { usageProblem } from '../../problem.js';
import { replaceFile } from '../replaced-file.js';

const headBytes = 64 * 1024 * 1024;

/** Only an older audit document is replaced: a typing error in --out must not cost another file. */
const refuseOtherFile = (path: string): void => {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  const bytes = there.isFile() ? readAtMost(path, headBytes) : null;
  if (bytes !== null && looksLikeAudit(bytes.subarray(0, 4_096).toString('utf8'))) return;
  throw usageProblem(
    `${path} exists and is not an audit document of dpm-prep. Nothing was written.`,
    'Name another file with --out.',
  );
};

/** Writes the document, whole or not at all. Throws a Problem (exit 2). */
export const writeAudit = (path: string, document: AuditDocument): void => {
  refuseOtherFile(path);
  try {
    replaceFile(path, serializeAudit(document));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw usageProblem(
      code === 'ENOENT' ? `The folder of ${path} does not exist.` : `${path} cannot be written (${code}).`,
      `Name a file in a folder that can be written, such as ${auditFileName(document.computer.netbiosName)}, with --out.`,
    );
  }
};
