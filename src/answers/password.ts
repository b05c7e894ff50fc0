import { closeSync, openSync, readSync } from 'node:fs';
import { usageProblem } from '../problem.js';
import { documentText, EncodingProblem } from './document-text.js';
import { Secret } from '../secret.js';
import type { AnswersOf } from './parameters.js';

const maxBytes = 64 * 1024;
const maxListBytes = 1024 * 1024;

/** So many lines from the front, without the end of the last: what was read beyond can be half a character. */
const firstLines = (bytes: Buffer, lines: number): Buffer => {
  let end = -1;
  for (let line = 0; line < lines; line += 1) {
    end = bytes.indexOf(0x0a, end + 1);
    if (end === -1) return bytes;
  }
  return bytes.subarray(0, end);
};

/** UTF-8 or UTF-16, with or without a mark. Another encoding is not guessed: it would be another password. */
const linesOf = (bytes: Buffer, where: string): readonly string[] => {
  try {
    return documentText(bytes, { guess: false }).split(/\r?\n/);
  } catch (error) {
    if (!(error instanceof EncodingProblem)) throw error;
    throw usageProblem(`The password in ${where} is not readable text; save it as UTF-8.`);
  }
};

const passwordLine = (line: string, where: string): string => {
  if (line.length > 1_024) throw usageProblem(`The password in ${where} is longer than 1,024 characters.`);
  if (line.includes('\u0000') || line.includes('\uFFFD')) {
    throw usageProblem(`The password in ${where} is not readable text; save the file as UTF-8.`);
  }
  return line;
};

const firstLine = (bytes: Buffer, where: string): string => {
  const line = linesOf(firstLines(bytes, 1), where)[0]?.replace(/\r$/, '') ?? '';
  if (line === '') throw usageProblem(`The password is missing in ${where}: its first line is empty.`);
  return passwordLine(line, where);
};

/** Reads to the end, or until there are so many whole lines. */
const readUpTo = (descriptor: number, lines: number, most = maxBytes): Buffer => {
  const chunks: Buffer[] = [];
  let total = 0;
  let ends = 0;
  while (total < most) {
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
    ends += chunk.subarray(0, count).reduce((sum, byte) => (byte === 0x0a ? sum + 1 : sum), 0);
    if (ends >= lines) break;
  }
  return Buffer.concat(chunks);
};

const withPasswordFile = <T>(path: string, work: (descriptor: number) => T): T => {
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
    return work(descriptor);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') {
      throw usageProblem(`The password file ${path} is a folder.`);
    }
    throw error;
  } finally {
    closeSync(descriptor);
  }
};

/** The first line of a file, as a secret. Throws a Problem (exit 2) that names the file. */
export const readPasswordFile = (path: string): Secret =>
  withPasswordFile(
    path,
    (descriptor) => new Secret(firstLine(readUpTo(descriptor, 1), `the password file ${path}`)),
  );

/** Passwords by file name, as a list of lines `file<TAB>password`; or null where the file holds one password. */
export type PasswordList = ReadonlyMap<string, Secret> | null;

/** Reads a --password-file that may be a list. Throws a Problem (exit 2) that names the file and the line. */
export const readPasswordList = (path: string): PasswordList => {
  const bytes = withPasswordFile(path, (descriptor) => readUpTo(descriptor, Infinity, maxListBytes));
  if (bytes.length >= maxListBytes) {
    throw usageProblem(`The password file ${path} is larger than ${String(maxListBytes / 1024)} KB.`);
  }
  const lines = linesOf(bytes, `the password file ${path}`);
  if (lines[0]?.includes('\t') !== true) return null;
  const list = new Map<string, Secret>();
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const tab = line.indexOf('\t');
    const where = `the password file ${path}, line ${String(index + 1)}`;
    if (tab < 1) throw usageProblem(`${where} does not begin with a file name and a tab.`);
    list.set(line.slice(0, tab), new Secret(passwordLine(line.slice(tab + 1), where)));
  }
  return list;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the password of an unattended run may come from. */
export type PasswordKey = 'passwordFile' | 'passwordStdin';

interface Source {
  /** As a person writes it. */
  readonly name: string;
  readonly read: () => Secret;
}

/** Every way in which the password was given. */
const passwordSources = (answers: AnswersOf<PasswordKey>, environment: Environment): readonly Source[] => {
  const { passwordFile, passwordStdin } = answers;
  const text = environment.DPM_PREP_PASSWORD ?? '';
  return [
    ...(passwordFile === undefined
      ? []
      : [{ name: '--password-file', read: () => readPasswordFile(passwordFile) }]),
    ...(passwordStdin === true
      ? [{ name: '--password-stdin', read: () => new Secret(firstLine(readUpTo(0, 1), 'standard input')) }]
      : []),
    ...(text === ''
      ? []
      : [
          {
            name: 'DPM_PREP_PASSWORD',
            read: () => new Secret(firstLine(Buffer.from(text), 'DPM_PREP_PASSWORD')),
          },
        ]),
  ];
};

/** Whether an unattended run was given its password. Reads nothing. */
export const passwordIsGiven = (answers: AnswersOf<PasswordKey>, environment: Environment): boolean =>
  passwordSources(answers, environment).length > 0;

/**
 * The password for an unattended run: from --password-file, --password-stdin or DPM_PREP_PASSWORD; null if none of
 * them was given. More than one is refused, because dpm-prep would have to guess which one is meant.
 */
export const unattendedPassword = (
  answers: AnswersOf<PasswordKey>,
  environment: Environment,
): Secret | null => {
  const sources = passwordSources(answers, environment);
  if (sources.length > 1) {
    throw usageProblem(
      `The password is given in ${String(sources.length)} ways: ${sources.map(({ name }) => name).join(', ')}.`,
      'Give it in one.',
    );
  }
  return sources[0]?.read() ?? null;
};

/** The two passwords of a conversion; null where nobody gave it. */
export interface PasswordPair {
  readonly old: Secret | null;
  readonly new: Secret | null;
}

/** Old and new password for an unattended conversion; on standard input the old one stands in front. */
export const unattendedPasswordPair = (
  answers: AnswersOf<PasswordKey | 'newPasswordFile' | 'newPasswordStdin'>,
  environment: Environment,
): PasswordPair => {
  const fromEnvironment = environment.DPM_PREP_NEW_PASSWORD ?? '';
  const given = [
    ...(answers.newPasswordFile === undefined ? [] : ['--new-password-file']),
    ...(answers.newPasswordStdin === true ? ['--new-password-stdin'] : []),
    ...(fromEnvironment === '' ? [] : ['DPM_PREP_NEW_PASSWORD']),
  ];
  if (given.length > 1) {
    throw usageProblem(
      `The new password is given in ${String(given.length)} ways: ${given.join(', ')}.`,
      'Give it in one.',
    );
  }
  if (answers.passwordStdin === true && answers.newPasswordStdin === true) {
    if (answers.passwordFile !== undefined || (environment.DPM_PREP_PASSWORD ?? '') !== '') {
      throw usageProblem('The password is given in 2 ways.', 'Give it in one.');
    }
    const [old = '', next = ''] = linesOf(firstLines(readUpTo(0, 2), 2), 'standard input').map((line) =>
      line.replace(/\r$/, ''),
    );
    return {
      old: new Secret(firstLine(Buffer.from(old), 'standard input')),
      new: new Secret(firstLine(Buffer.from(next), 'the second line of standard input')),
    };
  }
  const old = unattendedPassword(answers, environment);
  if (answers.newPasswordFile !== undefined) return { old, new: readPasswordFile(answers.newPasswordFile) };
  if (answers.newPasswordStdin === true) {
    return { old, new: new Secret(firstLine(readUpTo(0, 1), 'standard input')) };
  }
  return {
    old,
    new:
      fromEnvironment === ''
        ? null
        : new Secret(firstLine(Buffer.from(fromEnvironment), 'DPM_PREP_NEW_PASSWORD')),
  };
};
