import { inspect } from 'node:util';

const known = new Set<string>();
const hidden = '[hidden]';

/**
 * A password. Its text comes out only through `reveal()`, which is called where the text goes to a tool's
 * standard input or into a decryption; printing, logging or serialising a Secret shows a placeholder.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    // A very short text would blot out unrelated output; such a password is refused by DPM's policies anyway.
    if (text.length >= 3) known.add(text);
  }

  reveal(): string {
    return this.#text;
  }

  get isEmpty(): boolean {
    return this.#text === '';
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}

/**
 * Takes every known secret out of a text, also where JSON escaped it. Called at the places where text leaves the
 * program (show/, the journal, files that we write), so that a new message cannot forget it.
 */
export const redact = (text: string): string => {
  let out = text;
  for (const secret of known) {
    out = out.replaceAll(secret, hidden);
    const escaped = JSON.stringify(secret).slice(1, -1);
    if (escaped !== secret) out = out.replaceAll(escaped, hidden);
  }
  return out;
};

/** The texts of all secrets, for the one process that must remove them from what it writes down (the keeper). */
export const everySecret = (): readonly string[] => [...known];
