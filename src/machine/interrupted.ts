import { cancelled, type Problem } from '../problem.js';
import type { ProcessOutcome } from './process.js';

/** Ctrl-C while a tool works: we stop waiting, the tool does not stop working. Exit code 130. */
const stillRunning = (tool: string, processId: number | null): Problem =>
  cancelled(
    `Cancelled, but ${tool} is still running${processId === null ? '' : ` (process ${String(processId)})`}. dpm-prep never stops a tool half-way; the next run waits for it.`,
  );

/** Throws where Ctrl-C ended the waiting for a tool: exit code 130, and whether the tool still works. */
export const refuseInterrupted = (
  tool: string,
  { ending, processId }: Pick<ProcessOutcome, 'ending' | 'processId'>,
): void => {
  if (ending === 'left') throw stillRunning(tool, processId);
  if (ending === 'interrupted') {
    throw cancelled(`Cancelled. ${tool} had the console, and the same Ctrl-C ended it.`);
  }
};
