import type { CommandSpec } from '../../application/command.js';
import { checkParameters, scenarioParameters } from '../../application/parameter-groups.js';

export const spec = {
  name: 'set-credentials',
  group: 'The procedure',
  side: 'dpm-server',
  place: 4,
  summary: 'DPM server: configure it for certificate authentication (Set-DPMCredentials)',
  parameters: [
    ...scenarioParameters,
    'action',
    'dpmServerName',
    'outputFilePath',
    'thumbprint',
    'authCaThumbprint',
    'psName',
    'inventory',
    'handoverFolder',
    'silenceSeconds',
    ...checkParameters,
  ],
  examples: [
    {
      does: 'For the first time',
      line: 'dpm-prep set-credentials --dpm-server-name dpmserver.contoso.com --output-file-path C:\\CertMetaData --ps-name Finance01.widgets.corp.com',
    },
    {
      does: 'The credential file was lost',
      line: 'dpm-prep set-credentials --action regenerate --output-file-path C:\\CertMetaData',
    },
  ],
} as const satisfies CommandSpec;
