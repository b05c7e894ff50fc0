import * as z from 'zod';

/** Version of every line of the journal. */
export const schemaVersion = 1;

const base = { v: z.literal(schemaVersion), at: z.iso.datetime(), run: z.string().min(1).max(40) };
const step = { step: z.string().max(300), line: z.string().max(20_000) };
const facts = z.record(z.string(), z.unknown());

export const entrySchema = z.discriminatedUnion('event', [
  z.object({
    ...base,
    event: z.literal('run'),
    command: z.string(),
    procedure: z.string(),
    version: z.string(),
    processId: z.number(),
    rehearsal: z.boolean(),
    /** Everything that was answered, without secrets: what `resume` starts again with. */
    answers: z.record(z.string(), z.unknown()),
    positional: z.array(z.string()).default([]),
    /** The computers of a plan for many. */
    computers: z.array(z.string()).optional(),
    /** Who ran it, and on which computer. Null in entries of versions that did not record it. */
    operator: z.string().nullable().default(null),
    host: z.string().nullable().default(null),
  }),
  /** What was taken out when the journal was summed up. Stands first, belongs to no run. */
  z.object({
    ...base,
    event: z.literal('summary'),
    runs: z.number().int().nonnegative(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
  }),
  z.object({ ...base, ...step, event: z.literal('probed'), state: z.string(), found: z.string(), facts }),
  z.object({
    ...base,
    ...step,
    event: z.literal('started'),
    /** When it was, where a later run found that out; else `at`. */
    since: z.iso.datetime().optional(),
  }),
  z.object({ ...base, ...step, event: z.literal('process'), processId: z.number() }),
  z.object({
    ...base,
    ...step,
    event: z.literal('ended'),
    ending: z.string(),
    exitCode: z.number().nullable(),
    /** The tool itself had nothing to complain about. */
    endedWell: z.boolean().optional(),
    output: z.array(z.string()),
  }),
  z.object({ ...base, ...step, event: z.literal('verified'), state: z.string(), found: z.string(), facts }),
  z.object({ ...base, event: z.literal('finish'), exitCode: z.number(), problem: z.string().nullable() }),
]);

export type JournalEntry = z.infer<typeof entrySchema>;
export type RunEntry = Extract<JournalEntry, { event: 'run' }>;

type WithoutStamp<E> = E extends { event: 'summary' }
  ? never
  : E extends JournalEntry
    ? Omit<E, 'v' | 'at' | 'run'>
    : never;
/** What a caller says; the journal adds version, time and run. */
export type JournalEvent = WithoutStamp<JournalEntry>;
