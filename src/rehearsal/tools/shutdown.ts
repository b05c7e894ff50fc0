import { Refusal } from '../errors.js';
import { restartComputer } from '../restart.js';
import type { ProgramTool } from './context.js';

/** shutdown.exe /r: how a person restarts a practice computer. */
export const shutdown: ProgramTool = async (context) => {
  if (!context.arguments.some((word) => /^[/-]r$/i.test(word))) {
    throw new Refusal('A practice computer can only be restarted: shutdown /r');
  }
  await restartComputer(context.folder, context.computer.id);
  context.did('restarted');
  return 0;
};
