import type { CommandSpec } from '../../application/command.js';
import { checkParameters, passwordParameters } from '../../application/parameter-groups.js';

export const resume: CommandSpec = {
  name: 'resume',
  group: 'Before and after',
  summary: 'go on with a run that was cut off',
  parameters: [...passwordParameters, ...checkParameters],
  examples: [{ does: 'After a power cut or Ctrl-C', line: 'dpm-prep resume' }],
  load: async () => (await import('./run.js')).default,
};
