import { sameName } from '../../dpm/names.js';
import { passwordEnd } from '../accounts.js';
import { faulty, type Answerer } from './answer.js';

/** The account that the fault `user-exists` puts there: the page's example is "mark". */
export const existingUser = 'mark';

export const localUsers: Answerer<'local-users'> = (asked, { names }) => {
  const accounts = asked.state.accounts.map((account) => {
    const { name, enabled, passwordLastSet, passwordExpires, locked, administrator } = account;
    return {
      name,
      enabled,
      passwordLastSet,
      passwordExpires,
      passwordExpiresAt: passwordEnd(account)?.toISOString() ?? null,
      locked,
      administrator,
    };
  });
  const planted =
    faulty(asked, 'user-exists') && !accounts.some(({ name }) => name.toLowerCase() === existingUser)
      ? [
          {
            name: existingUser,
            enabled: true,
            passwordLastSet: '2026-01-01T00:00:00.000Z',
            passwordExpires: true,
            locked: false,
            administrator: false,
          },
        ]
      : [];
  const users = [...accounts, ...planted];
  if (names === undefined) return { users };
  return { users: users.filter((user) => names.some((name) => sameName(user.name, name))) };
};
