import { faulty, type Answerer } from './answer.js';

/** Windows' own default for the longest age of a password: 42 days. */
const longestAgeMs = 42 * 86_400_000;

const expiryOf = (passwordExpires: boolean, passwordLastSet: string | null): string | null =>
  passwordExpires && passwordLastSet !== null
    ? new Date(Date.parse(passwordLastSet) + longestAgeMs).toISOString()
    : null;

/** The account that the fault `user-exists` puts there: the page's example is "mark". */
export const existingUser = 'mark';

export const localUsers: Answerer<'local-users'> = (asked) => {
  const accounts = asked.state.accounts.map(
    ({ name, enabled, passwordLastSet, passwordExpires, administrator }) => ({
      name,
      enabled,
      passwordLastSet,
      passwordExpires,
      passwordExpiresAt: expiryOf(passwordExpires, passwordLastSet),
      locked: false,
      administrator,
    }),
  );
  const planted =
    faulty(asked, 'user-exists') && !accounts.some(({ name }) => name.toLowerCase() === existingUser)
      ? [
          {
            name: existingUser,
            enabled: true,
            passwordLastSet: '2026-01-01T00:00:00.000Z',
            passwordExpires: true,
            administrator: false,
          },
        ]
      : [];
  return { users: [...accounts, ...planted] };
};
