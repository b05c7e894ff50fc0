import { Chalk, type ChalkInstance } from 'chalk';

interface Marks {
  readonly done: string;
  readonly fail: string;
  readonly warn: string;
  readonly unknown: string;
  readonly skip: string;
  readonly go: string;
  readonly bullet: string;
  readonly bar: string;
  /** Before the choice that Enter takes. */
  readonly cursor: string;
}

const unicode: Marks = {
  done: '✔',
  fail: '✖',
  warn: '▲',
  unknown: '?',
  skip: '–',
  go: '›',
  bullet: '•',
  bar: '│',
  cursor: '❯',
};
const ascii: Marks = {
  done: '+',
  fail: 'x',
  warn: '!',
  unknown: '?',
  skip: '-',
  go: '>',
  bullet: '*',
  bar: '|',
  cursor: '>',
};

export interface Style {
  readonly color: ChalkInstance;
  readonly marks: Marks;
}

export interface StyleFacts {
  readonly terminal: boolean;
  /** False where --no-color was given. */
  readonly wanted: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

const isUtf8 = ({ environment, platform }: StyleFacts): boolean => {
  // Windows Terminal and the editors' terminals draw these marks; the old console's fonts may not.
  if (platform === 'win32') {
    return (
      Boolean(environment.WT_SESSION) ||
      environment.TERM_PROGRAM === 'vscode' ||
      Boolean(environment.ConEmuTask)
    );
  }
  const locale = environment.LC_ALL ?? environment.LC_CTYPE ?? environment.LANG ?? '';
  return /utf-?8/i.test(locale);
};

/** chalk does not know NO_COLOR, so its level is set here: any non-empty NO_COLOR turns colours off. */
export const makeStyle = (facts: StyleFacts): Style => {
  const { environment } = facts;
  const off =
    !facts.wanted || !facts.terminal || Boolean(environment.NO_COLOR) || environment.TERM === 'dumb';
  return { color: new Chalk({ level: off ? 0 : 1 }), marks: isUtf8(facts) ? unicode : ascii };
};
