import type { CommandSpec } from '../../application/command.js';
import { checkParameters, passwordParameters } from '../../application/parameter-groups.js';

export const spec = {
  name: 'resume',
  group: 'Before and after',
  place: 4,
  summary: 'continue an interrupted run',
  description: [
    'A tool that was running continues without dpm-prep. resume waits for it, reads how it ended, and continues with the next step.',
    'The end of an SSH or WinRM session ends the tool as well, and so does a restart. resume then asks the computer what the tool did.',
  ],
  parameters: [...passwordParameters, 'acceptEula', 'thumbprint', 'silenceSeconds', ...checkParameters],
  examples: [{ does: 'After a power cut or Ctrl-C', line: 'dpm-prep resume' }],
} as const satisfies CommandSpec;
