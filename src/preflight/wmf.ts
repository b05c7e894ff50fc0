import { notApplicable, pass, warn } from '../checks/verdict.js';
import { microsoft } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

export const managementFramework: PreflightCheck = {
  id: 'management-framework',
  title: 'Windows Management Framework',
  required:
    'Windows PowerShell 5.1 (Windows Management Framework) is installed. Only old versions of Windows lack it.',
  source: microsoft('Troubleshoot DPM protection agent installation issues'),
  severity: 'advice',
  prevents: [347],
  run: async (subject) => {
    const version = await subject.registry('powerShellVersion');
    if (typeof version !== 'string')
      return notApplicable('The version of Windows PowerShell could not be read.');
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return major > 5 || (major === 5 && minor >= 1)
      ? pass(`Windows PowerShell is ${version}.`)
      : warn(`Windows PowerShell is ${version}.`, 'Install Windows Management Framework 5.1.');
  },
};
