import { cleanText } from '../clean.js';
import { judgeValue } from './gather.js';
import { isParameterKey, parameterOf, type ParameterKey } from './parameters.js';
import type { AskOptions, Choice, Prompter } from './prompter.js';
import { textOf } from './replay.js';

/** One answer, as it can be shown and kept. A password is never one. */
export interface Remembered {
  /** The parameter's key, or the question itself where it is not a parameter. */
  readonly id: string;
  readonly value: string | boolean;
  readonly shown: string;
}

/** An answer with its question, as one line. */
export const rememberedLine = ({ id, shown }: Remembered): string => `${labelOf(id)}: ${shown}`;

/** Thrown at the last question: an answer was taken back, and the interview starts over with the others. */
export class AnswerTakenBack extends Error {
  override readonly name = 'AnswerTakenBack';
}

/** The question that was asked, without the sentences before it. */
export const labelOf = (id: string): string => {
  const message = (isParameterKey(id) ? parameterOf(id).prompt?.message : undefined) ?? id;
  return message.replace(/^.*\. /, '').replace(/[:?]$/, '');
};

const yesNoText = (value: boolean): string => (value ? 'Yes' : 'No');

export interface InterviewOptions {
  /** Shows the answers before the last question. */
  readonly show: (answers: readonly Remembered[]) => void;
  /** Keeps the answers for the next time; called after every answer. */
  readonly keep: (answers: readonly Remembered[]) => Promise<void>;
  /** The answers of the last time. */
  readonly kept?: readonly Remembered[];
}

/**
 * An interview that can be gone through again: every answer is remembered, so that only what is missing is asked. One
 * wrong answer is taken back and asked again; the ones before it stay.
 */
export class Interview {
  readonly prompter: Prompter;
  readonly #direct: Prompter;
  readonly #show: (answers: readonly Remembered[]) => void;
  readonly #keep: (answers: readonly Remembered[]) => Promise<void>;
  readonly #answers = new Map<string, Remembered>();
  /** What an answer was before it was taken back: the suggestion when it is asked again. */
  readonly #former = new Map<string, Remembered>();
  #used: string[] = [];
  #lastAsked: string | null = null;
  #approved = false;

  constructor(direct: Prompter, { show, keep, kept = [] }: InterviewOptions) {
    this.#direct = direct;
    this.#show = show;
    this.#keep = keep;
    for (const one of kept) this.#answers.set(one.id, one);
    this.prompter = this.#recording();
  }

  /** The plan was approved: from here on things change, and nothing is asked twice. */
  get approved(): boolean {
    return this.#approved;
  }

  /** The last question that a person answered since the interview began (again); null: every answer was remembered. */
  get lastAsked(): string | null {
    return this.#lastAsked;
  }

  /** The answers that the interview used so far, in the order of its questions. */
  get answers(): readonly Remembered[] {
    return this.#used.flatMap((id) => this.#answers.get(id) ?? []);
  }

  /** Every answer that is known: also those that an interview which began again has not used yet. */
  get #known(): readonly Remembered[] {
    const used = new Set(this.#used);
    return [...this.answers, ...[...this.#answers.values()].filter(({ id }) => !used.has(id))];
  }

  /** From the first question again, with what is remembered. */
  begin(): void {
    this.#used = [];
    this.#lastAsked = null;
  }

  /** Lets the person choose an answer to take back. */
  async takeOneBack(): Promise<void> {
    const id = await this.#direct.choose(
      'Which answer do you want to change?',
      this.answers.map((one) => ({ value: one.id, name: rememberedLine(one) })),
    );
    this.#forget(id);
  }

  #forget(id: string): void {
    const before = this.#answers.get(id);
    if (before) this.#former.set(id, before);
    this.#answers.delete(id);
    this.#used = this.#used.filter((one) => one !== id);
  }

  /** The remembered answer where it still is one, else what `ask` brings. */
  async #answer<T>(
    id: string,
    accept: (value: string | boolean) => T | undefined,
    ask: (former: Remembered | undefined) => Promise<T>,
    keep: (value: T) => Omit<Remembered, 'id'>,
  ): Promise<T> {
    if (this.#approved) return ask(undefined);
    const known = this.#answers.get(id);
    const accepted = known === undefined ? undefined : accept(known.value);
    const value = accepted ?? (await ask(this.#former.get(id)));
    this.#answers.set(id, { id, ...keep(value) });
    this.#used = [...this.#used.filter((one) => one !== id), id];
    if (accepted === undefined) {
      this.#lastAsked = id;
      // The terminal can go away at the next question.
      await this.#keep(this.#known);
    }
    return value;
  }

  async #askKey(key: ParameterKey, options: AskOptions = {}): Promise<unknown> {
    return this.#answer<unknown>(
      key,
      (value) => {
        const judged = judgeValue(key, value);
        return judged.ok ? judged.value : undefined;
      },
      async (former) =>
        this.#direct.ask(key, {
          ...options,
          ...(typeof former?.value === 'string' ? { suggestion: former.value } : {}),
        }),
      (value) => {
        if (typeof value === 'boolean') return { value, shown: yesNoText(value) };
        const text = textOf(value);
        const named = parameterOf(key).prompt?.choices?.find((choice) => choice.value === text)?.name;
        return { value: text, shown: cleanText(named ?? text) };
      },
    );
  }

  async #choose<V extends string>(
    message: string,
    choices: readonly Choice<V>[],
    suggestion?: V,
  ): Promise<V> {
    const find = (value: unknown): Choice<V> | undefined => choices.find((choice) => choice.value === value);
    return this.#answer<V>(
      message,
      (value) => find(value)?.value,
      async (former) => this.#direct.choose(message, choices, find(former?.value)?.value ?? suggestion),
      (value) => ({ value, shown: cleanText(find(value)?.name ?? value) }),
    );
  }

  async #approve(): Promise<boolean> {
    if (this.answers.length > 0) this.#show(this.answers);
    const chosen = await this.#direct.choose(
      'Run this plan?',
      [
        { value: 'run', name: 'Yes, run it' },
        ...(this.answers.length === 0 ? [] : [{ value: 'change' as const, name: 'Change an answer' }]),
        { value: 'stop', name: 'No, stop here and change nothing' },
      ],
      'run',
    );
    if (chosen === 'change') {
      await this.takeOneBack();
      throw new AnswerTakenBack();
    }
    this.#approved = chosen === 'run';
    return this.#approved;
  }

  #recording(): Prompter {
    const direct = this.#direct;
    return {
      direct,
      ask: async (key, options) => this.#askKey(key, options),
      choose: async (message, choices, suggestion) => this.#choose(message, choices, suggestion),
      confirm: async (message, suggestion) =>
        this.#answer<boolean>(
          message,
          (value) => (typeof value === 'boolean' ? value : undefined),
          async () => direct.confirm(message, suggestion),
          (value) => ({ value, shown: yesNoText(value) }),
        ),
      text: async (message, check, suggestion) =>
        this.#answer<string>(
          message,
          (value) => (typeof value === 'string' && check(value) === null ? value : undefined),
          async (former) =>
            direct.text(message, check, typeof former?.value === 'string' ? former.value : suggestion),
          (value) => ({ value, shown: cleanText(value) }),
        ),
      secret: async (message) => direct.secret(message),
      approve: async () => this.#approve(),
      again: (reason) => {
        direct.again(reason);
        const last = this.#used.at(-1);
        if (last === undefined) return;
        this.#forget(last);
        // What was refused is not suggested again.
        if (reason !== null) this.#former.delete(last);
      },
    };
  }
}
