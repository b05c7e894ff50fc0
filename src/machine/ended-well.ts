import type { CommandResult } from './machine.js';

/** The tool itself has nothing to complain about; 3010 and 1641 are Windows Installer's "restart required". */
export const endedWell = ({
  ending,
  error,
  exitCode,
}: Pick<CommandResult, 'ending' | 'error' | 'exitCode'>): boolean =>
  ending === 'ended' && error === null && [0, null, 3010, 1641].includes(exitCode);
