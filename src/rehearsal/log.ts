import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** One line of log.jsonl: a practice tool began or ended. Never a password. */
const entrySchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('started'),
    run: z.string(),
    at: z.iso.datetime(),
    machine: z.string(),
    tool: z.string(),
    arguments: z.array(z.string()),
    processId: z.number(),
  }),
  z.object({
    event: z.literal('ended'),
    run: z.string(),
    at: z.iso.datetime(),
    machine: z.string(),
    tool: z.string(),
    exitCode: z.number(),
    /** What it changed, in a word or a few; empty: nothing. */
    did: z.array(z.string()),
    /** Ids of the DPM errors that it printed. */
    errors: z.array(z.number()),
  }),
]);

export type LogEntry = z.output<typeof entrySchema>;

const logPath = (folder: string): string => join(folder, 'log.jsonl');

/** One write in append mode: entries of several processes do not mix. */
export const appendLog = (folder: string, entry: LogEntry): void => {
  appendFileSync(logPath(folder), `${JSON.stringify(entry)}\n`, { mode: 0o600 });
};

/** Everything that ran in this world. A torn last line (the power went) is left out. */
export const readLog = (folder: string): readonly LogEntry[] => {
  let text = '';
  try {
    text = readFileSync(logPath(folder), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return text.split('\n').flatMap((line) => {
    try {
      const entry = entrySchema.safeParse(JSON.parse(line));
      return entry.success ? [entry.data] : [];
    } catch {
      return [];
    }
  });
};
