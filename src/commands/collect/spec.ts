import type { CommandSpec } from '../../application/command.js';

export const spec = {
  name: 'collect',
  group: 'Before and after',
  place: 3,
  summary: 'write one text file for a bug report, without names and secrets',
  description: [
    "Collects versions, services, ports, the parameters of Microsoft's scripts as PowerShell gives them, exit codes and last lines of the tools of earlier runs, and which assumptions about DPM held. Changes nothing.",
    'Names of computers and users are replaced, each by the same alias everywhere. Read the file before you share it.',
  ],
  parameters: ['out', 'names'],
  examples: [
    { does: 'Write the file for a report', line: 'dpm-prep collect --out collected.txt' },
    { does: 'Show an example from the practice pair', line: 'dpm-prep collect --rehearse' },
  ],
} as const satisfies CommandSpec;
