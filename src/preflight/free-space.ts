import { couldNotCheck, notApplicable, pass, warn } from '../checks/verdict.js';
import { recalled } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

const mebibyte = 1024 * 1024;
const neededBytes = 1024 * mebibyte;

export const freeSpace: PreflightCheck = {
  id: 'free-space',
  title: 'Free space for the agent',
  required: 'The volume of Windows has 1 GiB free for the agent, its logs and the installer.',
  source: recalled('A round figure of ours; no requirement of the agent is published'),
  severity: 'advice',
  prevents: [],
  run: async (subject) => {
    if (subject.facts.side === 'dpm-server') return notApplicable('The protected computers need it.');
    const { volumes } = await subject.ask('volumes', {});
    const volume = volumes.find(({ holdsWindows }) => holdsWindows);
    if (volume === undefined || volume.freeBytes === null) {
      return couldNotCheck('The free space of the Windows volume could not be read.');
    }
    const free = `${volume.drive} has ${String(Math.floor(volume.freeBytes / mebibyte))} MiB free.`;
    return volume.freeBytes >= neededBytes ? pass(free) : warn(free, `Free space on ${volume.drive}.`);
  },
};
