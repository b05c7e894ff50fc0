import { Refusal } from '../errors.js';
import { parametersOf } from './script-parameters.js';

/** Values by the parameter's own name, as PowerShell binds them. */
export type Bound = Readonly<Record<string, string>>;

/**
 * Binds as PowerShell does: any case, a shortened name where it is unambiguous; refuses what the script does not
 * declare, what is given twice and, since nobody can be asked, what is mandatory and missing.
 */
export const bind = (tool: string, given: Readonly<Record<string, string>>): Bound => {
  const declared = parametersOf(tool);
  if (declared === null) return given;
  const bound: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase();
    const candidates = declared.filter((one) => one.name.toLowerCase().startsWith(lower));
    const meant =
      candidates.find((one) => one.name.toLowerCase() === lower) ??
      (candidates.length === 1 ? candidates[0] : undefined);
    if (!meant || meant.password === true) {
      throw new Refusal(
        candidates.length > 1
          ? `${tool} : Parameter cannot be processed because the parameter name '${name}' is ambiguous.`
          : `${tool} : A parameter cannot be found that matches parameter name '${name}'.`,
      );
    }
    if (meant.name in bound) {
      throw new Refusal(
        `${tool} : Cannot bind parameter because parameter '${meant.name}' is specified twice.`,
      );
    }
    bound[meant.name] = value;
  }
  const missing = declared.filter(({ name, mandatory }) => mandatory && (bound[name] ?? '') === '');
  if (missing.length > 0) {
    throw new Refusal(
      `${tool} : Cannot process command because of one or more missing mandatory parameters: ${missing.map(({ name }) => name).join(' ')}.`,
    );
  }
  return bound;
};

/** What a person types behind a script's name: `-Name value`. */
export const typedParameters = (tool: string, words: readonly string[]): Record<string, string> => {
  const given: Record<string, string> = {};
  for (let at = 0; at < words.length; at += 2) {
    const name = words[at] ?? '';
    const value = words[at + 1];
    if (!name.startsWith('-') || value === undefined) {
      throw new Refusal(`${tool} : A positional parameter cannot be found that accepts argument '${name}'.`);
    }
    given[name.slice(1)] = value;
  }
  return given;
};
