import type { Value } from '../command.js';
import type { Answer } from '../questions.js';

/*
 * Which parameters Microsoft's scripts really have is asked (Get-Command), not guessed: none of them is published.
 * dpm-facts: the password is a text in Attach-ProductionServer.ps1 and, by a positional example, the fourth of
 * Attach-NonDomainServer.ps1; its name there is not documented.
 */

export type Parameter = Answer<'command-parameters'>['parameters'][number];

export interface PasswordParameter {
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

/** By its name, else the fourth position where that is free: the positional form that others have seen. */
const passwordParameterOf = (
  parameters: readonly Parameter[],
  given: ReadonlySet<string>,
): Parameter | 'several' | null => {
  const free = parameters.filter(({ name }) => !given.has(name.toLowerCase()));
  const named = free.filter(({ name }) => /password|^pwd$/i.test(name));
  if (named.length > 1) return 'several';
  return named[0] ?? free.find(({ position }) => position === 3) ?? null;
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
  const declared = new Set(parameters.map(({ name }) => name.toLowerCase()));
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
        ? 'has no password parameter that dpm-prep knows'
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
