import type { CommandSpec } from '../../application/command.js';

export const spec = {
  name: 'convert-cert',
  group: 'Certificates',
  place: 3,
  summary: 'write a .pfx that imports into a CSP with the key type exchange, also from a CNG key',
  description: [
    'The certificate, its key and its thumbprint stay the same. RSA keys only. Never overwrites a file.',
  ],
  positional: { notation: '<input>', help: 'the .pfx, or a PEM file with certificate and key' },
  parameters: [
    'out',
    'passwordFile',
    'passwordStdin',
    'password',
    'newPasswordFile',
    'newPasswordStdin',
    'newPassword',
  ],
  examples: [
    {
      does: 'dpm-prep asks for both passwords',
      line: 'dpm-prep convert-cert finance01.pfx --out finance01-csp.pfx',
    },
    {
      does: 'Unattended',
      line: 'dpm-prep convert-cert in.pfx --out out.pfx --password-file old.txt --new-password-file new.txt',
    },
  ],
} as const satisfies CommandSpec;
