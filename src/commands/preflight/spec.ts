import type { CommandSpec } from '../../application/command.js';
import { checkParameters, scenarioParameters } from '../../application/parameter-groups.js';

export const spec = {
  name: 'preflight',
  group: 'Before and after',
  place: 1,
  summary: 'check this computer, the names and the network; change nothing',
  description: [
    'Changes nothing. The same checks run before every procedure. The more you give of the plan, the more it can check.',
    'Exit code 3: a check failed. A handover file gives the names and the method.',
  ],
  parameters: [
    ...scenarioParameters,
    'auth',
    'dpmServerName',
    'psName',
    'userName',
    'productionServerDnsSuffix',
    'thumbprint',
    'handover',
    'inventory',
    'installer',
    ...checkParameters,
    'listChecks',
  ],
  examples: [
    {
      does: 'On the computer that you want to protect',
      line: 'dpm-prep preflight --auth ntlm --dpm-server-name Server01 --ps-name Finance01 --user-name mark',
    },
    {
      does: 'On the DPM server, before the attach',
      line: 'dpm-prep preflight --handover Finance01.handover.json',
    },
    { does: 'List the checks with their sources', line: 'dpm-prep preflight --list-checks' },
  ],
} as const satisfies CommandSpec;
