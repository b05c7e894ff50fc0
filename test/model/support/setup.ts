import { vi } from 'vitest';
import { moveClock, useMovedClock } from './clock.js';

useMovedClock();

vi.mock('node:timers/promises', async (original) => ({
  ...(await original<typeof import('node:timers/promises')>()),
  setTimeout: async (milliseconds: number, value: unknown, options?: { readonly signal?: AbortSignal }) => {
    options?.signal?.throwIfAborted();
    moveClock(milliseconds);
    await new Promise((resolve) => setImmediate(resolve));
    return value;
  },
}));

vi.mock('../../../src/machine/process.js', async (original) => ({
  ...(await original<typeof import('../../../src/machine/process.js')>()),
  runProcess: (await import('./tools.js')).playProcess,
}));
