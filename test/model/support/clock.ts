/*
 * Waiting costs no time here: whoever sleeps moves the clock of this process on. Everything that asks what time it is
 * (the program, the practice tools) asks this clock.
 */

const RealDate = Date;
let ahead = 0;

class MovedDate extends RealDate {
  constructor(...given: readonly unknown[]) {
    if (given.length === 0) super(RealDate.now() + ahead);
    else super(...(given as [number]));
  }

  static override now(): number {
    return RealDate.now() + ahead;
  }
}

/** How far ahead this process is; given back, it is there again. */
export const clockNow = (): number => ahead;

export const setClock = (to: number): void => {
  ahead = to;
};

export const moveClock = (milliseconds: number): void => {
  ahead += milliseconds;
};

export const useMovedClock = (): void => {
  globalThis.Date = MovedDate as DateConstructor;
};
