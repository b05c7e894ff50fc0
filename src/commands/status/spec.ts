import type { CommandSpec } from '../../application/command.js';

export const status: CommandSpec = {
  name: 'status',
  group: 'Before and after',
  summary: 'what this computer shows, and what is left to do',
  parameters: [],
  examples: [{ does: 'For a monitoring system', line: 'dpm-prep status --json' }],
  load: async () => (await import('./run.js')).default,
};
