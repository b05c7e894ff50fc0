import { exitCode } from '../exit-code.js';
import { Problem, usageProblem } from '../problem.js';
import { flagOf } from './parameter.js';
import { parameterOf, type Answer, type Answers, type ParameterKey, type PathKey } from './parameters.js';
import type { Choice, Prompter } from './prompter.js';

/** Throws a Problem where the answer cannot be used here: then it is asked again, with the reason. */
type Judge<K extends ParameterKey> = (value: Answer<K>, known: Answers) => Promise<void>;

interface AnyNeed<K extends ParameterKey> {
  readonly key: K;
  /** Offered as the default when asked; a function where it depends on the answers before this one. */
  readonly suggestion?: string | undefined | ((known: Answers) => string | undefined);
  /** Values that this computer offers; looked for only when the person is asked. */
  readonly offers?: () => Promise<readonly Choice[]>;
  /** `known`: the answers before this one. */
  readonly judge?: Judge<K>;
}

/** What is wrong with a path must be said at its own question, so a question about a path has a judge. */
type NeedOf<K extends ParameterKey> = K extends PathKey
  ? AnyNeed<K> & { readonly judge: Judge<K> }
  : AnyNeed<K>;

export type Need<K extends ParameterKey = ParameterKey> = { readonly [P in K]: NeedOf<P> }[K];

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

/** A Problem that another answer can solve. Anything else ends the interview. */
export const isAboutAnswer = (error: unknown): error is Problem =>
  error instanceof Problem && (error.exitCode === exitCode.usage || error.exitCode === exitCode.checkFailed);

/** A path that cannot be read is about the answer too: another path can be. */
export const isAboutPath = (error: unknown): error is Problem =>
  isAboutAnswer(error) || (error instanceof Problem && error.exitCode === exitCode.toolFailed);

const canBeAskedAgain = (error: unknown, key: ParameterKey): error is Problem =>
  parameterOf(key).prompt?.kind === 'path' ? isAboutPath(error) : isAboutAnswer(error);

interface Question<T> {
  readonly ask: () => Promise<T>;
  /** Throws a Problem where the answer cannot be used. */
  readonly judge: (value: T) => Promise<void>;
  /** Another answer can help. */
  readonly isAboutAnswer: (error: unknown) => error is Problem;
}

/** Asks the same question, with the reason, until its answer can be used. Throws what no other answer helps against. */
export const untilUsable = async <T>(prompter: Prompter, question: Question<T>): Promise<T> => {
  for (;;) {
    const value = await question.ask();
    try {
      await question.judge(value);
      return value;
    } catch (error) {
      if (!question.isAboutAnswer(error)) throw error;
      prompter.again(error);
    }
  }
};

const askUntilUsable = async (need: Need, known: Answers, prompter: Prompter): Promise<unknown> => {
  const offers = (await need.offers?.()) ?? [];
  const { suggestion } = need;
  return untilUsable<unknown>(prompter, {
    ask: async () =>
      prompter.ask(need.key, {
        suggestion: typeof suggestion === 'function' ? suggestion(known) : suggestion,
        offers,
      }),
    judge: async (value) => need.judge?.(value as never, known),
    isAboutAnswer: (error): error is Problem => canBeAskedAgain(error, need.key),
  });
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
  if (prompter !== null) {
    for (const need of missing) filled[need.key] = await askUntilUsable(need, filled, prompter);
  }
  return filled as Completed<A, N[number]['key']>;
};
