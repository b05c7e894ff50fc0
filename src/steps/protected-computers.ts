import { mayBeSameComputer, sameName } from '../dpm/names.js';
import type { Machine } from '../machine/machine.js';
import type { ProtectedComputer } from '../machine/questions.js';

const namesOf = (computer: ProtectedComputer): readonly string[] =>
  [computer.serverName, computer.machineName, computer.name].filter((name) => name !== null);

/** A deleted computer keeps its record (seen by others); it is not protected. */
export const isListed = (computer: ProtectedComputer): boolean => computer.state?.toLowerCase() !== 'deleted';

export const isNamed = (computer: ProtectedComputer, name: string): boolean =>
  namesOf(computer).some((known) => sameName(known, name));

export interface Lookup {
  /** Listed under exactly this name. */
  readonly exact: ProtectedComputer | null;
  /** Listed under a name of the other form that begins with it. */
  readonly similar: ProtectedComputer | null;
  readonly all: readonly ProtectedComputer[];
}

/** Looks a computer up in the DPM server's own list (Get-DPMProductionServer). */
export const lookUp = async (machine: Machine, dpmServerName: string, psName: string): Promise<Lookup> => {
  const { computers } = await machine.ask('protected-computers', { dpmServerName });
  const listed = computers.filter(isListed);
  return {
    exact: listed.find((computer) => isNamed(computer, psName)) ?? null,
    similar:
      listed.find((computer) => namesOf(computer).some((known) => mayBeSameComputer(known, psName))) ?? null,
    all: listed,
  };
};
