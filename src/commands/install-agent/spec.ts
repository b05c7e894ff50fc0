import type { CommandSpec } from '../../application/command.js';
import { checkParameters, scenarioParameters } from '../../application/parameter-groups.js';

export const spec = {
  name: 'install-agent',
  group: 'The procedure',
  side: 'protected-computer',
  place: 2,
  summary: 'protected computer: install or update the DPM protection agent',
  parameters: [
    ...scenarioParameters,
    'installer',
    'acceptEula',
    'serverAudit',
    'silenceSeconds',
    'timeout',
    ...checkParameters,
  ],
  examples: [
    { does: 'From the DPM medium', line: 'dpm-prep install-agent --installer D:\\Agents --accept-eula' },
    {
      does: 'Update the agent, unless the DPM server runs a job of this computer',
      line: 'dpm-prep install-agent --installer D:\\Agents --accept-eula --server-audit Server01.audit.json',
    },
    {
      does: 'Show what would run',
      line: 'dpm-prep install-agent --installer D:\\Agents --accept-eula --dry-run',
    },
  ],
} as const satisfies CommandSpec;
