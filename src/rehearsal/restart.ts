import { changeWorld } from './store.js';

/** Restarts a practice computer: nothing is pending afterwards, and Windows has just started. */
export const restartComputer = async (folder: string, id: string): Promise<void> => {
  await changeWorld(folder, (draft) => {
    const state = draft.of({ id });
    state.restartReasons = [];
    state.lastStart = new Date().toISOString();
  });
};
