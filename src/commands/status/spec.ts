import type { CommandSpec } from '../../application/command.js';

export const spec = {
  name: 'status',
  group: 'Before and after',
  place: 2,
  summary: 'show what is configured on this computer, and what is left to do',
  description: [
    'Changes nothing. It judges what this computer shows now: agent, account and password, certificates, services, the connection, and runs that failed. It does not ask revocation servers; "dpm-prep audit" does.',
    'Exit code for monitoring: 0 if every check passed or does not apply; 3 if a person must act: something fails, expires soon, or could not be read. --ignore excludes a check from the exit code.',
    'On a protected computer, nothing shows whether the DPM server has a new password: after a change that is unknown (exit code 3) until it is noted with "dpm-prep update-password --server-state verified". To compare both computers: dpm-prep audit --merge',
  ],
  parameters: ['minDays', 'ignore', 'listChecks'],
  examples: [
    { does: 'For a monitoring system', line: 'dpm-prep status --json' },
    { does: 'Warn two months before the certificate expires', line: 'dpm-prep status --min-days 60' },
    { does: 'List the checks with their sources', line: 'dpm-prep status --list-checks' },
  ],
} as const satisfies CommandSpec;
