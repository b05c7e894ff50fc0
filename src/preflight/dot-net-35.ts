import { fail, notApplicable, pass, warn } from '../checks/verdict.js';
import { page } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

export const dotNet35: PreflightCheck = {
  id: 'dotnet-35',
  title: '.NET Framework 3.5 SP1',
  required: 'Each protected computer has .NET Framework 3.5 SP1 (the page requires it for certificates).',
  source: page('Back up using certificate authentication'),
  severity: 'error',
  prevents: [],
  run: async (subject) => {
    if (subject.facts.side === 'dpm-server') return notApplicable('The protected computers need it.');
    const [installed, servicePack] = await Promise.all([
      subject.registry('dotNet35'),
      subject.registry('dotNet35ServicePack'),
    ]);
    if (installed === 1 && typeof servicePack === 'number' && servicePack >= 1) {
      return pass(`.NET Framework 3.5 SP${String(servicePack)} is installed.`);
    }
    const found =
      installed === 1 ? '.NET Framework 3.5 has no service pack.' : '.NET Framework 3.5 is not installed.';
    const fix =
      'Install-WindowsFeature NET-Framework-Core (add -Source with the path of the Windows medium if Windows asks for it)';
    return subject.facts.method === 'certificate' ? fail(found, fix) : warn(found, fix);
  },
};
