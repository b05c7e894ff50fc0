import { inferred } from '../source.js';
import { resolveNames, openPorts } from './advice.js';
import { errorsOf, type Row } from './entry.js';

/** MS-ERREF publishes the value and its name; what it means for a DPM agent is concluded from that. */
const row = (
  id: string,
  name: string,
  meaning: string,
  fix: readonly string[],
  command: string | null,
): Row => [id, name, meaning, fix, command, inferred(`Microsoft's MS-ERREF for the name ${name}`)];

const otherIsReachable = 'Check that the other computer is switched on and that its name leads to it.';

/** HRESULTs that logs of DPM, of its installer and of certificates name, beyond those that have a DPM article. */
export const hresultErrors = errorsOf('windows', [
  row(
    '0x80070056',
    'ERROR_INVALID_PASSWORD',
    'The password is not the password of the account. For a workgroup computer, this is the account that SetDpmServer created.',
    ['Set a new password on both computers.'],
    'dpm-prep update-password',
  ),
  row(
    '0x80070079',
    'ERROR_SEM_TIMEOUT',
    'The connection was opened, but data did not arrive in time: the network or a firewall drops packets.',
    [
      'Check the network between the two computers (adapter drivers, duplex, VPN, inspection by a firewall).',
      openPorts,
    ],
    'dpm-prep preflight',
  ),
  row(
    '0x80070643',
    'ERROR_INSTALL_FAILURE',
    'Windows Installer could not install the agent (1603). The reason is further up in the installation log.',
    [
      'Look for "Return value 3" in the newest MSDPM*.* in %windir%\\Temp; the lines above it give the reason.',
      'Check the prerequisites of this version of DPM, such as Visual C++ and .NET Framework.',
    ],
    'dpm-prep preflight',
  ),
  row(
    '0x80070721',
    'RPC_S_SEC_PKG_ERROR',
    'The two computers could not authenticate to each other over RPC: the account, the clocks, the names, or an NTLM policy.',
    [
      'Update the password on both computers, if the computer uses NTLM.',
      'Synchronize the clocks of both computers with a time server.',
      'Check the policies "Network security: Restrict NTLM" on both computers.',
    ],
    'dpm-prep preflight',
  ),
  row(
    '0x80072746',
    'WSAECONNRESET',
    'The other computer, or a firewall between the two, ended the connection.',
    [
      'Look in the Application event log of the other computer, source DPMRA, for the time of the error.',
      openPorts,
    ],
    'dpm-prep preflight',
  ),
  row(
    '0x8007274D',
    'WSAECONNREFUSED',
    'The other computer answered, but nothing listens on the port: its service cannot start, or the port is wrong.',
    [
      'Start the service there to see whether it can start: DPMRA, and for certificates DpmCPWrapperService.',
      otherIsReachable,
    ],
    'dpm-prep preflight',
  ),
  row(
    '0x80090014',
    'NTE_BAD_PROV_TYPE',
    'The key of a certificate is in a provider of another type than was asked for. For DPM, this is usually a CNG key, which DPM cannot use.',
    [
      'Move the key from its CNG provider to a legacy provider, or request a new certificate with a legacy provider.',
    ],
    'dpm-prep convert-cert',
  ),
  row(
    '0x80090016',
    'NTE_BAD_KEYSET',
    'The private key of a certificate does not exist, or the account is not allowed to read it.',
    ['Import the certificate again with its private key, into Certificates (Local Computer) > Personal.'],
    'dpm-prep import-cert',
  ),
  row(
    '0x80090322',
    'SEC_E_WRONG_PRINCIPAL',
    'The computer that answered is not the one that was addressed: the name leads to another computer, or its account was replaced.',
    [resolveNames, 'Search for an old DNS record or hosts line for that name.'],
    'dpm-prep preflight',
  ),
  row(
    '0x80092004',
    'CRYPT_E_NOT_FOUND',
    'A certificate, or the key that belongs to it, was not found in the store.',
    [
      'Check that the certificate with that thumbprint is in Certificates (Local Computer) > Personal, with its key.',
    ],
    'dpm-prep check-cert',
  ),
  row(
    '0x80092012',
    'CRYPT_E_NO_REVOCATION_CHECK',
    'Windows could not check whether a certificate is revoked: the certificate names no server for it, or the CA publishes nothing.',
    ['Check the CRL distribution points of each certificate in the chain, from both computers.'],
    'dpm-prep check-cert',
  ),
  row(
    '0x80092013',
    'CRYPT_E_REVOCATION_OFFLINE',
    'The server that publishes the revocation list was not reached from this computer.',
    [
      'Make the CRL servers of each CA in the chain reachable from both computers (usually TCP 80).',
      'Services do not use the proxy settings of a user. Check theirs with: netsh winhttp show proxy',
    ],
    'dpm-prep check-cert',
  ),
  row(
    '0x800B0101',
    'CERT_E_EXPIRED',
    'A certificate of the chain has expired or is not valid yet, or the clock of this computer is wrong.',
    [
      'Check the dates of each certificate in the chain, and the clock.',
      'Renew the certificate that has expired.',
    ],
    'dpm-prep renew-cert',
  ),
  row(
    '0x800B0109',
    'CERT_E_UNTRUSTEDROOT',
    'The root CA of the certificate is not trusted on this computer.',
    [
      'Import the root CA into Trusted Root Certification Authorities of the local computer, on both computers.',
    ],
    'dpm-prep check-cert',
  ),
]);
