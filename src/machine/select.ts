import { usageProblem } from '../problem.js';
import type { Machine } from './machine.js';

/**
 * The computer that this runs on. Throws a Problem (usage) on a system that is not Windows.
 * `platform` is the system to judge by. `onSecondTry` hears of a question that is asked again.
 */
export const thisComputer = async ({
  platform = process.platform,
  onSecondTry,
}: {
  readonly platform?: NodeJS.Platform;
  readonly onSecondTry?: (line: string) => void;
} = {}): Promise<Machine> => {
  if (platform !== 'win32') {
    throw usageProblem(
      `This needs a Windows computer; this system is ${platform}.`,
      'Add --dry-run to see the plan and the exact commands.',
      'Add --rehearse to run it against the practice pair, or run: dpm-prep rehearse',
    );
  }
  const [{ WindowsMachine }, { windowsPowerShell }] = await Promise.all([
    import('./windows/windows-machine.js'),
    import('./windows/system-directory.js'),
  ]);
  return new WindowsMachine({
    powershell: windowsPowerShell(),
    ...(onSecondTry === undefined ? {} : { onSecondTry }),
  });
};
