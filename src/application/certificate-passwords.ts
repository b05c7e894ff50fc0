import type { Prompter } from '../answers/prompter.js';
import {
  readPasswordList,
  unattendedPassword,
  type PasswordKey,
  type PasswordList,
} from '../answers/password.js';
import { WrongPassword } from '../certificate/index.js';
import { cleanText } from '../clean.js';
import { Secret } from '../secret.js';
import { isNamed } from './certificate-files.js';
import type { CommandContext } from './command.js';

const tries = 3;

/**
 * Passwords for many files: a list by file, one for all, or what a person answers. One that opened a file is tried on
 * the next ones before anyone is asked again.
 */
export class Passwords {
  readonly #list: PasswordList;
  readonly #known: Secret[];
  readonly #prompter: Prompter | null;
  readonly #note: (line: string) => void;

  /** `known`: tried on every file; `list`: by file, instead. */
  constructor(context: CommandContext, known: Secret | null, list: PasswordList = null) {
    this.#list = list;
    this.#known = known === null ? [] : [known];
    this.#prompter = context.prompter;
    this.#note = (line) => {
      context.screen.note(line);
    };
  }

  /** As --password-file (one password, or a list), --password-stdin or the environment give them. */
  static of(context: CommandContext<PasswordKey>): Passwords {
    const { answers, environment } = context;
    const one = unattendedPassword(answers, environment);
    const list = answers.passwordFile === undefined ? null : readPasswordList(answers.passwordFile);
    return new Passwords(context, list === null ? one : null, list);
  }

  #candidates(path: string): readonly Secret[] {
    if (this.#list === null) return this.#known;
    return [...this.#list].filter(([entry]) => isNamed(entry, path)).map(([, password]) => password);
  }

  /** Does the work with the passwords that may fit; asks for another one where someone is there. */
  async open<T>(path: string, work: (passwords: readonly Secret[]) => T): Promise<T> {
    let passwords = this.#candidates(path);
    for (let asked = 0; ; asked += 1) {
      try {
        return work(passwords);
      } catch (error) {
        if (!(error instanceof WrongPassword) || this.#prompter === null || asked >= tries) throw error;
        const shown = cleanText(path);
        if (error.given) this.#note(`  That password does not open ${shown}.`);
        const password = new Secret(await this.#prompter.secret(`Password of ${shown}:`));
        passwords = [password];
        if (this.#known.length < 16) this.#known.unshift(password);
      }
    }
  }
}
