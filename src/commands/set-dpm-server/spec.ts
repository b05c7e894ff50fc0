import type { CommandSpec } from '../../application/command.js';
import {
  checkParameters,
  passwordParameters,
  scenarioParameters,
} from '../../application/parameter-groups.js';

export const spec = {
  name: 'set-dpm-server',
  group: 'The procedure',
  side: 'protected-computer',
  place: 3,
  summary: 'protected computer: make the agent recognize the DPM server (SetDpmServer)',
  parameters: [
    ...scenarioParameters,
    'auth',
    'dpmServerName',
    'psName',
    'userName',
    'productionServerDnsSuffix',
    'dpmCredential',
    'outputFilePath',
    'thumbprint',
    'handover',
    'importRoot',
    'handoverFolder',
    ...passwordParameters,
    'silenceSeconds',
    ...checkParameters,
  ],
  examples: [
    {
      does: "Example 1 of Microsoft's page: NetBIOS names",
      line: 'dpm-prep set-dpm-server --dpm-server-name Server01 --user-name mark',
    },
    {
      does: "Example 2 of Microsoft's page: conflicting NetBIOS names",
      line: 'dpm-prep set-dpm-server --dpm-server-name Server01.corp.contoso.com --user-name mark --production-server-dns-suffix widgets.corp.com',
    },
    {
      does: 'Unattended',
      line: 'dpm-prep set-dpm-server --dpm-server-name Server01 --user-name mark --password-file C:\\secret.txt --yes',
    },
  ],
} as const satisfies CommandSpec;
