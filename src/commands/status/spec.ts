import type { CommandSpec } from '../../application/command.js';

export const spec = {
  name: 'status',
  group: 'Before and after',
  place: 2,
  summary: 'show what is configured on this computer, and what is left to do',
  parameters: [],
  examples: [{ does: 'For a monitoring system', line: 'dpm-prep status --json' }],
} as const satisfies CommandSpec;
