import type { CommandSpec } from '../../application/command.js';
import {
  checkParameters,
  passwordParameters,
  scenarioParameters,
} from '../../application/parameter-groups.js';

export const spec = {
  name: 'import-cert',
  group: 'Certificates',
  place: 4,
  summary: 'check a .pfx and import it where and how DPM needs it (LocalMachine\\My, CSP, exchange key)',
  positional: {
    notation: '[file]',
    help: 'the .pfx, or a file of CA certificates alone; without it --thumbprint of a certificate in CurrentUser\\My',
  },
  parameters: [
    ...scenarioParameters,
    'thumbprint',
    'installChain',
    ...passwordParameters,
    'silenceSeconds',
    ...checkParameters,
  ],
  examples: [
    { does: 'From a file; dpm-prep asks for its password', line: 'dpm-prep import-cert finance01.pfx' },
    { does: 'New CA certificates alone', line: 'dpm-prep import-cert cas.p7b --install-chain' },
    {
      does: 'One that was enrolled into the User store',
      line: 'dpm-prep import-cert --thumbprint cf822d9ba1c801ef40d4b31de0cfcb200a8a2496',
    },
  ],
} as const satisfies CommandSpec;
