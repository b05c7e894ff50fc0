import type { CommandSpec } from '../../application/command.js';

export const spec = {
  name: 'audit',
  group: 'Before and after',
  place: 3,
  summary: 'write down what this computer shows, to compare all computers in one place',
  description: [
    'Changes nothing. On each computer it writes <computer>.audit.json: versions, account, certificates, services and network, without secrets. What cannot be read is null, with the reason.',
  ],
  parameters: ['out', 'refresh', 'offline'],
  examples: [
    {
      does: 'On each protected computer, once a day',
      line: 'dpm-prep audit --out C:\\Audit\\Finance01.audit.json',
    },
    {
      does: 'On the DPM server, and ask each computer to answer',
      line: 'dpm-prep audit --refresh --out C:\\Audit\\Server01.audit.json',
    },
  ],
} as const satisfies CommandSpec;
