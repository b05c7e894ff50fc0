import type * as processes from '../../../src/machine/process.js';
import type * as timers from 'node:timers/promises';
import { vi } from 'vitest';
import { moveClock, useMovedClock } from './clock.js';

useMovedClock();

vi.mock('node:timers/promises', async (original) => ({
  ...(await original<typeof timers>()),
  setTimeout: async (milliseconds: number, value: unknown, options?: { readonly signal?: AbortSignal }) => {
    options?.signal?.throwIfAborted();
    moveClock(milliseconds);
    await new Promise((resolve) => setImmediate(resolve));
    return value;
  },
}));

vi.mock('../../../src/machine/process.js', async (original) => ({
  ...(await original<typeof processes>()),
  runProcess: (await import('./tools.js')).playProcess,
}));
