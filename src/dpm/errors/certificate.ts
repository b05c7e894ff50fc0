import { errorTable, inferred } from '../source.js';
import { errorsOf, type Row } from './entry.js';

const judge = 'Judge the certificate with check-cert; it names what DPM would refuse.';
const restartWrapper =
  'Restart the service DpmCPWrapperService on both computers; it takes up a fixed certificate only then.';

const expiry = (id: number): Row => [
  id,
  'Certificate expiry',
  'The certificate that DPM uses on a computer is about to expire or has expired.',
  [
    'Renew it before it expires, into Certificates (Local Computer) > Personal.',
    'The new one must have the same subject and the same root; else the whole way must be gone again on both computers.',
  ],
  'dpm-prep renew-cert',
  errorTable(33323, 33324, 33325, 33326),
];

/** Errors of the certificate way, of Set-DPMCredentials and of the CPWrapper service. */
export const certificateErrors = errorsOf('dpm', [
  [
    33212,
    'CBPIdentityContextNotFound',
    'DPM does not find the certificate identity of a computer (CBP: certificate-based protection). Only the name is published.',
    ['Go the certificate way again for this computer: set-credentials, set-dpm-server, attach.'],
    'dpm-prep set-credentials',
    inferred("From the name that Microsoft's error table gives for 33212"),
  ],
  [
    33229,
    'Thumbprint missing',
    'Set-DPMCredentials was to configure and was given no thumbprint.',
    ['Add -Thumbprint; or use -Action Regenerate if only the credential file was lost.'],
    'dpm-prep set-credentials',
  ],
  [
    33230,
    'Nothing configured yet',
    'A credential file was to be made again, but no certificate has been configured on that computer.',
    ['Run Set-DPMCredentials with -Action Configure first.'],
    'dpm-prep set-credentials',
  ],
  [
    33231,
    'Certificate not found',
    'There is no certificate with that thumbprint in Personal of the Local Computer store.',
    [
      'Look whether it is in the store of the current user, and move it with its key to the Local Computer store.',
      'Copy the thumbprint anew: the Windows dialog puts an invisible character in front of it (dpm-prep takes it out).',
    ],
    'dpm-prep import-cert',
  ],
  [
    33232,
    'Certificate could not be looked up',
    'Looking for the certificate ended in an error, which the message gives.',
    ['Check that the service Cryptographic Services (CryptSvc) runs.', judge],
    'dpm-prep check-cert',
  ],
  [
    33233,
    'Certificate could not be judged',
    "Checking the certificate ended in an error. The usual cause is a CNG key, which DPM cannot use; Microsoft's advice for this error is garbled on that point.",
    [judge, 'Move the key from its CNG provider to a legacy one.'],
    'dpm-prep convert-cert',
  ],
  [
    33234,
    'Certificate not fit',
    'The certificate does not meet the requirements of DPM; the message lists which.',
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
    ['Open the port that the message names by hand (6076 in an older Microsoft article), on both computers.'],
    'dpm-prep preflight',
  ],
  [
    33236,
    'Service not started',
    'DPM could not enable and start a service; for certificates it is DpmCPWrapperService.',
    ['Set the service that the message names to automatic and start it.', judge],
    'dpm-prep status',
  ],
  [
    33237,
    'Credentials not configured',
    'Configuring the credentials ended in an error, which the message gives.',
    ['The output folder must exist before the command is run.', judge],
    'dpm-prep set-credentials',
  ],
  [
    33243,
    'CA not in the chain',
    'No CA with the thumbprint of -AuthCAThumbprint is in the chain of the certificate.',
    [
      "Give the thumbprint of a CA out of the certificate's own chain, or leave the switch out; then the root is used.",
    ],
    'dpm-prep set-credentials',
  ],
  [
    33244,
    'Root not found',
    "Looking for the trusted root of the certificate's chain ended in an error.",
    ['Import the root CA into Trusted Root Certification Authorities of the Local Computer store.'],
    'dpm-prep check-cert',
  ],
  [
    33300,
    'CPWrapper not configured',
    'The CPWrapper service is not configured correctly for that computer.',
    [
      'Go the certificate way again for this computer: set-credentials, set-dpm-server, attach.',
      restartWrapper,
    ],
    'dpm-prep set-dpm-server',
  ],
  [
    33301,
    'CPWrapper certificate invalid',
    'The CPWrapper service uses a certificate that is not valid (any more).',
    [judge, 'The root of each certificate must be trusted on the other computer too.', restartWrapper],
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
    'The certificate was accepted, but the computer is not one that was configured.',
    ['Make the credential files again and attach with the one of the protected computer.', restartWrapper],
    'dpm-prep attach',
  ],
  [
    33304,
    'CPWrapper failed',
    'The CPWrapper service failed and may be of no use until it is restarted.',
    [
      'Open TCP 6076 (known only from an older Microsoft article) on both computers and between them.',
      'Each certificate must be trusted by the other computer.',
      restartWrapper,
    ],
    'dpm-prep preflight',
  ],
  ...[33323, 33324, 33325, 33326].map(expiry),
]);
