import { newFolderName } from '../machine/checked-file.js';
import type { Machine } from '../machine/machine.js';

/**
 * A folder that does not exist yet, for what a tool writes in one run. Nobody can foresee its name, and only administrators
 * can write where it will be. Without a computer: how such a path looks.
 */
export const newFolderFor = (machine: Machine | null): string =>
  machine === null ? 'C:\\ProgramData\\dpm-prep\\new-folder' : `${machine.privateFolder}\\${newFolderName()}`;
