import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import * as z from 'zod';
import type { JudgedCertificate } from '../../certificate/index.js';
import { usageProblem } from '../../problem.js';

const status = z.enum(['fail', 'warn', 'could-not-check']);

const expectedCertificate = z.object({
  subject: z.string().nullable().describe('null: the input cannot be read as a certificate'),
  troubles: z.record(z.string(), status).describe('every check that does not pass, with how it ends'),
});

/** expected.json: what check-cert says about each file, by its path from the folder of expected.json. */
const expectedSchema = z.object({
  schemaVersion: z.literal(1),
  files: z.record(
    z.string(),
    z
      .union([z.literal('password'), z.array(expectedCertificate)])
      .describe('password: it does not open the file'),
  ),
});

type Expected = z.infer<typeof expectedSchema>;

const mostBytes = 4 * 1024 * 1024;

/** Reads expected.json. Throws a Problem (exit 2). */
const readExpected = (path: string): Expected => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usageProblem(
      code === 'ENOENT' ? `${path} does not exist.` : `${path} cannot be read (${code ?? 'unknown error'}).`,
      '"dpm-prep fixtures FOLDER" writes such a file.',
    );
  }
  try {
    if (text.length > mostBytes) throw new Error('too large');
    return expectedSchema.parse(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    throw usageProblem(
      `${path} is not a file of expected results.`,
      '"dpm-prep fixtures FOLDER" writes such a file.',
    );
  }
};

type Found = Readonly<Record<string, 'password' | z.infer<typeof expectedCertificate>[]>>;

const slashes = (path: string): string => path.replaceAll('\\', '/');

/** The results of a run in the form of expected.json. `unopened`: paths that no password opened. */
const foundIn = (
  folder: string,
  judged: readonly JudgedCertificate[],
  unopened: readonly string[],
): Found => {
  const named = (path: string): string => slashes(relative(folder, resolve(path)));
  const found: Record<string, 'password' | z.infer<typeof expectedCertificate>[]> = {};
  for (const path of unopened) found[named(path)] = 'password';
  for (const { name, origin, certificate, findings } of judged) {
    const key = origin?.kind === 'store' ? name : named(origin?.file ?? name);
    const troubles = findings.flatMap(({ id, status: ending, ignored }) =>
      ignored || ending === 'pass' || ending === 'not-applicable' ? [] : [[id, ending] as const],
    );
    const list = found[key];
    const row = { subject: certificate?.subject ?? null, troubles: Object.fromEntries(troubles) };
    if (Array.isArray(list)) list.push(row);
    else found[key] = [row];
  }
  return found;
};

const troublesText = (troubles: Readonly<Record<string, string>>): string => {
  const all = Object.entries(troubles).map(([id, ending]) => `${id} (${ending})`);
  return all.length === 0 ? 'nothing' : all.sort().join(', ');
};

const difference = (
  file: string,
  expected: Found[string] | undefined,
  found: Found[string] | undefined,
): readonly string[] => {
  if (found === undefined) return [`${file}: expected, but not among the inputs.`];
  if (expected === undefined) return [`${file}: not expected.`];
  if (expected === 'password' || found === 'password') {
    if (expected === found) return [];
    return [
      expected === 'password'
        ? `${file}: a password opened it, and none should.`
        : `${file}: no password opens it.`,
    ];
  }
  const lines: string[] = [];
  const left = [...found];
  for (const { subject, troubles } of expected) {
    const at = left.findIndex((each) => each.subject === subject);
    const [match] = at === -1 ? [] : left.splice(at, 1);
    if (match === undefined) {
      lines.push(`${file}: ${subject ?? 'an unreadable input'} was expected, and was not found.`);
    } else if (troublesText(match.troubles) !== troublesText(troubles)) {
      lines.push(`${file}: expected ${troublesText(troubles)}; found ${troublesText(match.troubles)}.`);
    }
  }
  return [
    ...lines,
    ...left.map(({ subject }) => `${file}: ${subject ?? 'an unreadable input'} was not expected.`),
  ];
};

/** Finds every difference between what was expected and what was found, as sentences; empty: none. */
export type Comparison = (
  judged: readonly JudgedCertificate[],
  unopened: readonly string[],
) => readonly string[];

/** Reads expected.json, and compares the results of a run with it. Throws a Problem (exit 2) for such a file. */
export const comparisonWith = (path: string): Comparison => {
  const expected = readExpected(path);
  return (judged, unopened) => {
    const found = foundIn(dirname(resolve(path)), judged, unopened);
    const files = new Set([...Object.keys(expected.files), ...Object.keys(found)]);
    return [...files].sort().flatMap((file) => difference(file, expected.files[file], found[file]));
  };
};
