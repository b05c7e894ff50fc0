import type { Parsed } from '../dpm/names.js';
import type { Source } from '../dpm/source.js';
import type { EarlierFacts, Facts, Side, Step } from './step.js';

export interface WriteCarriedFileInput {
  readonly id: string;
  readonly title: string;
  readonly side: Side;
  readonly source: Source;
  /** Full path, on that computer. */
  readonly path: string;
  readonly maxBytes: number;
  /** The file's exact text. Unknown parts come from earlier steps; with none (dry run) they are null. */
  readonly text: (earlier: EarlierFacts) => string;
  readonly parse: (text: string) => Parsed<unknown>;
  /** What is there already says all of it and more: then it stays. */
  readonly isEnough?: (existing: string, earlier: EarlierFacts) => boolean;
  /** Kept in the journal once it is written. */
  readonly facts?: (earlier: EarlierFacts) => Facts;
}

/** Writes a file that another computer reads, whole or not at all, and reads it back. */
export const writeCarriedFile = (input: WriteCarriedFileInput): Step => {
  const { path, maxBytes } = input;
  return {
    id: input.id,
    title: input.title,
    side: input.side,
    source: input.source,
    probe: async (machine, _record, earlier) => {
      const existing = await machine.files.stat(path);
      if (existing?.kind !== 'file') return { state: 'not-done', found: `${path} does not exist yet.` };
      const text = (await machine.files.read(path, maxBytes)).toString('utf8');
      if (input.isEnough?.(text, earlier)) {
        return { state: 'done', found: `${path} exists, and the other computer has completed it.` };
      }
      return text === input.text(earlier)
        ? {
            state: 'done',
            found: `${path} already exists with this content.`,
            ...(input.facts ? { facts: input.facts(earlier) } : {}),
          }
        : { state: 'not-done', found: `${path} has different content. This run writes it again.` };
    },
    command: (earlier) => ({ kind: 'write-file', path, content: input.text(earlier) }),
    verify: async (machine, { earlier }) => {
      const text = (await machine.files.read(path, maxBytes)).toString('utf8');
      const parsed = input.parse(text);
      return parsed.ok
        ? {
            state: 'verified',
            found: `${path} was written and read back.`,
            ...(input.facts ? { facts: input.facts(earlier) } : {}),
          }
        : { state: 'not-verified', found: `${path} ${parsed.problem}` };
    },
  };
};
