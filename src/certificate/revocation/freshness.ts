import { limits } from '../limits.js';
import type { Node } from '../read/asn1.js';
import { readTime } from '../read/time.js';

/** How long an answer counts. */
export interface Validity {
  /** ISO 8601, or null for an invalid date. */
  readonly thisUpdate: string | null;
  /** ISO 8601; null where there is none, or where it is invalid. */
  readonly nextUpdate: string | null;
  /** It names an end that is not a date: it must not pass for an answer without an end. */
  readonly endUnreadable: boolean;
}

export const readValidity = (thisUpdate: Node | undefined, nextUpdate: Node | undefined): Validity => {
  const end = nextUpdate === undefined ? null : readTime(nextUpdate);
  return {
    thisUpdate: readTime(thisUpdate),
    nextUpdate: end,
    endUnreadable: nextUpdate !== undefined && end === null,
  };
};

/** How far the clock of a server may be ahead of this computer's. */
const clockSkewMs = 5 * 60_000;

const hours = limits.endlessAnswerMs / 3_600_000;

/** Why the answer does not count now; null where it does. `now`: ISO 8601. */
export const staleness = (
  { thisUpdate, nextUpdate, endUnreadable }: Validity,
  now: string,
): string | null => {
  if (thisUpdate === null) return 'its date is invalid';
  if (endUnreadable) return 'the date of its next update is invalid';
  const age = Date.parse(now) - Date.parse(thisUpdate);
  if (age < -clockSkewMs) return `it is dated in the future (${thisUpdate})`;
  if (nextUpdate !== null) {
    return nextUpdate < now ? `it is out of date: the next one was due on ${nextUpdate}` : null;
  }
  return age > limits.endlessAnswerMs
    ? `it names no next update, and it is older than ${hours} hours (${thisUpdate})`
    : null;
};
