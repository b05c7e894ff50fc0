import type { CommandSpec } from '../../application/command.js';

export const spec = {
  name: 'completion',
  group: 'Practice and reference',
  place: 4,
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
} as const satisfies CommandSpec;
