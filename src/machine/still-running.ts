import { cancelled, type Problem } from '../problem.js';

/** Ctrl-C while a tool works: we stop waiting, the tool does not stop working. Exit code 130. */
export const stillRunning = (tool: string, processId: number | null): Problem =>
  cancelled(
    `Cancelled, but ${tool} is still running${processId === null ? '' : ` (process ${String(processId)})`}: it is never ended half-way.`,
    'Wait until it has ended, then run the same command again: it goes on from what the computer then shows.',
  );
