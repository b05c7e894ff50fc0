import type { CommandSpec } from '../../application/command.js';
import {
  checkParameters,
  passwordParameters,
  scenarioParameters,
} from '../../application/parameter-groups.js';

export const spec = {
  name: 'update-password',
  group: 'The procedure',
  place: 6,
  summary: 'both computers: change the password of the NTLM account',
  parameters: [
    ...scenarioParameters,
    'dpmServerName',
    'psName',
    'handover',
    'inventory',
    ...passwordParameters,
    'silenceSeconds',
    ...checkParameters,
  ],
  examples: [
    {
      does: 'First on the protected computer',
      line: 'dpm-prep update-password --dpm-server-name Server01',
    },
    {
      does: 'Then on the DPM server',
      line: 'dpm-prep update-password --dpm-server-name Server01 --ps-name Finance01',
    },
  ],
} as const satisfies CommandSpec;
