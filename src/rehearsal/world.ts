import type { Machine } from '../machine/machine.js';
export interface World {
  readonly folder: string;
  readonly exchangeFolder: string;
  machine(which: string): Machine;
}
export const openWorld = async (_o: {
  folder?: string;
  dpmServer?: string;
  computers?: readonly string[];
}): Promise<World> => {
  await Promise.resolve();
  throw new Error('not yet');
};
