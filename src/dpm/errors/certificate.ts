import { errorTable, inferred } from '../source.js';
import { errorsOf, type Row } from './entry.js';

const judge = 'Check the certificate with check-cert. It names what DPM refuses.';
const restartWrapper =
  'Restart the service DpmCPWrapperService on both computers. It uses a corrected certificate only after a restart.';

const expiry = (id: number): Row => [
  id,
  'Certificate expiry',
  'The certificate that DPM uses on a computer expires soon or has expired.',
  [
    'Renew it before it expires, and import the new certificate into Certificates (Local Computer) > Personal.',
    'The new certificate must have the same subject and the same root. Otherwise repeat the whole procedure on both computers.',
  ],
  'dpm-prep renew-cert',
  errorTable(33323, 33324, 33325, 33326),
];

/** Errors of the certificate way, of Set-DPMCredentials and of the CPWrapper service. */
export const certificateErrors = errorsOf('dpm', [
  [
    33212,
    'CBPIdentityContextNotFound',
    'DPM does not find the certificate identity of a computer (CBP: certificate-based protection). Only the name of this error is published.',
    ['Repeat the certificate procedure for this computer: set-credentials, set-dpm-server, attach.'],
    'dpm-prep set-credentials',
    inferred("the name that Microsoft's error table gives for 33212"),
  ],
  [
    33229,
    'Thumbprint missing',
    'Set-DPMCredentials was run with -Action Configure and without a thumbprint.',
    ['Add -Thumbprint. If only the credential file is lost, use -Action Regenerate.'],
    'dpm-prep set-credentials',
  ],
  [
    33230,
    'Nothing configured yet',
    'A credential file cannot be created again, because no certificate is configured on that computer.',
    ['Run Set-DPMCredentials with -Action Configure first.'],
    'dpm-prep set-credentials',
  ],
  [
    33231,
    'Certificate not found',
    'Certificates (Local Computer) > Personal does not contain a certificate with that thumbprint.',
    [
      'Check whether it is in the store of the current user. If so, move it with its key to the Local Computer store.',
      'Copy the thumbprint again. The Windows dialog puts an invisible character in front of it (dpm-prep removes it).',
    ],
    'dpm-prep import-cert',
  ],
  [
    33232,
    'Certificate could not be looked up',
    'The search for the certificate failed. The message gives the reason.',
    ['Check that the service Cryptographic Services (CryptSvc) runs.', judge],
    'dpm-prep check-cert',
  ],
  [
    33233,
    'Certificate could not be checked',
    "The check of the certificate failed. The usual cause is a CNG key, which DPM cannot use. Microsoft's advice for this error says the opposite by mistake.",
    [judge, 'Move the key from its CNG provider to a legacy provider.'],
    'dpm-prep convert-cert',
  ],
  [
    33234,
    'Certificate not suitable',
    'The certificate does not meet the requirements of DPM. The message lists the requirements that are not met.',
    [
      judge,
      'Usual causes: a CNG key or a signature key, client or server authentication missing, an empty subject, an untrusted root, an unreachable revocation list.',
    ],
    'dpm-prep check-cert',
  ],
  [
    33235,
    'Firewall exception not added',
    'DPM could not open its TCP port for certificates in the Windows firewall.',
    ['On both computers, open the port that the message names (6076 in an older Microsoft article).'],
    'dpm-prep preflight',
  ],
  [
    33236,
    'Service not started',
    'DPM could not enable and start a service. For certificates, the service is DpmCPWrapperService.',
    ['Set the service that the message names to automatic and start it.', judge],
    'dpm-prep status',
  ],
  [
    33237,
    'Credentials not configured',
    'The configuration of the credentials failed. The message gives the reason.',
    ['The output folder must exist before the command is run.', judge],
    'dpm-prep set-credentials',
  ],
  [
    33243,
    'CA not in the chain',
    'The chain of the certificate does not contain a CA with the thumbprint of -AuthCAThumbprint.',
    [
      "Give the thumbprint of a CA in the certificate's own chain, or omit the switch. Then the root is used.",
    ],
    'dpm-prep set-credentials',
  ],
  [
    33244,
    'Root not found',
    "The search for the trusted root of the certificate's chain failed.",
    ['Import the root CA into Trusted Root Certification Authorities of the Local Computer store.'],
    'dpm-prep check-cert',
  ],
  [
    33300,
    'CPWrapper not configured',
    'The CPWrapper service is not configured correctly for that computer.',
    [
      'Repeat the certificate procedure for this computer: set-credentials, set-dpm-server, attach.',
      restartWrapper,
    ],
    'dpm-prep set-dpm-server',
  ],
  [
    33301,
    'CPWrapper certificate invalid',
    'The CPWrapper service uses a certificate that is not valid, or not valid anymore.',
    [judge, 'The root of each certificate must also be trusted on the other computer.', restartWrapper],
    'dpm-prep check-cert',
  ],
  [
    33302,
    'CPWrapper authentication failed',
    "The two computers do not accept each other's certificates.",
    [
      'Import each root CA on the other computer, and check that both reach the revocation lists.',
      restartWrapper,
    ],
    'dpm-prep check-cert',
  ],
  [
    33303,
    'CPWrapper authorization failed',
    'The certificate was accepted, but the computer is not configured for it.',
    [
      'Create the credential files again, and attach with the file of the protected computer.',
      restartWrapper,
    ],
    'dpm-prep attach',
  ],
  [
    33304,
    'CPWrapper failed',
    'The CPWrapper service failed. It may not work until it is restarted.',
    [
      'Open TCP 6076 (known only from an older Microsoft article) on both computers and between them.',
      'Each certificate must be trusted by the other computer.',
      restartWrapper,
    ],
    'dpm-prep preflight',
  ],
  ...[33323, 33324, 33325, 33326].map(expiry),
]);
