import type { CommandSpec } from '../../application/command.js';

export const spec = {
  name: 'explain',
  group: 'Practice and reference',
  place: 3,
  summary: 'explain DPM error ids, HRESULTs and whole logs: what they mean here, and what to do',
  positional: {
    notation: '[ids...]',
    help: 'DPM error ids, HRESULTs, or paths of logs of any size and encoding; without them, a log on standard input',
  },
  parameters: [],
  examples: [
    { does: 'One id', line: 'dpm-prep explain 33234' },
    { does: 'Everything in a log', line: 'dpm-prep explain msdpmAgentInstall.log' },
    { does: 'The same through a pipe', line: 'dpm-prep explain < msdpmAgentInstall.log' },
  ],
} as const satisfies CommandSpec;
