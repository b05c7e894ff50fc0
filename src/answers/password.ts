import { closeSync, openSync, readSync } from 'node:fs';
import { usageProblem } from '../problem.js';
import { Secret } from '../secret.js';
import type { Answers } from './parameters.js';

const maxBytes = 64 * 1024;

const firstLine = (bytes: Buffer, where: string): string => {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = utf16 ? bytes.subarray(2).toString('utf16le') : bytes.toString('utf8').replace(/^\uFEFF/, '');
  const line = text.split(/\r?\n/, 1)[0] ?? '';
  if (line === '') throw usageProblem(`There is no password in ${where}: its first line is empty.`);
  if (line.length > 1_024) throw usageProblem(`The password in ${where} is longer than 1,024 characters.`);
  if (line.includes('\u0000') || line.includes('\uFFFD')) {
    throw usageProblem(`The password in ${where} is not readable text; save the file as UTF-8.`);
  }
  return line;
};

const readUpTo = (descriptor: number): Buffer => {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < maxBytes) {
    const chunk = Buffer.alloc(4_096);
    let count: number;
    try {
      count = readSync(descriptor, chunk, 0, chunk.length, null);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      // Windows reports the end of a closed pipe as EOF; a non-blocking pipe that is still empty as EAGAIN.
      if (code === 'EOF') break;
      if (code === 'EAGAIN') {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
        continue;
      }
      throw error;
    }
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    total += count;
    if (chunk.subarray(0, count).includes(0x0a)) break;
  }
  return Buffer.concat(chunks);
};

/** The first line of a file, as a secret. Throws a Problem (exit 2) that names the file. */
export const readPasswordFile = (path: string): Secret => {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw usageProblem(
      code === 'ENOENT'
        ? `The password file ${path} does not exist.`
        : `The password file ${path} cannot be read (${code ?? 'unknown error'}).`,
    );
  }
  try {
    return new Secret(firstLine(readUpTo(descriptor), `the password file ${path}`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') {
      throw usageProblem(`The password file ${path} is a folder.`);
    }
    throw error;
  } finally {
    closeSync(descriptor);
  }
};

/**
 * The password for an unattended run: from --password-file, --password-stdin or DPM_PREP_PASSWORD; null if none of
 * them was given. More than one is refused, since it would be a guess which is meant.
 */
export const unattendedPassword = (
  answers: Answers,
  environment: Readonly<Record<string, string | undefined>>,
): Secret | null => {
  const fromEnvironment = environment.DPM_PREP_PASSWORD;
  const sources = [
    answers.passwordFile === undefined ? null : '--password-file',
    answers.passwordStdin === true ? '--password-stdin' : null,
    fromEnvironment === undefined || fromEnvironment === '' ? null : 'DPM_PREP_PASSWORD',
  ].filter((source) => source !== null);
  if (sources.length > 1) {
    throw usageProblem(
      `The password is given in ${String(sources.length)} ways: ${sources.join(', ')}.`,
      'Give it in one.',
    );
  }
  if (answers.passwordFile !== undefined) return readPasswordFile(answers.passwordFile);
  if (answers.passwordStdin === true) return new Secret(firstLine(readUpTo(0), 'standard input'));
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    return new Secret(firstLine(Buffer.from(fromEnvironment), 'DPM_PREP_PASSWORD'));
  }
  return null;
};
