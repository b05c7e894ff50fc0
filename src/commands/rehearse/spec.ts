import type { CommandSpec } from '../../application/command.js';
import { passwordParameters } from '../../application/parameter-groups.js';

export const spec = {
  name: 'rehearse',
  group: 'Practice and reference',
  place: 1,
  summary: 'rehearse the whole procedure on a practice pair of computers',
  parameters: [
    'auth',
    'workload',
    'switch',
    'nodes',
    'dpmServerName',
    'psName',
    'userName',
    'productionServerDnsSuffix',
    ...passwordParameters,
    'silenceSeconds',
  ],
  examples: [
    { does: "Example 1 of Microsoft's page", line: 'dpm-prep rehearse' },
    {
      does: "Example 2 of Microsoft's page",
      line: 'dpm-prep rehearse --dpm-server-name Server01.corp.contoso.com --production-server-dns-suffix widgets.corp.com',
    },
    {
      does: 'A cluster switched from NTLM to certificates',
      line: 'dpm-prep rehearse --switch --nodes 3',
    },
    {
      does: 'A DPM server that a secondary DPM server protects',
      line: 'dpm-prep rehearse --workload secondary-dpm-server',
    },
    { does: 'With a fault', line: 'dpm-prep rehearse --fault restart-pending' },
  ],
} as const satisfies CommandSpec;
