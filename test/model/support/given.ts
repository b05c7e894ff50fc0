import type { Computer, Issued } from './pair.js';

/** Which of everything a command is given. */
export interface Given {
  readonly world: string;
  readonly computer: Computer;
  readonly issued: Issued;
  /** 0 to 2: which certificate, password or name. */
  readonly pick: number;
}

export interface Kind {
  readonly side: 'dpm-server' | 'protected-computer';
  readonly words: (given: Given) => readonly string[];
  readonly password?: (given: Given) => string;
  /** It changes nothing, whatever it says. */
  readonly onlyReads?: true;
  /** What is not as it must be, after it said that it is; null: all is well. */
  readonly missing?: (given: Given) => string | null;
  /** It names the computer by hand, where the handover file says that nobody saw its .bin being made. */
  readonly confirms?: true;
  /** The computers that it may take off the list: it is run for that. */
  readonly removes?: (given: Given) => readonly string[];
}
