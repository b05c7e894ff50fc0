import { inferred } from '../source.js';
import { errorsOf, type Row } from './entry.js';

/** Of these only the internal name is published; the meaning is concluded from it. */
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
  inferred(`From the name that Microsoft's error table gives for ${String(id)}`),
];

const sameNames =
  'Use exactly the names, in the form (NetBIOS or FQDN), that were given to SetDpmServer; the handover file carries them.';

/** Errors of SetDpmServer and of the NTLM way (local account). */
export const ntlmErrors = errorsOf('dpm', [
  [
    32680,
    'Credentials invalid',
    'User name or password are not those that SetDpmServer set up on the protected computer.',
    [
      'Attach again with the password that was given to SetDpmServer.',
      'If it is lost, set a new one on both computers.',
    ],
    'dpm-prep update-password',
  ],
  [
    32681,
    'Properties not readable',
    'The DPM server could not ask the computer for its properties.',
    ['Check that it can be reached and that the agent is installed.'],
    'dpm-prep preflight',
  ],
  [
    32682,
    'Account not created',
    'At the attach, the DPM server could not create the local account of that name on itself.',
    [
      'Look on the DPM server for an account of that name that is there already.',
      "The password must satisfy the DPM server's policy too.",
    ],
    'dpm-prep preflight',
  ],
  [
    32683,
    'Password not updated',
    'The password of the account for that computer could not be changed on the DPM server.',
    [sameNames, 'Run it as an administrator, for a computer that was configured with -isNonDomainServer.'],
    'dpm-prep update-password',
  ],
  [
    32684,
    'Agent not reachable',
    'The DPM server cannot reach the agent of that computer.',
    [
      'Make the name resolvable on the DPM server.',
      'Check that the agent is installed and SetDpmServer was run with -isNonDomainServer.',
    ],
    'dpm-prep preflight',
  ],
  [
    32685,
    'Another DPM server is configured',
    'The agent expects a DPM server of another name; a NetBIOS name and an FQDN are two names here.',
    [sameNames, 'Or run SetDpmServer again with the right name.'],
    'dpm-prep set-dpm-server',
  ],
  [
    32686,
    'Not a recovery target',
    'A computer that is protected as a workgroup or untrusted one cannot take recovered data of another.',
    ['Choose a computer that is protected in the domain as the target.'],
    null,
  ],
  [
    32687,
    'Invalid characters in a path',
    'A path that was given has characters that a path cannot have.',
    ['Give a full path without quotation marks inside.'],
    null,
  ],
  [
    32688,
    'Account not created with these credentials',
    "The account could not be created, because the password does not satisfy the DPM server's password policy.",
    [
      'Choose a password that satisfies the policies of both computers, and set it on the protected computer first.',
    ],
    'dpm-prep update-password',
  ],
  [
    32689,
    'User account in use',
    'The account name is used for another protected computer; each needs one of its own.',
    ['Run SetDpmServer again with a user name that no other protected computer has.'],
    'dpm-prep set-dpm-server',
  ],
  [
    32690,
    'Another user name is configured',
    'The user name is not the one that SetDpmServer was given on the protected computer.',
    ['Use the same user name for SetDpmServer and the attach.'],
    'dpm-prep attach',
  ],
  [
    32691,
    'Not configured as a workgroup computer',
    'The computer was not configured with -isNonDomainServer, or is known under another name.',
    ['Run SetDpmServer with -isNonDomainServer on it.', sameNames],
    'dpm-prep set-dpm-server',
  ],
  byName(
    32692,
    'SetDpmServerAccessDenied',
    'SetDpmServer was refused: the prompt is not elevated.',
    ['Run it in an elevated prompt ("Run as administrator").'],
    'dpm-prep set-dpm-server',
  ),
  byName(
    32693,
    'SetDpmServerUserExists',
    'The local account is there already; SetDpmServer wants to create it itself.',
    [
      'Choose another user name.',
      'Or, if the account came from an earlier attempt and nothing else uses it, delete it first: net user <name> /delete',
    ],
    'dpm-prep preflight',
  ),
  byName(
    32694,
    'SetDpmServerPasswordInvalid',
    "The password does not satisfy the protected computer's policy.",
    ['Choose a longer or more varied password; it must satisfy the policies of both computers.'],
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
    'SetDpmServer was given switches that do not go together, or one that it does not know.',
    ['Let dpm-prep make the command line.'],
    'dpm-prep set-dpm-server',
  ),
  byName(
    32697,
    'SetDpmServerDnsSuffixInvalid',
    'The DNS suffix is not one, or not one of this computer.',
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
    'A switch for workgroup computers was used without -isNonDomainServer, or the other way round.',
    ['Let dpm-prep make the command line.'],
    'dpm-prep set-dpm-server',
  ),
  byName(
    32701,
    'SetDpmServerInvalidUsername',
    'The user name is not that of a local account; a domain or computer prefix is one reason.',
    ['Give the name alone, such as mark.'],
    'dpm-prep set-dpm-server',
  ),
]);
