import { existsSync } from 'node:fs';
import { win32 } from 'node:path';
import { toolProblem } from '../../problem.js';

/*
 * Where Windows is must not come from an environment variable: whoever starts us could point SystemRoot at a folder of
 * their own, with a powershell.exe in it. Windows has loaded ntdll.dll into this very process, from its own System32;
 * Node's diagnostic report lists the libraries of the process with their paths.
 */

/** The folder of ntdll.dll in this list of loaded libraries, or null. */
export const systemDirectoryOf = (libraries: readonly string[]): string | null => {
  const ntdll = libraries.find(
    (path) => win32.basename(path).toLowerCase() === 'ntdll.dll' && /^[A-Za-z]:\\/.test(path),
  );
  return ntdll === undefined ? null : win32.dirname(ntdll);
};

const loadedLibraries = (): readonly string[] => {
  const { report } = process;
  // Without this the report looks up the names of network peers, which takes seconds. Known from Node 22 on.
  Object.assign(report, { excludeNetwork: true });
  const { sharedObjects } = report.getReport() as { sharedObjects?: readonly string[] };
  return sharedObjects ?? [];
};

/** Windows PowerShell 5.1, beside ntdll.dll. Throws a Problem where that cannot be found out. */
export const windowsPowerShell = (
  libraries: readonly string[] = loadedLibraries(),
  exists: (path: string) => boolean = existsSync,
): string => {
  const folder = systemDirectoryOf(libraries);
  if (folder === null) {
    throw toolProblem(
      'The folder of Windows cannot be found: ntdll.dll is not among the libraries of this process.',
    );
  }
  const within = (system: string): string =>
    win32.join(system, 'WindowsPowerShell', 'v1.0', 'powershell.exe');
  // A 32-bit process on 64-bit Windows is shown the 32-bit PowerShell, into which DPM's module cannot be loaded. Only
  // such a process sees Sysnative.
  const native = within(win32.join(win32.dirname(folder), 'Sysnative'));
  return exists(native) ? native : within(folder);
};
