import type { CommandSpec } from '../../application/command.js';

export const spec = {
  name: 'scenarios',
  group: 'Practice and reference',
  place: 2,
  summary: 'show what Microsoft supports: workloads, locations, authentication',
  parameters: ['workload', 'environment', 'auth'],
  examples: [
    { does: 'What certificates can protect', line: 'dpm-prep scenarios --auth certificate' },
    { does: 'One workload', line: 'dpm-prep scenarios --workload hyper-v-cluster' },
  ],
} as const satisfies CommandSpec;
