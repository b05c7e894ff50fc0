import { fail, notApplicable, pass } from '../checks/verdict.js';
import { microsoft } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

const needed = [11, 0, 51_106] as const;

const isAtLeast = (version: string): boolean => {
  const parts = version.split('.').map(Number);
  for (const [index, least] of needed.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
};

export const visualCpp: PreflightCheck = {
  id: 'visual-cpp-2012',
  title: 'Visual C++ 2012 x64 redistributable',
  required:
    'The Visual C++ 2012 x64 redistributable (11.0.51106 or later) is there before the agent is installed; without it the installation fails, and the server restarts without warning.',
  source: microsoft('Troubleshoot DPM protection agent installation issues (2020, for DPM 2016)'),
  severity: 'severe',
  prevents: [295],
  run: async (subject) => {
    if (!(await subject.agentIsMissing())) return notApplicable('No agent is to be installed here.');
    const { programs } = await subject.ask('installed-programs', {
      nameContains: ['Microsoft Visual C++ 2012'],
    });
    const x64 = programs.filter(({ displayName }) => /x64/i.test(displayName));
    const good = x64.find(({ version }) => version !== null && isAtLeast(version));
    if (good) return pass(`${good.displayName} ${good.version ?? ''} is installed.`);
    return fail(
      x64.length === 0
        ? 'Microsoft Visual C++ 2012 x64 redistributable is not installed: installing the agent can restart this server without warning.'
        : `Only version ${x64.map(({ version }) => version ?? 'unknown').join(', ')} is installed: installing the agent can restart this server without warning.`,
      'Install vcredist_x64.exe of Visual C++ 2012 Update 4; it is on the DPM medium too.',
      'Whether DPM 2019 and later still need it is not documented; with --ignore visual-cpp-2012 it is not installed first.',
    );
  },
};
