import {
  handoverFileName,
  parseHandover,
  serializeHandover,
  maxHandoverBytes,
  type Handover,
} from '../dpm/handover.js';
import { inferred } from '../dpm/source.js';
import type { EarlierFacts, Side, Step } from './step.js';
import { writeCarriedFile } from './write-carried-file.js';

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

/** The DPM server's file came back with the protected computer's part: writing it again would take that away. */
const isCompleted = (text: string, wanted: Handover): boolean => {
  const existing = parseHandover(text);
  if (
    !existing.ok ||
    wanted.writtenBy !== 'dpm-server' ||
    existing.value.writtenBy !== 'protected-computer'
  ) {
    return false;
  }
  const {
    thumbprint: _thumbprint,
    protectedComputerCredential: _bin,
    writtenBy: _by,
    protectedComputerAuthorities: _authorities,
    schemaVersion: _version,
    ...shared
  } = existing.value;
  return Object.entries(shared).every(
    ([key, value]) => JSON.stringify(value) === JSON.stringify(wanted[key as keyof Handover]),
  );
};

/** Writes what the other computer needs to know. Names exactly as they were used; no secrets. */
export const writeHandover = ({ side, folder, handover }: WriteHandoverInput): Step => {
  const { psName } = handover({});
  return writeCarriedFile({
    id: `write-handover:${psName}`,
    title: 'Write the handover file for the other computer',
    side,
    source: inferred('both computers must be given the same names in the same form'),
    path: handoverPath(folder, psName),
    maxBytes: maxHandoverBytes,
    text: (earlier) => serializeHandover(handover(earlier)),
    parse: parseHandover,
    isEnough: (existing, earlier) => isCompleted(existing, handover(earlier)),
  });
};
