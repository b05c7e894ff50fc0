import { inferred } from '../source.js';
import { errorsOf, type Row } from './entry.js';

/** Only the internal name of these errors is published. Their meaning is inferred from it. */
const byName = (
  id: number,
  name: string,
  meaning: string,
  fix: readonly string[],
  command: string | null,
): Row => [
  id,
  name,
  meaning,
  fix,
  command,
  inferred(`the name that Microsoft's error table gives for ${String(id)}`),
];

const sameNames =
  'Use exactly the names, in the form (NetBIOS or FQDN), that were given to SetDpmServer. The handover file contains them.';

/** Errors of SetDpmServer and of NTLM authentication (local account). */
export const ntlmErrors = errorsOf('dpm', [
  [
    32680,
    'Credentials invalid',
    'The user name or the password is not the one that SetDpmServer set on the protected computer.',
    [
      'Attach again with the password that was given to SetDpmServer.',
      'If the password is lost, set a new one on both computers.',
    ],
    'dpm-prep update-password',
  ],
  [
    32681,
    'Properties not readable',
    'The DPM server could not read the properties of the computer.',
    ['Check that the computer can be reached and that the agent is installed.'],
    'dpm-prep preflight',
  ],
  [
    32682,
    'Account not created',
    'During the attach, the DPM server could not create a local account with that name on itself.',
    [
      'Check whether the DPM server already has an account with that name.',
      "The password must also meet the DPM server's policy.",
    ],
    'dpm-prep preflight',
  ],
  [
    32683,
    'Password not updated',
    'The password of the account for that computer could not be changed on the DPM server.',
    [
      sameNames,
      'Run the command as an administrator. The computer must be configured with -isNonDomainServer.',
    ],
    'dpm-prep update-password',
  ],
  [
    32684,
    'Agent not reachable',
    'The DPM server cannot reach the agent of that computer.',
    [
      'Make sure that the DPM server resolves the name.',
      'Check that the agent is installed and that SetDpmServer was run with -isNonDomainServer.',
    ],
    'dpm-prep preflight',
  ],
  [
    32685,
    'Another DPM server is configured',
    'The agent expects a DPM server with another name. A NetBIOS name and an FQDN are two different names here.',
    [sameNames, 'Or run SetDpmServer again with the right name.'],
    'dpm-prep set-dpm-server',
  ],
  [
    32686,
    'Not a recovery target',
    'A computer in a workgroup or an untrusted domain cannot receive recovered data of another computer.',
    ['Choose a computer that is protected in the domain.'],
    null,
  ],
  [
    32687,
    'Invalid characters in a path',
    'A path contains characters that are not allowed in a path.',
    ['Give a full path without quotation marks in it.'],
    null,
  ],
  [
    32688,
    'Account not created with these credentials',
    "The account could not be created, because the password does not meet the DPM server's password policy.",
    [
      'Choose a password that meets the policies of both computers, and set it on the protected computer first.',
    ],
    'dpm-prep update-password',
  ],
  [
    32689,
    'User account in use',
    'Another protected computer uses this account. Each protected computer needs its own account.',
    ['Run SetDpmServer again with a user name that no other protected computer has.'],
    'dpm-prep set-dpm-server',
  ],
  [
    32690,
    'Another user name is configured',
    'The user name is not the one that was given to SetDpmServer on the protected computer.',
    ['Use the same user name for SetDpmServer and the attach.'],
    'dpm-prep attach',
  ],
  [
    32691,
    'Not configured as a workgroup computer',
    'The computer was not configured with -isNonDomainServer, or it is known under another name.',
    ['Run SetDpmServer with -isNonDomainServer on it.', sameNames],
    'dpm-prep set-dpm-server',
  ],
  byName(
    32692,
    'SetDpmServerAccessDenied',
    'Windows denied access to SetDpmServer: the prompt is not elevated.',
    ['Run it in an elevated prompt ("Run as administrator").'],
    'dpm-prep set-dpm-server',
  ),
  byName(
    32693,
    'SetDpmServerUserExists',
    'The local account already exists. SetDpmServer must create it.',
    [
      'Choose another user name.',
      'Or, if the account came from an earlier attempt and nothing else uses it, delete it first: net user <name> /delete',
    ],
    'dpm-prep preflight',
  ),
  byName(
    32694,
    'SetDpmServerPasswordInvalid',
    "The password does not meet the protected computer's policy.",
    ['Choose a longer or more complex password. It must meet the policies of both computers.'],
    'dpm-prep set-dpm-server',
  ),
  byName(
    32695,
    'SetDpmServerPasswordMismatch',
    'The two entries of the password differ.',
    ['Run it again and type the same password twice.'],
    'dpm-prep set-dpm-server',
  ),
  byName(
    32696,
    'SetDpmServerInvalidOption',
    'SetDpmServer was given switches that cannot be combined, or an unknown switch.',
    ['Let dpm-prep build the command line.'],
    'dpm-prep set-dpm-server',
  ),
  byName(
    32697,
    'SetDpmServerDnsSuffixInvalid',
    'The DNS suffix is invalid, or this computer does not have it.',
    ['Give a suffix that this computer has, such as widgets.corp.com, without a leading dot.'],
    'dpm-prep set-dpm-server',
  ),
  byName(
    32698,
    'SetDpmServerNetbiosDnsMistmatch',
    "A NetBIOS name of the DPM server was given together with a DNS suffix (the spelling of the name is Microsoft's).",
    ["With a DNS suffix, give the DPM server's FQDN."],
    'dpm-prep set-dpm-server',
  ),
  byName(
    32699,
    'SetDpmServerForceGuestEnabled',
    'Local accounts that log on over the network are treated as guests.',
    [
      'Set the local policy "Network access: Sharing and security model for local accounts" to Classic (ForceGuest = 0).',
    ],
    'dpm-prep preflight',
  ),
  byName(
    32700,
    'WorkgroupInvalidOption',
    'A switch for workgroup computers was used without -isNonDomainServer, or the other way around.',
    ['Let dpm-prep build the command line.'],
    'dpm-prep set-dpm-server',
  ),
  byName(
    32701,
    'SetDpmServerInvalidUsername',
    'The user name is not the name of a local account. A domain or computer prefix is one possible reason.',
    ['Give the name without a prefix, such as mark.'],
    'dpm-prep set-dpm-server',
  ),
]);
