import { cleanText } from '../clean.js';
import type { Parsed } from '../dpm/names.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem, usageProblem } from '../problem.js';

export interface CarriedFileKind<T> {
  readonly noun: string;
  readonly maxBytes: number;
  readonly parse: (text: string) => Parsed<T>;
  /** Where such a file comes from, as a sentence. */
  readonly whence: string;
}

/**
 * Reads and judges a file that another computer wrote. It must be whole, of this kind of run (rehearsal or not), and of
 * a schema we know.
 */
export const readCarriedFile = async <T extends { readonly rehearsal: boolean }>(
  machine: Machine,
  path: string,
  { noun, maxBytes, parse, whence }: CarriedFileKind<T>,
): Promise<T> => {
  const shown = `The ${noun} ${cleanText(path, 300)}`;
  const place = machine.files.absolute(path);
  const entry = await machine.files.stat(place);
  if (entry === null) throw usageProblem(`${shown} does not exist.`, whence);
  if (entry.kind !== 'file') throw usageProblem(`${shown} is not a file.`);
  const parsed = parse((await machine.files.read(place, maxBytes)).toString('utf8'));
  if (!parsed.ok) throw checkProblem(`${shown} ${parsed.problem} Nothing was changed.`);
  if (parsed.value.rehearsal !== machine.rehearsal) {
    throw checkProblem(
      parsed.value.rehearsal
        ? `${shown} comes from a rehearsal and means nothing on a real computer. Nothing was changed.`
        : `${shown} comes from a real computer; a rehearsal does not use it. Nothing was changed.`,
    );
  }
  return parsed.value;
};
