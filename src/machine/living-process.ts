import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

/**
 * A process as another run can recognize it later. Process ids are used again, and the clock of the computer may be
 * set at any time, so neither is enough on its own. process-mark.ts has the schema.
 */
export interface ProcessMark {
  readonly processId: number;
  readonly host: string;
  /** Seconds since the computer started, when the mark was made. Does not follow the clock. */
  readonly uptime: number;
  /** What distinguishes this process from a later one with its id; null where the system does not tell cheaply. */
  readonly start: string | null;
}

/** Linux: the boot and the clock ticks from boot to the start of the process. Null elsewhere, or if it is gone. */
const startOf = (processId: number): string | null => {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${String(processId)}/stat`, 'utf8');
    // The name of the program is in parentheses and may hold anything; field 22 counts from the first field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot}:${fields[19] ?? ''}`;
  } catch {
    return null;
  }
};

/** The mark of a process of this computer. */
export const markOf = (processId: number): ProcessMark => ({
  processId,
  host: hostname(),
  uptime: Math.floor(uptime()),
  start: startOf(processId),
});

/** True if a process with this id exists on this computer. */
export const processExists = (processId: number): boolean => {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** `uptime` is in whole seconds on some systems. */
const toleranceSeconds = 2;

/**
 * Whether the marked process is still there. What cannot be known counts as alive: two runs at once do harm, a run
 * that waits does not. A process of another computer cannot be asked.
 */
export const isAlive = (mark: ProcessMark): boolean => {
  if (mark.host !== hostname()) return true;
  // The computer started after the mark was made.
  if (uptime() + toleranceSeconds < mark.uptime) return false;
  if (!processExists(mark.processId)) return false;
  const start = mark.start === null ? null : startOf(mark.processId);
  return start === null || start === mark.start;
};
