import { appendFileSync } from 'node:fs';

export const full = process.env.TORTURE === 'full';

/** How often something is done: in the full run, and in the short one. */
export const times = (inFull: number, inShort: number): number => (full ? inFull : inShort);

/** One seed for everything that is random here, so that a failure can be had again. */
export const seed = Number(process.env.TORTURE_SEED ?? '1');

/** Prints `what` as one line at the end of the run, for example: 2.1 pairs of runs on one state folder: 50 of 50. */
export const figure = (id: string, what: string): void => {
  const file = process.env.TORTURE_FIGURES;
  if (file !== undefined) appendFileSync(file, `${id} ${what}\n`);
};

export interface Random {
  /** From 0 up to, not including, `below`; whole. */
  whole(below: number): number;
  pick<T>(from: readonly T[]): T;
}

/** Random numbers that are the same for the same seed and name (mulberry32). */
export const randomFor = (name: string): Random => {
  let state = seed;
  for (const byte of Buffer.from(name)) state = Math.imul(state ^ byte, 16_777_619);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (below: number): number => Math.floor(next() * below);
  return {
    whole,
    pick: (from) => {
      const picked = from[whole(from.length)];
      if (picked === undefined) throw new Error('Nothing to pick from.');
      return picked;
    },
  };
};
