import { couldNotCheck, fail, notApplicable, pass } from '../checks/verdict.js';
import { errorTable } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

export const bootVolume: PreflightCheck = {
  id: 'boot-volume',
  title: 'Volume of Windows',
  required: 'The volume that Windows is on is NTFS.',
  source: errorTable(303),
  severity: 'error',
  prevents: [303],
  run: async (subject) => {
    if (subject.facts.side === 'dpm-server') return notApplicable('The protected computers need it.');
    const { volumes } = await subject.ask('volumes', {});
    const volume = volumes.find(({ holdsWindows }) => holdsWindows);
    if (!volume?.fileSystem) return couldNotCheck('The file system of the Windows volume could not be read.');
    return volume.fileSystem.toUpperCase() === 'NTFS'
      ? pass(`${volume.drive} is NTFS.`)
      : fail(
          `${volume.drive} is ${volume.fileSystem}.`,
          `You can convert FAT: convert ${volume.drive} /fs:ntfs`,
        );
  },
};
