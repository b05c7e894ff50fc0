import type { State } from './state.js';

type Account = State['accounts'][number];

/** Windows' own default for the longest age of a password: 42 days. */
const longestAgeMs = 42 * 86_400_000;

/** When the password ends; null: never, or it was never set. */
export const passwordEnd = ({ passwordExpires, passwordLastSet }: Account): Date | null =>
  passwordExpires && passwordLastSet !== null ? new Date(Date.parse(passwordLastSet) + longestAgeMs) : null;

/** Windows lets nobody log on with an account that is disabled or locked out, or whose password has ended. */
export const canLogOn = (account: Account | undefined, now: Date): boolean => {
  if (account === undefined || !account.enabled || account.locked) return false;
  const end = passwordEnd(account);
  return end === null || end > now;
};
