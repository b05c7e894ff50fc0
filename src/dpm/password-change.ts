import type { Parsed } from './names.js';

/**
 * One change of the password of an account, on both computers. A generation is a name for one password of each account,
 * chosen by a person, such as 2026-11: dpm-prep keeps no password, and tells by it what was set where.
 */
export interface PasswordChange {
  readonly generation: string;
  /** True: the return to the password from before this generation. */
  readonly back: boolean;
}

export const sameChange = (a: PasswordChange | null, b: PasswordChange | null): boolean =>
  a?.generation === b?.generation && a?.back === b?.back;

export const changeText = ({ generation, back }: PasswordChange): string =>
  back ? `the password from before generation ${generation}` : `the password of generation ${generation}`;

export const parseGeneration = (text: string): Parsed<string> =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(text)
    ? { ok: true, value: text }
    : {
        ok: false,
        problem:
          'The name of a generation has up to 40 letters, digits, dots, hyphens or underscores, such as 2026-11.',
      };

/** The command line of a step under which the journal keeps what was done for this change alone. */
export const lineOfChange = (line: string, { generation, back }: PasswordChange): string =>
  `${line} [${back ? 'back from ' : ''}generation ${generation}]`;

/** The change of such a line; null: the line has none. */
export const changeInLine = (line: string): PasswordChange | null => {
  const found = /\[(back from )?generation ([A-Za-z0-9._-]{1,40})\]$/.exec(line);
  const generation = found?.[2];
  return generation === undefined ? null : { generation, back: found?.[1] !== undefined };
};
