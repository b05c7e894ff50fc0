import type { CommandSpec } from '../../application/command.js';
import { checkParameters } from '../../application/parameter-groups.js';

export const spec = {
  name: 'check-cert',
  group: 'Certificates',
  place: 2,
  summary: 'check whether DPM can use certificates: files, folders, patterns, or a thumbprint in the store',
  description: [
    'Works on every operating system. dpm-prep recognizes the format by the content: PFX, PEM, DER or PKCS#7.',
    '--password-file holds one password for all files, or a list of lines: file, tab, password.',
    'Several formats in one run: --format junit --output dpm.xml --format html --output dpm.html. The screen then shows the text.',
  ],
  positional: { notation: '[inputs...]', help: 'files, folders, patterns (*.pfx), thumbprints' },
  parameters: [
    'thumbprint',
    'trust',
    'other',
    'replaces',
    'authCaThumbprint',
    'psName',
    'minDays',
    'environment',
    'offline',
    'at',
    'format',
    'output',
    'expect',
    'passwordFile',
    'passwordStdin',
    'password',
    ...checkParameters,
    'listChecks',
  ],
  examples: [
    { does: 'One file; dpm-prep asks for its password', line: 'dpm-prep check-cert finance01.pfx' },
    {
      does: 'In CI, before you copy certificates to servers',
      line: 'dpm-prep check-cert certificates --password-file passwords.tsv --trust root.pem --strict --output dpm.xml',
    },
    {
      does: 'What fails next month',
      line: 'dpm-prep check-cert certificates --offline --at 2027-01-31',
    },
    {
      does: 'A certificate in the store, with a pasted thumbprint',
      line: 'dpm-prep check-cert "cf 82 2d 9b a1 c8 01 ef 40 d4 b3 1d e0 cf cb 20 0a 8a 24 96"',
    },
    { does: 'List the checks with their sources', line: 'dpm-prep check-cert --list-checks' },
  ],
} as const satisfies CommandSpec;
