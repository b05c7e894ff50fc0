import { hasFault } from './faults.js';
import { practiceUpdate } from './practice-files.js';
import type { PracticeComputer, WorldFile } from './state.js';

/** Version of a practice DPM server. With the fault `agent-update` it was updated before its agents, as it must be. */
export const serverVersionOf = (
  { faults }: Pick<WorldFile, 'faults'>,
  computer: Pick<PracticeComputer, 'id'>,
  version: string,
): string => (hasFault(faults, 'agent-update', computer.id) ? practiceUpdate.version : version);
