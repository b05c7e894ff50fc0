import type { CommandSpec } from '../../application/command.js';
import { checkParameters } from '../../application/parameter-groups.js';

export const spec = {
  name: 'audit',
  group: 'Before and after',
  place: 3,
  summary: 'record what this computer shows, and compare the records of all computers',
  description: [
    'Changes nothing. On each computer it writes <computer>.audit.json: versions, account, certificates, services and network, without secrets. What cannot be read is null, with the reason.',
    '--merge compares these documents on any computer: both sides of each pair, the lists of all DPM servers, the roster. What is missing, old or damaged is unknown, never good.',
    'Exit code of --merge: 0, or 3 if something is critical or unknown. --format nagios uses the codes of Nagios: 0 ok, 1 warning, 2 critical, 3 unknown.',
  ],
  positional: {
    notation: '[documents...]',
    help: 'with --merge: audit documents, folders that hold them, patterns',
  },
  parameters: [
    'out',
    'refresh',
    'offline',
    'merge',
    'roster',
    'maxAge',
    'minDays',
    'format',
    'output',
    ...checkParameters,
    'listChecks',
  ],
  examples: [
    {
      does: 'On each protected computer, once a day',
      line: 'dpm-prep audit --out C:\\Audit\\Finance01.audit.json',
    },
    {
      does: 'On the DPM server, and ask each computer to answer',
      line: 'dpm-prep audit --refresh --out C:\\Audit\\Server01.audit.json',
    },
    {
      does: 'Anywhere, for all of them',
      line: 'dpm-prep audit --merge audits --roster inventory.csv --max-age 26h --output audit.html',
    },
    {
      does: 'For a monitoring system',
      line: 'dpm-prep audit --merge audits --roster inventory.csv --format nagios',
    },
    { does: 'List the checks with their sources', line: 'dpm-prep audit --list-checks' },
  ],
} as const satisfies CommandSpec;
