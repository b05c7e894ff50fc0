import type { Parsed } from './names.js';

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const mostMs = 366 * 86_400_000;

/** A length of time such as 90m, 26h or 7d, in milliseconds. */
export const parseDuration = (text: string): Parsed<number> => {
  const [, count, unit] = /^(\d{1,6})\s*([mhd])$/i.exec(text.trim()) ?? [];
  const ms = Number(count) * (unitMs[unit?.toLowerCase() ?? ''] ?? NaN);
  return Number.isFinite(ms) && ms > 0 && ms <= mostMs
    ? { ok: true, value: ms }
    : { ok: false, problem: 'It is not a time span. Write it as 90m, 26h or 7d; at most 366 days.' };
};

/** A length of time in words: "90 seconds", "2 hours". */
export const durationText = (ms: number): string => {
  const [unitName, unit] = (
    [
      ['day', 86_400_000],
      ['hour', 3_600_000],
      ['minute', 60_000],
    ] as const
  ).find(([, length]) => ms >= length && ms % length === 0) ?? ['second', 1_000];
  const count = Math.round(ms / unit);
  return `${String(count)} ${unitName}${count === 1 ? '' : 's'}`;
};
