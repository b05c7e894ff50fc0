import type { ActResult } from './acts.js';

/** BUILTIN\\Administrators, and SYSTEM, from which no access list keeps anything. */
const administrators: readonly string[] = ['S-1-5-32-544', 'S-1-5-18'];

/** SIDs of those who can use a folder besides this user and administrators; none: it is private. */
export const readersBesides = ({
  owner,
  readers,
  user,
}: Pick<ActResult<'protect-folder'>, 'owner' | 'readers' | 'user'>): readonly string[] => [
  ...new Set([owner, ...readers].filter((sid) => sid !== user && !administrators.includes(sid))),
];
