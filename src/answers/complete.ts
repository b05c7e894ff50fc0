import { usageProblem } from '../problem.js';
import { flagOf } from './parameter.js';
import { parameterOf, type Answer, type Answers, type ParameterKey } from './parameters.js';
import type { Prompter } from './prompter.js';

export interface Need<K extends ParameterKey = ParameterKey> {
  readonly key: K;
  /** Offered as the default when asked. */
  readonly suggestion?: string;
}

/** The answers, with these ones known. */
export type Completed<A, K extends ParameterKey> = A & { readonly [P in K]: Answer<P> };

const shown = (key: ParameterKey): string => {
  const parameter = parameterOf(key);
  return `${flagOf(key, parameter)}${parameter.value === undefined ? '' : ` <${parameter.value}>`}`;
};

export interface Missing {
  readonly flag: string;
  readonly help: string;
}

/** A parameter that is missing, where it is not asked for in the common way. */
export const missingAnswer = (key: ParameterKey): Missing => ({
  flag: shown(key),
  help: parameterOf(key).help,
});

/** Names everything that is missing at once, each with its flag (exit 2). */
export const refuseMissing = (missing: readonly Missing[]): void => {
  if (missing.length === 0) return;
  const one = missing.length === 1;
  throw usageProblem(
    `${one ? 'An answer is' : 'Answers are'} missing, and no one can be asked here: ${missing.map(({ flag }) => flag).join(', ')}`,
    ...missing.map(({ flag, help }) => `${flag}: ${help}.`),
  );
};

/**
 * Fills in what is missing by asking. With nobody to ask, all missing ones are named at once, each with its flag
 * (exit 2): nothing ever waits for input.
 */
export const complete = async <A extends Answers, const N extends readonly Need<ParameterKey & keyof A>[]>(
  answers: A,
  needs: N,
  prompter: Prompter | null,
  alsoMissing: readonly Missing[] = [],
): Promise<Completed<A, N[number]['key']>> => {
  const missing = needs.filter((need) => answers[need.key] === undefined);
  if (prompter === null) {
    refuseMissing([...missing.map(({ key }) => missingAnswer(key)), ...alsoMissing]);
  }
  const filled: Record<string, unknown> = { ...answers };
  for (const need of missing) filled[need.key] = await prompter?.ask(need.key, need.suggestion);
  return filled as Completed<A, N[number]['key']>;
};
