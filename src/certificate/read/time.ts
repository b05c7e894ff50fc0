import { isUniversal, latin1, types, type Node } from './asn1.js';

const form = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?:[.,]\d{1,9})?(?:Z|([+-])(\d{2})(\d{2}))$/;

/**
 * A UTCTime or GeneralizedTime as ISO 8601, or null for what no calendar has: the 31st of February is not silently
 * the 3rd of March.
 */
export const readTime = (node: Node | undefined): string | null => {
  const utc = isUniversal(node, types.utcTime);
  if (!utc && !isUniversal(node, types.generalizedTime)) return null;
  const parts = form.exec(latin1(node));
  if (!parts || (parts[1]?.length === 2) !== utc) return null;
  const short = Number(parts[1]);
  // RFC 5280, 4.1.2.5.1: two digits from 50 on are the 20th century.
  const year = utc ? short + (short >= 50 ? 1900 : 2000) : short;
  const [month, day, hour, minute, second] = [2, 3, 4, 5, 6].map((index) => Number(parts[index] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  at.setUTCHours(hour, minute, second);
  const asGiven =
    at.getUTCFullYear() === year &&
    at.getUTCMonth() === month - 1 &&
    at.getUTCDate() === day &&
    at.getUTCHours() === hour &&
    at.getUTCMinutes() === minute &&
    at.getUTCSeconds() === second;
  if (!asGiven) return null;
  const offset = (parts[7] === '-' ? -1 : 1) * (Number(parts[8] ?? 0) * 60 + Number(parts[9] ?? 0));
  return new Date(at.getTime() - offset * 60_000).toISOString();
};
