import { existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Machine } from '../machine/machine.js';
import { usageProblem } from '../problem.js';
import { checkFaults } from './faults.js';
import { dpmServerOf, findComputer } from './names.js';
import { plantWorld } from './new-world.js';
import { PracticeMachine } from './practice-machine.js';
import type { Behaviour, PracticeComputer } from './state.js';
import { changeWorld, readWorld, worldPath } from './store.js';

export interface World {
  /** Absolute. */
  readonly folder: string;
  /** Where the two computers exchange files: a folder of the system beneath. */
  readonly exchangeFolder: string;
  /** Restarts Windows on a practice computer: nothing waits for it any more. */
  restart(which: string): Promise<void>;
  /** A practice computer by side or by any of its names. */
  machine(which: string): Machine;
}

export interface WorldOptions {
  /** An existing world, or an empty or new folder for a new one; without it a new temporary folder. */
  readonly folder?: string;
  readonly dpmServer?: string;
  readonly computers?: readonly string[];
  readonly faults?: readonly string[];
  readonly behaviour?: Partial<Behaviour>;
  readonly cluster?: string;
}

/** Opens a practice pair, or makes a new one. */
export const openWorld = async (options: WorldOptions = {}): Promise<World> => {
  const folder =
    options.folder === undefined
      ? mkdtempSync(join(tmpdir(), 'dpm-prep-practice-'))
      : resolve(options.folder);
  if (!existsSync(worldPath(folder))) {
    if (existsSync(folder) && readdirSync(folder).length > 0) {
      throw usageProblem(
        `${folder} is neither empty nor a practice world.`,
        'Give --world an empty or a new folder.',
      );
    }
    checkFaults(options.faults ?? []);
    mkdirSync(folder, { recursive: true });
    plantWorld(folder, {
      dpmServer: options.dpmServer ?? 'Server01',
      computers: options.computers ?? ['Finance01'],
      faults: options.faults ?? [],
      behaviour: options.behaviour ?? {},
      cluster: options.cluster ?? null,
    });
  }
  const exchangeFolder = join(folder, 'exchange');
  mkdirSync(exchangeFolder, { recursive: true });
  const world = readWorld(folder);
  const computerOf = (which: string): PracticeComputer => {
    const computer =
      which === 'dpm-server'
        ? dpmServerOf(world)
        : which === 'protected-computer'
          ? world.computers.find(({ role }) => role === 'protected-computer')
          : findComputer(world, which);
    if (computer) return computer;
    throw usageProblem(
      `There is no practice computer ${which.slice(0, 60)} in ${folder}.`,
      `Its computers: ${world.computers.map(({ id }) => id).join(', ')}.`,
    );
  };
  return Promise.resolve({
    folder,
    exchangeFolder,
    machine: (which) => new PracticeMachine(folder, computerOf(which)),
    restart: async (which) => {
      await changeWorld(folder, (draft) => {
        const state = draft.of(computerOf(which));
        state.started = new Date().toISOString();
        state.restartReasons = [];
      });
    },
  });
};
