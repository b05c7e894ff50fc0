import type { CommandSpec } from '../../application/command.js';
import {
  checkParameters,
  passwordParameters,
  scenarioParameters,
} from '../../application/parameter-groups.js';

export const spec = {
  name: 'renew-cert',
  group: 'Certificates',
  place: 5,
  summary: 'import the successor of a certificate, or list what to configure again',
  positional: { notation: '[file]', help: 'the new .pfx' },
  parameters: [
    ...scenarioParameters,
    'thumbprint',
    'installChain',
    ...passwordParameters,
    'silenceSeconds',
    ...checkParameters,
  ],
  examples: [
    {
      does: 'Same subject and same root as the old one',
      line: 'dpm-prep renew-cert new.pfx --thumbprint cf822d9ba1c801ef40d4b31de0cfcb200a8a2496',
    },
  ],
} as const satisfies CommandSpec;
