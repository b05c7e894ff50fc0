import type { Problem } from '../problem.js';
import type { ParameterKey } from './parameters.js';

export interface Choice<V extends string = string> {
  readonly value: V;
  readonly name: string;
}

export interface AskOptions {
  /** Offered as the default. */
  readonly suggestion?: string | undefined;
  /** Values that were found on this computer, to choose from; another one can always be entered. */
  readonly offers?: readonly Choice[];
}

/** Asks the person in front of the terminal. Implemented in show/; absent where nobody can be asked. */
export interface Prompter {
  /** Asks for one parameter until its schema accepts the answer. */
  ask(key: ParameterKey, options?: AskOptions): Promise<unknown>;
  /** A yes/no question that is not a parameter. */
  confirm(message: string, suggestion: boolean): Promise<boolean>;
  /** One of several. */
  choose<V extends string>(message: string, choices: readonly Choice<V>[], suggestion?: V): Promise<V>;
  /** A password, not echoed. */
  secret(message: string): Promise<string>;
  /** Free text with a check; the check's sentence is shown until the answer passes. */
  text(message: string, check: (text: string) => string | null, suggestion?: string): Promise<string>;
  /** The last question before anything changes. The plan is on the screen. False: do not run it. */
  approve(): Promise<boolean>;
  /** The last answer does not stand: shows why, if there is a reason to show. The caller then asks again. */
  again(reason: Problem | null): void;
  /** The same person, for questions that are not part of an interview: nothing of them is remembered. */
  readonly direct: Prompter;
}
