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
  description: [
    'With --generation, "dpm-prep status" and "dpm-prep audit" show on both computers how far the change is: unchanged, computer-only, server-told or verified. A second run sets no password twice. --back returns to the old password.',
    '--refresh on the DPM server changes nothing: it asks whether the agent answers. Leave a computer alone that does not answer before the change.',
  ],
  parameters: [
    ...scenarioParameters,
    'dpmServerName',
    'psName',
    'handover',
    'inventory',
    'generation',
    'back',
    'refresh',
    'serverState',
    'confirm',
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
    {
      does: 'On both computers, as one change that is never made twice',
      line: 'dpm-prep update-password --dpm-server-name Server01 --generation 2026-11',
    },
  ],
} as const satisfies CommandSpec;
