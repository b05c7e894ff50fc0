import { couldNotCheck, fail, notApplicable, pass, warn } from '../checks/verdict.js';
import { microsoft } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

const megabyte = 1024 * 1024;
const journalBytes = 300 * megabyte;
const leastBytes = 1024 * megabyte;
const environment = microsoft('Prepare your environment for DPM');

export const freeSpace: PreflightCheck = {
  id: 'free-space',
  title: 'Free space on the volumes',
  required: 'Each protected volume has 300 MB free for the change journal.',
  source: environment,
  severity: 'error',
  prevents: [],
  run: async (subject) => {
    if (subject.facts.side === 'dpm-server') return notApplicable('The protected computers need it.');
    const { volumes } = await subject.ask('volumes', {});
    const read = volumes.flatMap(({ drive, freeBytes, holdsWindows }) =>
      freeBytes === null ? [] : [{ drive, freeBytes, holdsWindows }],
    );
    if (read.length === 0) return couldNotCheck('The free space of the volumes could not be read.');
    const list = (some: typeof read): string =>
      some
        .map(({ drive, freeBytes }) => `${drive} ${String(Math.floor(freeBytes / megabyte))} MB`)
        .join(', ');
    const full = read.filter(({ freeBytes }) => freeBytes < journalBytes);
    // The installer and its log are written there too, so it matters whatever is to be protected.
    if (full.some(({ holdsWindows }) => holdsWindows)) {
      return fail(
        `Less than 300 MB is free on the volume of Windows: ${list(full)}.`,
        'Free some space on that volume before you install the agent.',
      );
    }
    return full.length === 0
      ? pass(`Free: ${list(read)}.`)
      : warn(
          `Less than 300 MB is free: ${list(full)}.`,
          `If DPM is to protect ${full.length === 1 ? 'this volume' : 'these volumes'}, free some space first.`,
        );
  },
};

/** Which volumes are to be protected is not known here, so one that cannot be is told, and no fault. */
export const protectableVolumes: PreflightCheck = {
  id: 'protectable-volumes',
  title: 'Volumes that can be protected',
  required: 'A protected volume is NTFS and at least 1 GB (error 164).',
  source: microsoft('Prepare your environment for DPM; DPM error table, 164'),
  severity: 'advice',
  prevents: [164],
  run: async (subject) => {
    if (subject.facts.side === 'dpm-server') return notApplicable('The protected computers need it.');
    const { volumes } = await subject.ask('volumes', {});
    if (volumes.length === 0) return couldNotCheck('The volumes could not be read.');
    const unfit = volumes.flatMap(({ drive, fileSystem, sizeBytes, holdsWindows }) => {
      // The volume of Windows has a check of its own for that (boot-volume).
      if (!holdsWindows && fileSystem !== null && fileSystem.toUpperCase() !== 'NTFS')
        return [`${drive} (${fileSystem})`];
      return sizeBytes !== null && sizeBytes < leastBytes ? [`${drive} (smaller than 1 GB)`] : [];
    });
    if (unfit.length === 0) return pass('Each volume is NTFS and at least 1 GB.');
    return unfit.length === volumes.length
      ? warn(
          `DPM cannot protect any volume here: ${unfit.join(', ')}.`,
          'Use an NTFS volume of at least 1 GB.',
        )
      : pass(`DPM cannot protect ${unfit.join(', ')}; it can protect the other volumes.`);
  },
};
