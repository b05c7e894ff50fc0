import type { Choice } from '../answers/prompter.js';
import { wrap } from './wrap.js';

/** Before each choice stands the cursor, or its room. */
const lead = 2;

/** Lines around the list: the question, an empty line, the sign that there is more, the keys, one to spare. */
const around = 5;

/** However low the screen is, so many lines are shown. */
const fewest = 5;

export interface ListSize {
  readonly columns: number;
  readonly rows: number;
}

interface ShownChoice {
  readonly value: string;
  readonly name: string;
  /** What stands behind the question once this is chosen. */
  readonly short: string;
  /** Stands below the list while the cursor is here. */
  readonly description?: string;
}

export interface ChoiceList {
  readonly choices: readonly ShownChoice[];
  /** Lines of the list that are shown at once. */
  readonly pageSize: number;
}

/**
 * Where lines are hidden, while the cursor is at the choice `at`. The list does not go round: the cursor stays in the middle until
 * the list comes to an end, as inquirer's pagination has it.
 */
const hiddenAt = (heights: readonly number[], at: number, pageSize: number): string | null => {
  const sum = (some: readonly number[]): number => some.reduce((all, one) => all + one, 0);
  const before = sum(heights.slice(0, at));
  const from = sum(heights.slice(at));
  const middle = Math.floor(pageSize / 2);
  const place = from < pageSize - middle ? pageSize - from : Math.min(before, middle);
  const above = before > place;
  const below = from > pageSize - place;
  if (above) return below ? 'More choices above and below' : 'More choices above';
  return below ? 'More choices below' : null;
};

/** What is behind a question once it is answered: on the next lines where it does not fit behind it. */
export const answeredText = (answer: string, message: string, columns: number): string => {
  const last = message.split('\n').at(-1) ?? '';
  const fits = lead + last.length + 1 + answer.length < columns;
  return fits ? answer : `\n${' '.repeat(lead)}${wrap(answer, columns - lead - 1, ' '.repeat(lead))}`;
};

/** Choices broken at spaces, as many at once as the screen has room for, and a sign where there are more. */
export const choiceList = (
  choices: readonly Choice[],
  message: string,
  { columns, rows }: ListSize,
): ChoiceList => {
  const indent = ' '.repeat(lead);
  const names = choices.map(({ name }) => wrap(name, columns - lead - 1, indent));
  const heights = names.map((name) => name.split('\n').length);
  const height = heights.reduce((all, one) => all + one, 0);
  const room = Math.max(fewest, rows - around - message.split('\n').length);
  const pageSize = Math.min(height, room);
  return {
    pageSize,
    choices: choices.map(({ value, name }, at) => {
      const description = height > pageSize ? hiddenAt(heights, at, pageSize) : null;
      return {
        value,
        name: names[at] ?? name,
        short: answeredText(name, message, columns),
        ...(description === null ? {} : { description: `(${description})` }),
      };
    }),
  };
};
