import type { Value } from '../command.js';
import type { Answer } from '../questions.js';

/*
 * Which parameters Microsoft's scripts really have is asked (Get-Command), not guessed: none of them is published. The
 * password goes only to a parameter that is one by its name and its type. Whatever else stands where others have seen
 * it (the fourth position) may be a domain or a log file.
 */

export type Parameter = Answer<'command-parameters'>['parameters'][number];

interface PasswordParameter {
  readonly name: string;
  /** True: a SecureString. False: text. */
  readonly secure: boolean;
}

export type Binding =
  | { readonly kind: 'bound'; readonly passwordParameter: PasswordParameter | null }
  | { readonly kind: 'refused'; readonly why: string };

const secureString = 'System.Security.SecureString';
const textTypes: readonly string[] = ['System.String', 'System.Object'];

const shortType = (type: string): string => type.split('.').at(-1) ?? type;

const seen = (parameters: readonly Parameter[]): string =>
  parameters.length === 0
    ? 'It declares no parameters.'
    : `Its parameters: ${parameters.map(({ name, type }) => `-${name} <${shortType(type)}>`).join(' ')}.`;

const takesText = ({ type }: Parameter): boolean => type === secureString || textTypes.includes(type);

/** Password, NewPassword, UserPassword, Pwd; not OldPassword, PasswordFile or PasswordNeverExpires. */
const isPasswordName = (name: string): boolean =>
  /^(?:(?:new|user|account|secure|admin|client|server|ps)_?)?(?:password|passwd|pwd)$/i.test(name);

const namesOf = ({ name, aliases }: Parameter): readonly string[] => [name, ...aliases];

const passwordParameterOf = (
  parameters: readonly Parameter[],
  given: ReadonlySet<string>,
): Parameter | 'several' | null => {
  const named = parameters.filter(
    (parameter) =>
      namesOf(parameter).some((name) => isPasswordName(name)) &&
      !namesOf(parameter).some((name) => given.has(name.toLowerCase())),
  );
  return named.length > 1 ? 'several' : (named[0] ?? null);
};

/**
 * How these values are bound to that script. Refused where the script has not all the parameters, or no password
 * parameter that we understand while a password is to be given.
 */
export const bind = (
  tool: string,
  parameters: readonly Parameter[],
  values: Readonly<Record<string, Value>>,
  givesPassword: boolean,
): Binding => {
  const declared = new Set(
    parameters.flatMap((parameter) => namesOf(parameter).map((name) => name.toLowerCase())),
  );
  const unknown = Object.keys(values).filter((name) => !declared.has(name.toLowerCase()));
  if (unknown.length > 0) {
    const names = unknown.map((name) => `-${name}`).join(', ');
    return {
      kind: 'refused',
      why: `${tool} has no parameter ${names}, so it was not started. ${seen(parameters)}`,
    };
  }
  if (!givesPassword) return { kind: 'bound', passwordParameter: null };
  const given = new Set(Object.keys(values).map((name) => name.toLowerCase()));
  const parameter = passwordParameterOf(parameters, given);
  if (parameter === null || parameter === 'several' || !takesText(parameter)) {
    const what =
      parameter === null
        ? 'has no parameter that is a password by its name and type'
        : parameter === 'several'
          ? 'has several password parameters'
          : `wants its password as ${shortType(parameter.type)}`;
    return {
      kind: 'refused',
      why: `${tool} ${what}, so it was not started. ${seen(parameters)} Run it where a person can answer its own prompt.`,
    };
  }
  return {
    kind: 'bound',
    passwordParameter: { name: parameter.name, secure: parameter.type === secureString },
  };
};
