import {
  handoverFileName,
  parseHandover,
  serializeHandover,
  maxHandoverBytes,
  type Handover,
} from '../dpm/handover.js';
import { inferred } from '../dpm/source.js';
import type { EarlierFacts, Side, Step } from './step.js';

export interface WriteHandoverInput {
  readonly side: Side;
  /** Folder for the file, on that computer. */
  readonly folder: string;
  /** Unknown parts come from earlier steps; with none (dry run) they are null. */
  readonly handover: (earlier: EarlierFacts) => Handover;
}

/** Full path of the handover file. */
export const handoverPath = (folder: string, psName: string): string => {
  const separator = folder.includes('\\') || /^[A-Za-z]:/.test(folder) ? '\\' : '/';
  return `${folder.replace(/[\\/]+$/, '')}${separator}${handoverFileName(psName)}`;
};

/** Writes what the other computer needs to know. Names exactly as they were used; no secrets. */
export const writeHandover = ({ side, folder, handover }: WriteHandoverInput): Step => {
  const path = handoverPath(folder, handover({}).psName);
  return {
    id: `write-handover:${handover({}).psName}`,
    title: 'Write the handover file for the other computer',
    side,
    source: inferred('both computers must be given the same names in the same form'),
    probe: async (machine, _record, earlier) => {
      const existing = await machine.files.stat(path);
      if (existing?.kind !== 'file') return { state: 'not-done', found: `${path} does not exist yet.` };
      const text = (await machine.files.read(path, maxHandoverBytes)).toString('utf8');
      return text === serializeHandover(handover(earlier))
        ? { state: 'done', found: `${path} is there and says the same.` }
        : { state: 'not-done', found: `${path} is from another run and is replaced.` };
    },
    command: (earlier) => ({ kind: 'write-file', path, content: serializeHandover(handover(earlier)) }),
    verify: async (machine) => {
      const text = (await machine.files.read(path, maxHandoverBytes)).toString('utf8');
      const parsed = parseHandover(text);
      return parsed.ok
        ? { state: 'verified', found: `${path} is written and reads back whole.` }
        : { state: 'not-verified', found: `${path} ${parsed.problem}` };
    },
  };
};
