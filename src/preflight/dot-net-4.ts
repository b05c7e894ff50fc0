import { notApplicable, pass, warn } from '../checks/verdict.js';
import { errorTable } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

export const dotNet4: PreflightCheck = {
  id: 'dotnet-4',
  title: '.NET Framework 4',
  required: '.NET Framework 4.0 or later is installed on the protected computer.',
  source: errorTable(295),
  severity: 'error',
  prevents: [295],
  run: async (subject) => {
    if (subject.facts.side === 'dpm-server') return notApplicable('The protected computers need it.');
    const [release, version] = await Promise.all([
      subject.registry('dotNet4Release'),
      subject.registry('dotNet4Version'),
    ]);
    if (typeof version === 'string') return pass(`.NET Framework ${version} is installed.`);
    return typeof release === 'number'
      ? pass(`.NET Framework 4 (release ${String(release)}) is installed.`)
      : warn('.NET Framework 4 is not installed.', 'Install .NET Framework 4.8.');
  },
};
