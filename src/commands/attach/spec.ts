import type { CommandSpec } from '../../application/command.js';
import {
  checkParameters,
  passwordParameters,
  scenarioParameters,
} from '../../application/parameter-groups.js';

export const spec = {
  name: 'attach',
  group: 'The procedure',
  side: 'dpm-server',
  place: 5,
  summary: 'DPM server: attach the protected computer',
  parameters: [
    ...scenarioParameters,
    'auth',
    'dpmServerName',
    'psName',
    'userName',
    'psCredential',
    'handover',
    'importRoot',
    'inventory',
    'confirm',
    ...passwordParameters,
    'silenceSeconds',
    ...checkParameters,
  ],
  examples: [
    {
      does: 'With the file from the protected computer',
      line: 'dpm-prep attach --handover Finance01.handover.json',
    },
    {
      does: 'By names',
      line: 'dpm-prep attach --dpm-server-name Server01 --ps-name Finance01 --user-name mark',
    },
  ],
} as const satisfies CommandSpec;
