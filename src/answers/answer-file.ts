import { cleanText } from '../clean.js';
import { readAtMost } from '../limited-file.js';
import { usageProblem } from '../problem.js';
import { documentText, EncodingProblem } from './document-text.js';
import { isParameterKey, parameterKeys, parameterOf, type ParameterKey } from './parameters.js';
import { readYaml, YamlProblem } from './yaml.js';

const maxAnswerFileBytes = 1024 * 1024;

const unreadable = (path: string, error: unknown): Error => {
  const code = (error as NodeJS.ErrnoException).code;
  return usageProblem(
    code === 'ENOENT'
      ? `The answer file ${path} does not exist.`
      : `The answer file ${path} cannot be read (${code ?? 'unknown error'}).`,
    'Give the path of a YAML or JSON file with --answers.',
  );
};

const readAnswerFile = (path: string): Readonly<Record<string, unknown>> => {
  let text: string;
  try {
    const bytes = readAtMost(path, maxAnswerFileBytes);
    if (bytes === null) {
      throw usageProblem(
        `The answer file ${path} is larger than ${String(maxAnswerFileBytes)} bytes; no more are read.`,
      );
    }
    text = documentText(bytes, { guess: true });
  } catch (error) {
    if (error instanceof Error && error.name === 'Problem') throw error;
    if (error instanceof EncodingProblem) {
      throw usageProblem(
        `The answer file ${path}, line ${String(error.line)}, column ${String(error.column)}: ${error.message}.`,
      );
    }
    throw unreadable(path, error);
  }
  let content: unknown;
  try {
    content = readYaml(text);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    const where = error.line === null ? '' : `, line ${String(error.line)}`;
    throw usageProblem(
      `The answer file ${path}${where} is neither YAML nor JSON: ${cleanText(error.message, 200)}`,
    );
  }
  if (content === null || content === '') return {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw usageProblem(
      `The answer file ${path} must hold one mapping of keys to values, such as "dpmServerName: Server01".`,
    );
  }
  return content as Readonly<Record<string, unknown>>;
};

const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};

const nearestKey = (key: string): string | undefined => {
  if (key.length > 60) return undefined;
  const near = parameterKeys
    .map((known) => ({ known, far: distance(key.toLowerCase(), known.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)[0];
  return near && near.far <= 3 ? near.known : undefined;
};

/**
 * The answers of a YAML or JSON file: key, raw value, and where it stands. Throws a Problem (exit 2) for a file that cannot be
 * read, an unknown key, and a secret.
 */
export const answersOfFile = (path: string): readonly (readonly [ParameterKey, unknown, string])[] =>
  Object.entries(readAnswerFile(path)).map(([key, value]) => {
    if (!isParameterKey(key)) {
      const near = nearestKey(key);
      const shown = `"${key.slice(0, 60)}"`;
      throw usageProblem(
        `The answer file ${path} has the unknown key ${shown}.`,
        near === undefined ? 'See the keys with: dpm-prep schema answers' : `Did you mean ${near}?`,
      );
    }
    if (parameterOf(key).secret) {
      throw usageProblem(
        `The answer file ${path} has the key "${key}". Passwords are not allowed in answer files.`,
        'Use passwordFile, --password-stdin or the environment variable DPM_PREP_PASSWORD.',
      );
    }
    return [key, value, `${key} in ${path}`] as const;
  });
