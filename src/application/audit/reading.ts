import type { Reading } from '../../audit/document.js';
import { cleanText } from '../../clean.js';

const maxLine = 900;

/** Foreign text as one line that an audit document may hold. */
export const lineOf = (text: string): string => cleanText(text, maxLine);

export const lineOrNull = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : lineOf(text);

/** A time as audit documents write it; null where there is none or the calendar lacks it. */
export const timeOf = (time: string | Date | null | undefined): string | null => {
  if (time === null || time === undefined) return null;
  const date = new Date(time);
  const year = date.getUTCFullYear();
  // The form of ISO 8601 that documents use has four digits for the year.
  return Number.isNaN(year) || year < 0 || year > 9_999 ? null : date.toISOString();
};

export const known = <T>(value: T): Reading<T> => ({ value, why: null });

export const unread = (why: string): Reading<never> => ({ value: null, why: lineOf(why) });

/** What `read` answers; where it fails, null and why. A question that fails never hides the others. */
export const reading = async <T>(read: () => Promise<T>): Promise<Reading<T>> => {
  try {
    return known(await read());
  } catch (error) {
    return unread(error instanceof Error && error.message !== '' ? error.message : 'It could not be read.');
  }
};
