import type { CommandSpec } from '../../application/command.js';
import { checkParameters, passwordParameters } from '../../application/parameter-groups.js';

export const spec = {
  name: 'resume',
  group: 'Before and after',
  place: 4,
  summary: 'go on with a run that was cut off',
  parameters: [...passwordParameters, 'acceptEula', 'thumbprint', 'silenceSeconds', ...checkParameters],
  examples: [{ does: 'After a power cut or Ctrl-C', line: 'dpm-prep resume' }],
} as const satisfies CommandSpec;
