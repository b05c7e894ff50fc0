import type { Parsed } from './names.js';

/**
 * A certificate's thumbprint as people paste it: spaces, colons, either case, and the invisible U+200E that the
 * Windows certificate dialog puts in front. Result: 40 upper-case hexadecimal digits.
 */
export const parseThumbprint = (text: string): Parsed<string> => {
  // \p{Cf}: LEFT-TO-RIGHT MARK and its relatives; the byte-order mark is one too.
  const digits = text.replace(/[\s:.\-\p{Cf}]/gu, '');
  const bad = /[^0-9A-Fa-f]/u.exec(digits);
  if (bad) {
    return {
      ok: false,
      problem: `A thumbprint has only the digits 0-9 and A-F; this one contains ${JSON.stringify(bad[0])}.`,
    };
  }
  if (digits.length !== 40) {
    return {
      ok: false,
      problem: `A thumbprint has 40 hexadecimal digits; this one has ${String(digits.length)}.`,
    };
  }
  return { ok: true, value: digits.toUpperCase() };
};
