import { mayBeSameComputer, sameName } from '../dpm/names.js';
import type { Machine } from '../machine/machine.js';
import type { ProtectedComputer } from '../machine/questions.js';

const namesOf = (computer: ProtectedComputer): readonly string[] =>
  [computer.serverName, computer.machineName, computer.name].filter((name) => name !== null);

/** A deleted computer keeps its record (seen by others); it is not protected. */
export const isListed = (computer: ProtectedComputer): boolean => computer.state?.toLowerCase() !== 'deleted';

export const isNamed = (computer: ProtectedComputer, name: string): boolean =>
  namesOf(computer).some((known) => sameName(known, name));

/** The DPM server's own list (Get-DPMProductionServer), as it was when it was asked. */
export class ListedComputers {
  readonly all: readonly ProtectedComputer[];

  private constructor(
    readonly dpmServerName: string,
    computers: readonly ProtectedComputer[],
  ) {
    this.all = computers.filter(isListed);
  }

  /** `known`: a list from the step before. If it is of this DPM server, the computer is not asked again. */
  static async of(
    machine: Machine,
    dpmServerName: string,
    known?: ListedComputers,
  ): Promise<ListedComputers> {
    if (known?.dpmServerName === dpmServerName) return known;
    const { computers } = await machine.ask('protected-computers', { dpmServerName });
    return new ListedComputers(dpmServerName, computers);
  }

  find(psName: string): Lookup {
    return {
      exact: this.all.find((computer) => isNamed(computer, psName)) ?? null,
      similar:
        this.all.find((computer) => namesOf(computer).some((known) => mayBeSameComputer(known, psName))) ??
        null,
    };
  }

  /** Names of those that were listed before and are not any more. */
  missingSince(before: ListedComputers): readonly string[] {
    const now = new Set(this.all.map(({ serverName }) => serverName.toLowerCase()));
    return before.all
      .map(({ serverName }) => serverName)
      .filter((serverName) => !now.has(serverName.toLowerCase()));
  }
}

export interface Lookup {
  /** Listed under exactly this name. */
  readonly exact: ProtectedComputer | null;
  /** Listed under a name of the other form that begins with it. */
  readonly similar: ProtectedComputer | null;
}

/** Looks a computer up in the DPM server's own list. */
export const lookUp = async (machine: Machine, dpmServerName: string, psName: string): Promise<Lookup> =>
  (await ListedComputers.of(machine, dpmServerName)).find(psName);
