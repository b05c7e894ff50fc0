import type { CommandSpec } from '../../application/command.js';

export const spec = {
  name: 'explain',
  group: 'Practice and reference',
  place: 3,
  summary: 'what DPM error ids mean here, and what to do; ids or logs, also by pipe',
  positional: {
    notation: '[ids...]',
    help: 'DPM error ids, HRESULTs, or paths of logs; without them a log on standard input',
  },
  parameters: [],
  examples: [
    { does: 'One id', line: 'dpm-prep explain 33234' },
    { does: 'Everything in a log', line: 'dpm-prep explain msdpmAgentInstall.log' },
    { does: 'The same by pipe', line: 'dpm-prep explain < msdpmAgentInstall.log' },
  ],
} as const satisfies CommandSpec;
