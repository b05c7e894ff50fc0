import { mayBeSameComputer, nameForm, sameName } from '../dpm/names.js';
import type { Machine } from '../machine/machine.js';
import type { ProtectedComputer } from '../machine/questions.js';

/** A deleted computer keeps its record (seen by others); it is not protected. */
export const isListed = (computer: ProtectedComputer): boolean => computer.state?.toLowerCase() !== 'deleted';

/**
 * Is this the record of the computer of exactly this name? MachineName may be a NetBIOS name, which another computer in
 * another DNS domain can share, so it counts only where it is an FQDN itself.
 */
export const isNamed = (
  { serverName, name: called, machineName }: ProtectedComputer,
  name: string,
): boolean =>
  [serverName, called, ...(nameForm(name) === 'fqdn' ? [machineName] : [])].some(
    (known) => known !== null && sameName(known, name),
  );

const looksLike = ({ serverName, name: called, machineName }: ProtectedComputer, name: string): boolean =>
  [serverName, called, machineName].some((known) => known !== null && mayBeSameComputer(known, name));

export interface Lookup {
  /** The computer of exactly this name: the only evidence that it is listed. */
  readonly computer: ProtectedComputer | null;
  /** Where it is not listed: the name of a computer that may be the same under another name, or null. */
  readonly similar: string | null;
  /** What the list says of it, as a sentence without its full stop. */
  readonly text: string;
}

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

  get names(): readonly string[] {
    return this.all.map(({ serverName }) => serverName);
  }

  find(psName: string): Lookup {
    const computer = this.all.find((one) => isNamed(one, psName)) ?? null;
    if (computer) {
      const { serverName, state } = computer;
      return {
        computer,
        similar: null,
        text: `${this.dpmServerName} lists ${serverName} (${state ?? 'no state'})`,
      };
    }
    const similar = this.all.find((one) => looksLike(one, psName));
    return {
      computer: null,
      similar: similar?.serverName ?? null,
      text: `${this.dpmServerName} does not list ${psName}${
        similar ? `; it lists ${similar.serverName}, which may be a different computer` : ''
      }`,
    };
  }

  /** Of these names, those that are no longer listed. */
  missingOf(names: readonly string[]): readonly string[] {
    const now = new Set(this.names.map((name) => name.toLowerCase()));
    return names.filter((name) => !now.has(name.toLowerCase()));
  }
}

/** Looks a computer up in the DPM server's own list. */
export const lookUp = async (machine: Machine, dpmServerName: string, psName: string): Promise<Lookup> =>
  (await ListedComputers.of(machine, dpmServerName)).find(psName);
