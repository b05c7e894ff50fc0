/** So often the same question in a row, and nobody answers it: it will be asked for ever. */
const timesLine = 1_000;
const sameInLine = /^(.{2,200}?[:?>\]] ?)\1{8,}/u;
const looksLikeQuestion = /[:?>\]]$/u;

/**
 * Notices a script that asks in a loop. Standard input is at its end, so it gets an empty answer at once and asks again:
 * it is never silent, and never ends.
 */
export class PromptLoop {
  #last = '';
  #times = 0;

  /** True once this line, the last of the output, shows such a loop. */
  sees(line: string): boolean {
    if (sameInLine.test(line)) return true;
    this.#times = line === this.#last && looksLikeQuestion.test(line) ? this.#times + 1 : 1;
    this.#last = line;
    return this.#times >= timesLine;
  }
}
