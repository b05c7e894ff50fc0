import type { CommandSpec } from '../../application/command.js';

export const schema: CommandSpec = {
  name: 'schema',
  group: 'Practice and reference',
  summary: 'print the JSON Schema of a document: report, answers, handover, switch-plan',
  positional: { notation: '<document>', help: 'report, answers, handover or switch-plan' },
  parameters: [],
  examples: [{ does: 'For an editor that completes answer files', line: 'dpm-prep schema answers' }],
  load: async () => (await import('./run.js')).default,
};
