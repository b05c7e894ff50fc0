import { userInfo } from 'node:os';

/** The user who runs this program, as Windows writes it: DOMAIN\name. For the record of who changed what. */
export const operator = (environment: Readonly<Record<string, string | undefined>> = process.env): string => {
  let name: string;
  try {
    name = userInfo().username;
  } catch {
    // A user id without an entry, as in some containers.
    name = environment.USERNAME ?? environment.USER ?? 'unknown';
  }
  const domain = environment.USERDOMAIN;
  return domain === undefined || domain === '' ? name : `${domain}\\${name}`;
};
