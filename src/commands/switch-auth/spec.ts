import type { CommandSpec } from '../../application/command.js';
import { checkParameters, scenarioParameters } from '../../application/parameter-groups.js';

export const spec = {
  name: 'switch-auth',
  group: 'The procedure',
  place: 7,
  summary: 'all computers: switch a cluster or a computer from NTLM to certificates',
  description: [
    'Begin on the DPM server. Copy the plan file from computer to computer, and run the same command with it on each. The command does the next turn there, and says where to continue.',
    "The order is that of Microsoft's page: remove all nodes, uninstall the agent on all of them, configure each with its certificate, then attach all.",
  ],
  parameters: [
    ...scenarioParameters,
    'plan',
    'clusterName',
    'psName',
    'node',
    'confirm',
    'dpmServerName',
    'thumbprint',
    'importRoot',
    'authCaThumbprint',
    'dpmCredential',
    'outputFilePath',
    'installer',
    'acceptEula',
    'silenceSeconds',
    'timeout',
    ...checkParameters,
  ],
  examples: [
    {
      does: 'Begin on the DPM server',
      line: 'dpm-prep switch-auth --plan Cluster01.switch.json --cluster-name Cluster01',
    },
    {
      does: 'Then on each computer that it names',
      line: 'dpm-prep switch-auth --plan Cluster01.switch.json',
    },
    { does: 'Practise it first', line: 'dpm-prep rehearse --switch --nodes 3' },
  ],
} as const satisfies CommandSpec;
