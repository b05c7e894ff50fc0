import type { Parsed } from './names.js';

/** A time in ISO 8601 and UTC, to the minute, as a person reads it: "2027-01-31 18:00". */
export const utcMinute = (time: string): string => time.slice(0, 16).replace('T', ' ');

const form = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** A date, at midnight UTC, or a time with its zone, as ISO 8601 in UTC. A day that the calendar lacks is refused. */
export const parseDate = (text: string): Parsed<string> => {
  const [, day, time] = form.exec(text.trim()) ?? [];
  const midnight = new Date(`${day ?? ''}T00:00:00.000Z`);
  const exact = new Date(`${day ?? ''}${time ?? 'T00:00:00.000Z'}`);
  // Date rolls February 31 over to March.
  const real = !Number.isNaN(exact.getTime()) && midnight.toISOString().startsWith(day ?? '?');
  return real
    ? { ok: true, value: exact.toISOString() }
    : { ok: false, problem: 'It is not a date. Write it as 2027-01-31, or as 2027-01-31T18:00:00Z.' };
};
