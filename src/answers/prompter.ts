import type { ParameterKey } from './parameters.js';

/** Asks the person in front of the terminal. Implemented in show/; absent where nobody can be asked. */
export interface Prompter {
  /** Asks for one parameter until its schema accepts the answer. `suggestion` is offered as the default. */
  ask(key: ParameterKey, suggestion?: string): Promise<unknown>;
  /** A yes/no question that is not a parameter. */
  confirm(message: string, suggestion: boolean): Promise<boolean>;
  /** One of several. */
  choose<V extends string>(
    message: string,
    choices: readonly { readonly value: V; readonly name: string; readonly description?: string }[],
    suggestion?: V,
  ): Promise<V>;
  /** A password, not echoed. */
  secret(message: string): Promise<string>;
  /** Free text with a check; the check's sentence is shown until the answer passes. */
  text(message: string, check: (text: string) => string | null, suggestion?: string): Promise<string>;
}
