import { usageProblem } from '../problem.js';
import { flagOf } from './parameter.js';
import { parameterOf, type Answer, type Answers, type ParameterKey } from './parameters.js';
import type { Prompter } from './prompter.js';

export interface Need<K extends ParameterKey = ParameterKey> {
  readonly key: K;
  /** Offered as the default when asked; used as it is when nobody can be asked and `assume` is set. */
  readonly suggestion?: string;
}

export type Completed<K extends ParameterKey> = Answers & { readonly [P in K]-?: Answer<P> };

const shown = (key: ParameterKey): string => {
  const parameter = parameterOf(key);
  return `${flagOf(key, parameter)}${parameter.value === undefined ? '' : ` <${parameter.value}>`}`;
};

/**
 * Fills in what is missing by asking. With nobody to ask, all missing ones are named at once, each with its flag
 * (exit 2): nothing ever waits for input.
 */
export const complete = async <K extends ParameterKey>(
  answers: Answers,
  needs: readonly Need<K>[],
  prompter: Prompter | null,
): Promise<Completed<K>> => {
  const missing = needs.filter((need) => answers[need.key] === undefined);
  if (missing.length > 0 && prompter === null) {
    const flags = missing.map((need) => shown(need.key));
    throw usageProblem(
      `${flags.length === 1 ? 'An answer is' : 'Answers are'} missing, and no one can be asked here: ${flags.join(', ')}`,
      ...missing.map((need) => `${shown(need.key)}: ${parameterOf(need.key).help}.`),
    );
  }
  const filled: Record<string, unknown> = { ...answers };
  for (const need of missing) filled[need.key] = await prompter?.ask(need.key, need.suggestion);
  return filled as Completed<K>;
};
