import { cancelled, type Problem } from '../problem.js';

/** Ctrl-C while a tool works: we stop waiting, the tool does not stop working. Exit code 130. */
export const stillRunning = (tool: string, processId: number | null): Problem =>
  cancelled(
    `Cancelled, but ${tool} is still running${processId === null ? '' : ` (process ${String(processId)})`}: it is never ended half-way.`,
    'Run the same command again: it waits for the tool, and continues from how it ended.',
  );
