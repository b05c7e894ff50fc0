import type { CommandSpec } from '../../application/command.js';

export const spec = {
  name: 'schema',
  group: 'Practice and reference',
  place: 5,
  summary: 'print the JSON Schema of a document: report, answers, handover, switch-plan',
  positional: { notation: '<document>', help: 'report, answers, handover or switch-plan' },
  parameters: [],
  examples: [{ does: 'For an editor that completes answer files', line: 'dpm-prep schema answers' }],
} as const satisfies CommandSpec;
