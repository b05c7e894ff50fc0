import { isAbsolute, resolve } from 'node:path';
import type * as Zod from 'zod';

/** What of zod the schemas of parameters are made of. It is handed in, so that the table loads without zod. */
export type Z = Pick<typeof Zod, 'NEVER' | 'array' | 'boolean' | 'coerce' | 'enum' | 'string' | 'union'>;

interface ParameterPrompt {
  readonly kind: 'text' | 'choice' | 'confirm' | 'path';
  /** The question, in the page's words. */
  readonly message: string;
  /** One line that says what is meant and where to find it. */
  readonly explain: string;
  readonly choices?: readonly { readonly value: string; readonly name: string }[];
}

/** One parameter of the program: its flag, answer key, environment name, prompt, help and schema come from here. */
export interface Parameter<T = unknown> {
  /** Placeholder in the help; without it the flag is a switch. */
  readonly value?: string;
  readonly help: string;
  readonly schema: (z: Z) => Zod.ZodType<T>;
  /** Flag is given several times, or a list in the answer file; in the environment separated by commas. */
  readonly many?: true;
  readonly prompt?: ParameterPrompt;
  /** Another name of the same flag. */
  readonly alias?: string;
  /** A password: no flag, no answer key, only the environment. */
  readonly secret?: true;
  /** Written as `--no-<flag>`. */
  readonly negated?: true;
}

const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `dpmServerName` → `--dpm-server-name` */
export const flagOf = (key: string, parameter?: Parameter): string =>
  `--${parameter?.negated ? 'no-' : ''}${kebab(key)}`;

/** `dpmServerName` → `DPM_PREP_DPM_SERVER_NAME` */
export const environmentNameOf = (key: string): string =>
  `DPM_PREP_${kebab(key).toUpperCase().replaceAll('-', '_')}`;

/** A text that one of the parsers of dpm/ judges. The parser's sentence becomes the issue. */
export const parsedText =
  <T>(
    parse: (
      text: string,
    ) => { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string },
  ) =>
  (z: Z): Zod.ZodType<T> =>
    z
      .string()
      .max(4_096, 'It is longer than 4,096 characters.')
      .transform((text, context) => {
        const result = parse(text);
        if (result.ok) return result.value;
        context.addIssue({ code: 'custom', message: result.problem });
        return z.NEVER;
      });

// A control character in a path, name or id is never meant; it would reach terminals and logs.
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f-\u009f]/;

export const plainText = (z: Z): Zod.ZodType<string> =>
  z
    .string()
    .min(1, 'It is empty.')
    .max(4_096, 'It is longer than 4,096 characters.')
    .refine((text) => !controls.test(text), 'It contains a control character.');

/**
 * A path, made absolute where it enters the program: what is shown, recorded and resumed must mean the same place from
 * every working folder. A Windows path stays as it is everywhere (a practice computer has C:\\ too), but for a last
 * backslash: before a closing quote it would be taken for an escape by every program that is given it.
 */
export const absolutePath = (z: Z): Zod.ZodType<string> =>
  plainText(z).transform((text) =>
    (isAbsolute(text) || /^(?:[A-Za-z]:|\\\\)/.test(text) ? text : resolve(text)).replace(
      /(?<=[^:\\/])[\\/]+$/,
      '',
    ),
  );

export const yesNo = (z: Z): Zod.ZodType<boolean> =>
  z.union([
    z.boolean(),
    z
      .string()
      .transform((text) => text.trim().toLowerCase())
      .pipe(z.enum(['true', 'false', 'yes', 'no', '1', '0'], 'It is not true or false.'))
      .transform((text) => text === 'true' || text === 'yes' || text === '1'),
  ]);

export const oneOf =
  <const V extends readonly [string, ...string[]]>(...values: V) =>
  (z: Z): Zod.ZodType<V[number]> =>
    z
      .string()
      .meta({ enum: values })
      .transform((text) => values.find((value) => value.toLowerCase() === text.trim().toLowerCase()) ?? text)
      .pipe(z.enum(values, `It is not one of: ${values.join(', ')}.`));

/** Several of these: a list, or one text with commas. */
export const someOf =
  <const V extends readonly [string, ...string[]]>(...values: V) =>
  (z: Z): Zod.ZodType<readonly V[number][]> => {
    const one = z.string().meta({ enum: values });
    return z
      .union([one, z.array(one).max(values.length)])
      .transform((given) => [
        ...new Set(
          [given]
            .flat()
            .flatMap((text) => text.split(','))
            .map(
              (text) =>
                values.find((value) => value.toLowerCase() === text.trim().toLowerCase()) ?? text.trim(),
            ),
        ),
      ])
      .pipe(z.array(z.enum(values, `It is not one of: ${values.join(', ')}.`)).min(1));
  };

export const wholeNumber =
  (min: number, max: number) =>
  (z: Z): Zod.ZodType<number> =>
    z.coerce
      .number('It is not a number.')
      .int('It is not a whole number.')
      .min(min, `It is less than ${String(min)}.`)
      .max(max, `It is more than ${String(max)}.`);

/** Keeps the value's type while the table is checked for its shape. */
export const define = <T>(parameter: Parameter<T>): Parameter<T> => parameter;

/** A parameter whose question asks for a path. */
export interface PathParameter<T> extends Parameter<T> {
  readonly prompt: ParameterPrompt & { readonly kind: 'path' };
}

/** Like `define`, and the type says that a path is asked for: such an answer must be judged when it is given. */
export const definePath = <T>(parameter: PathParameter<T>): PathParameter<T> => parameter;
