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
  /** The marks are more than ASCII, so other signs can be, too. */
  readonly unicode: boolean;
}

export interface StyleFacts {
  readonly terminal: boolean;
  /** False where --no-color was given. */
  readonly wanted: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** Terminals on Windows whose fonts have the marks. Node.js writes UTF-16 to a console, so its code page does not matter. */
const drawsOnWindows = ({ environment }: StyleFacts): boolean =>
  // Windows Terminal, also with cmd.exe and Windows PowerShell in it.
  Boolean(environment.WT_SESSION) ||
  Boolean(environment.ConEmuTask) ||
  ['vscode', 'WezTerm', 'Tabby', 'Hyper'].includes(environment.TERM_PROGRAM ?? '') ||
  ['xterm-256color', 'alacritty'].includes(environment.TERM ?? '') ||
  environment.TERMINAL_EMULATOR === 'JetBrains-JediTerm';

/**
 * The old console of cmd.exe and Windows PowerShell 5.1 has fonts without these marks. In a pipe or a file PowerShell 5.1 reads
 * our bytes in the OEM code page, where each of these marks becomes three other characters.
 */
const showsUnicode = (facts: StyleFacts): boolean => {
  const { environment, platform, terminal } = facts;
  if (platform === 'win32') return terminal && drawsOnWindows(facts);
  // The kernel's own console has a font of 256 or 512 characters.
  if (environment.TERM === 'linux' || environment.TERM === 'dumb') return false;
  // The first that is set and not empty counts, as in POSIX.
  const locale = [environment.LC_ALL, environment.LC_CTYPE, environment.LANG].find(
    (text) => text !== undefined && text !== '',
  );
  return /utf-?8/i.test(locale ?? '');
};

/** chalk does not know NO_COLOR, so its level is set here: any non-empty NO_COLOR turns colours off. */
export const makeStyle = (facts: StyleFacts): Style => {
  const { environment } = facts;
  const off =
    !facts.wanted || !facts.terminal || Boolean(environment.NO_COLOR) || environment.TERM === 'dumb';
  const unicodeShown = showsUnicode(facts);
  return {
    color: new Chalk({ level: off ? 0 : 1 }),
    marks: unicodeShown ? unicode : ascii,
    unicode: unicodeShown,
  };
};
