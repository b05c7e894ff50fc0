import type { CommandSpec } from '../../application/command.js';
import {
  checkParameters,
  passwordParameters,
  scenarioParameters,
} from '../../application/parameter-groups.js';

export const spec = {
  name: 'guide',
  group: 'The procedure',
  place: 1,
  summary: 'ask for what is needed, show the plan, and run it (the default command)',
  description: ['Finds out by itself what this computer is, and asks only what it cannot know.'],
  parameters: [
    ...scenarioParameters,
    'plan',
    'clusterName',
    'node',
    'auth',
    'dpmServerName',
    'psName',
    'userName',
    'productionServerDnsSuffix',
    'installer',
    'acceptEula',
    'handover',
    'handoverFolder',
    'outputFilePath',
    'thumbprint',
    'dpmCredential',
    'psCredential',
    'confirm',
    'action',
    'authCaThumbprint',
    'inventory',
    ...passwordParameters,
    'silenceSeconds',
    ...checkParameters,
  ],
  examples: [
    { does: 'On the computer you want to protect, or on the DPM server', line: 'dpm-prep' },
    { does: 'Practise it first', line: 'dpm-prep guide --rehearse' },
  ],
} as const satisfies CommandSpec;
