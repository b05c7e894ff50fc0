import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import type { SealedPassword } from './state.js';

const hash = (password: string, salt: Buffer): Buffer =>
  scryptSync(password.normalize('NFC'), salt, 32, { N: 1024 });

/** A password as the world keeps it: people may practise with the real one. */
export const seal = (password: string): SealedPassword => {
  const salt = randomBytes(16);
  return { salt: salt.toString('base64'), hash: hash(password, salt).toString('base64') };
};

export const isSealed = (password: string, sealed: SealedPassword | null): boolean =>
  sealed !== null &&
  timingSafeEqual(hash(password, Buffer.from(sealed.salt, 'base64')), Buffer.from(sealed.hash, 'base64'));

/** The same sealing, so the same password: the DPM server keeps what the computer had when it was attached. */
export const sameSealing = (a: SealedPassword | null, b: SealedPassword | null): boolean =>
  a !== null && b !== null && a.hash === b.hash && a.salt === b.salt;

/** Windows' usual policy: 8 characters, three of the four kinds. The same on all practice computers. */
export const meetsPolicy = (password: string): boolean =>
  password.length >= 8 &&
  [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length >= 3;
