import type { CommandSpec } from '../../application/command.js';

export const completion: CommandSpec = {
  name: 'completion',
  group: 'Practice and reference',
  summary: 'print a completion script for powershell, bash, zsh or fish',
  positional: { notation: '<shell>', help: 'powershell, bash, zsh or fish' },
  parameters: [],
  examples: [
    {
      does: 'In a PowerShell profile',
      line: 'dpm-prep completion powershell | Out-String | Invoke-Expression',
    },
    { does: 'In .bashrc', line: 'eval "$(dpm-prep completion bash)"' },
  ],
  load: async () => (await import('./run.js')).default,
};
