import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Machine } from '../machine/machine.js';
import { makeFolders } from '../machine/make-folders.js';
import { cleanText } from '../clean.js';
import { checkProblem, usageProblem } from '../problem.js';
import { serveRevocationLists } from './authority/crl-server.js';
import type { Enrolled } from './authority/enrol.js';
import { checkFaults } from './faults.js';
import { withWorldLock } from './lock.js';
import { readLog, type LogEntry } from './log.js';
import { dpmServerOf, findComputer } from './names.js';
import { plantWorld } from './new-world.js';
import { toHost } from './paths.js';
import { PracticeMachine } from './practice-machine.js';
import { restartComputer } from './restart.js';
import type { Behaviour, PracticeComputer, WorldFile } from './state.js';
import { readWorld, worldPath, writeWhole, writeWorld } from './store.js';

export interface World {
  /** Absolute. */
  readonly folder: string;
  /** Where the two computers exchange files: a folder of the system beneath. */
  readonly exchangeFolder: string;
  /** Names of the practice computers: the DPM server first. */
  readonly computers: readonly string[];
  /** A practice computer by side or by any of its names. */
  machine(which: string): Machine;
  /** The side of the practice computer that has this name; null: none has it. */
  sideOf(name: string): PracticeComputer['role'] | null;
  /**
   * Has the practice certificate authority issue a certificate for these computers (none named: for all), as a PFX in
   * the administrator's folder. By computer name as in `computers`. Serves the revocation lists from now on.
   */
  enrol(...computers: readonly string[]): Promise<Readonly<Record<string, Enrolled>>>;
  /**
   * Carries a file from one practice computer to the same place on another one, as a person would. Throws a Problem where
   * the file is missing.
   */
  carry(path: string, from: string, to: string): void;
  /** Restarts a practice computer, as a person would. */
  restart(which: string): Promise<void>;
  /** Breaks the world on purpose: these faults and no others from now on. */
  setFaults(faults: readonly string[]): Promise<void>;
  /** Everything that ran in this world so far. */
  log(): readonly LogEntry[];
}

export interface WorldOptions {
  /** An existing world, or an empty or new folder for a new one; without it a new temporary folder. */
  readonly folder?: string;
  /** Name of the DPM server of a new world, NetBIOS or FQDN. */
  readonly dpmServer?: string;
  /** Names of the protected computers of a new world; of an existing one the first says which is meant. */
  readonly computers?: readonly string[];
  readonly faults?: readonly string[];
  readonly behaviour?: Partial<Behaviour>;
  /** All protected computers of a new world are nodes of this cluster. */
  readonly cluster?: string;
  /** The protected computers of a new world are DPM servers themselves. */
  readonly protectedDpmServers?: boolean;
}

const makeWorld = (folder: string, options: WorldOptions): void => {
  const shown = cleanText(folder, 300);
  const other = 'Give --world an empty or a new folder.';
  let names: readonly string[];
  try {
    makeFolders(folder);
    names = readdirSync(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw usageProblem(
      code === 'ENOTDIR' ? `${shown} is not a folder.` : `The folder ${shown} cannot be made (${code}).`,
      other,
    );
  }
  if (names.length > 0) throw usageProblem(`${shown} is neither empty nor a practice world.`, other);
  plantWorld(folder, {
    dpmServer: options.dpmServer ?? 'Server01',
    computers: options.computers ?? ['Finance01'],
    faults: options.faults ?? [],
    behaviour: options.behaviour ?? {},
    cluster: options.cluster ?? null,
    protectedDpmServers: options.protectedDpmServers ?? false,
  });
};

const setFaults = async (folder: string, faults: readonly string[]): Promise<void> => {
  checkFaults(faults);
  await withWorldLock(folder, () => {
    writeWorld(folder, { ...readWorld(folder), faults: [...faults] });
  });
};

/** Which of the practice computers "the protected computer" is. */
const meantComputer = (world: WorldFile, wanted: readonly string[]): PracticeComputer | undefined => {
  const named = wanted
    .map((name) => findComputer(world, name))
    .find((one) => one?.role === 'protected-computer');
  return named ?? world.computers.find(({ role }) => role === 'protected-computer');
};

/** Opens a practice pair, or makes a new one. Throws a Problem for a folder that is neither. */
export const openWorld = async (options: WorldOptions = {}): Promise<World> => {
  checkFaults(options.faults ?? []);
  const folder =
    options.folder === undefined
      ? mkdtempSync(join(tmpdir(), 'dpm-prep-practice-'))
      : resolve(options.folder);
  if (!existsSync(worldPath(folder))) makeWorld(folder, options);
  else if (options.faults !== undefined) await setFaults(folder, options.faults);
  const exchangeFolder = join(folder, 'exchange');
  const world = readWorld(folder);
  mkdirSync(exchangeFolder, { recursive: true });
  await serveRevocationLists(folder);
  const computerOf = (which: string): PracticeComputer => {
    const computer =
      which === 'dpm-server'
        ? dpmServerOf(world)
        : which === 'protected-computer'
          ? meantComputer(world, options.computers ?? [])
          : findComputer(world, which);
    if (computer) return computer;
    const names = world.computers.map(({ id }) => id);
    const shown = names.length > 10 ? [...names.slice(0, 10), '…'] : names;
    throw usageProblem(
      `There is no practice computer ${cleanText(which, 60)} in ${cleanText(folder, 300)}.`,
      `Its computers: ${shown.join(', ')}.`,
    );
  };
  return {
    folder,
    exchangeFolder,
    computers: world.computers.map(({ id }) => id),
    machine: (which) => new PracticeMachine(folder, computerOf(which)),
    sideOf: (name) => findComputer(world, name)?.role ?? null,
    enrol: async (...computers) => {
      const { enrol } = await import('./authority/enrol.js');
      const enrolled = await enrol(
        folder,
        computers.map((name) => computerOf(name).id),
      );
      await serveRevocationLists(folder);
      return enrolled;
    },
    carry: (path, from, to) => {
      const host = (which: string): string => {
        const place = toHost(folder, computerOf(which).id, path);
        if (place === null) throw new Error(`No practice computer has a place for ${path}.`);
        return place;
      };
      const source = host(from);
      if (!existsSync(source)) {
        throw checkProblem(
          `There is not a file ${cleanText(path, 300)} on the practice computer ${computerOf(from).netbiosName}.`,
        );
      }
      const bytes = readFileSync(source);
      const target = host(to);
      if (existsSync(target) && readFileSync(target).equals(bytes)) return;
      writeWhole(target, bytes);
    },
    restart: async (which) => restartComputer(folder, computerOf(which).id),
    setFaults: async (faults) => setFaults(folder, faults),
    log: () => readLog(folder),
  };
};
