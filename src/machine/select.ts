import type { Machine } from './machine.js';
export const thisComputer = async (_o: { signal: AbortSignal }): Promise<Machine> => {
  await Promise.resolve();
  throw new Error('not yet');
};
