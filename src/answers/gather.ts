import { usageProblem } from '../problem.js';
import { rememberClear } from '../secret.js';
import { environmentNameOf, flagOf } from './parameter.js';
import { isParameterKey, parameterKeys, parameterOf, type Answers, type ParameterKey } from './parameters.js';
import { schemaParts } from './schema-parts.js';

export interface GatherSources {
  /** Values given on the command line, by key; raw, as commander hands them over. */
  readonly flags: Readonly<Partial<Record<ParameterKey, unknown>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The schema's first complaint about a value, or the value. */
export const judgeValue = (
  key: ParameterKey,
  raw: unknown,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string } => {
  const result = parameterOf(key).schema(schemaParts).safeParse(raw);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problem: result.error.issues[0]?.message ?? 'It is not valid.' };
};

const fromEnvironment = (
  environment: GatherSources['environment'],
): readonly (readonly [ParameterKey, unknown, string])[] =>
  parameterKeys.flatMap((key) => {
    const name = environmentNameOf(key);
    const raw = environment[name];
    if (raw === undefined || raw === '' || parameterOf(key).secret) return [];
    const value = parameterOf(key).many ? raw.split(',').map((item) => item.trim()) : raw;
    return [[key, value, `the environment variable ${name}`] as const];
  });

/**
 * All answers that are known without asking: environment, then answer file, then flags; the later wins. Every value
 * passes its schema; all that cannot be are named in one Problem (exit 2).
 */
export const gather = async (sources: GatherSources): Promise<Answers> => {
  const fromFlags = Object.entries(sources.flags).flatMap(([key, value]) =>
    isParameterKey(key) && value !== undefined ? [[key, value, flagOf(key, parameterOf(key))] as const] : [],
  );
  const answersFile = sources.flags.answers ?? sources.environment[environmentNameOf('answers')];
  const given = new Map<ParameterKey, { raw: unknown; origin: string }>();
  // Few runs have an answer file, and the YAML reader takes time to load.
  const inFile =
    typeof answersFile === 'string' && answersFile !== ''
      ? (await import('./answer-file.js')).answersOfFile(answersFile)
      : [];
  for (const [key, raw, origin] of [...fromEnvironment(sources.environment), ...inFile, ...fromFlags]) {
    given.set(key, { raw, origin });
  }

  const answers: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [key, { raw, origin }] of given) {
    const judged = judgeValue(key, raw);
    if (judged.ok) {
      for (const value of [raw].flat()) if (typeof value === 'string') rememberClear(value);
      answers[key] = judged.value;
    } else {
      problems.push(`${origin}: ${judged.problem}`);
    }
  }
  if (problems.length > 0) {
    const [first = '', ...rest] = problems;
    throw usageProblem(first, ...rest);
  }
  return answers;
};
