import { rmSync } from 'node:fs';
import { it } from 'vitest';
import { figure, seed, times } from '../../torture/support/figure.js';
import { fastFolder } from './fast-folder.js';
import { runModel, told } from './model.js';
import { makeTemplates } from './pair.js';
import { used } from './program.js';

const exits = (): string =>
  [...told.exits]
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([code, often]) => `${code}: ${String(often)}`)
    .join(', ');

/** Half of all sequences: one file each, so that two processors work. */
export const half = (name: string, n: number): void => {
  it(`${name} half of the sequences: each promise holds after each command`, async () => {
    const folder = fastFolder('model');
    const sequences = Number(process.env.MODEL_SEQUENCES ?? times(5_000, 200)) / 2;
    try {
      const templates = await makeTemplates(folder);
      await runModel(templates, { sequences, seed: seed * 2 + n, folder });
    } finally {
      rmSync(folder, { recursive: true, force: true });
      figure(
        '11',
        `A model that does not believe us, ${name} half: ${String(told.sequences)} sequences, seed ${String(seed)}: ${String(told.commands)} commands (exit ${exits()}), ${String(told.acts)} acts by hand, ${String(told.faults)} times faults, ${String(told.cut)} interrupted, ${String(told.resumed)} times resumed, ${String(told.losses)} times a person vouched for the wrong .bin; ${String(Math.round(used.milliseconds / used.runs))} ms for a run of the program`,
      );
    }
  });
};
