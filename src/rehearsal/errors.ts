/*
 * What the practice tools say when they refuse: DPM's ids, in our own words. The ids and their meaning are Microsoft's
 * error table; for 32692 to 32701 it has only the internal name, so their texts are inferred from that.
 */
const texts = {
  270: 'The agent operation failed on {0}: the DPM server and the agent do not agree on the password. Set it again on both.',
  292: 'Data sources of {0} are still actively protected. Stop their protection before the computer is removed.',
  303: 'The boot volume of {0} is FAT; the agent needs NTFS.',
  306: 'The agent cannot be installed: another version ({1}) of it is installed on {0}.',
  308: 'The agent on {0} refused the DPM server: the password has been changed or has expired.',
  325: 'The agent on {0} is installed, but it is not active before a restart.',
  340: 'A newer agent ({1}) is installed on {0}.',
  344: 'The agent that this DPM server needs was not found on {0}.',
  372: 'The agent on {0} ({1}) is newer than this DPM server ({2}).',
  330: 'The Windows Installer service on {0} is disabled.',
  295: 'A prerequisite of the agent is missing on {0}: {1}.',
  32680: 'The credentials that were given for {0} are wrong. Use those that were given to SetDpmServer.',
  32682: 'The local account {1} could not be created for {0}.',
  32683:
    'The password of the local account for {0} could not be updated: {0} is not known to this DPM server.',
  32684:
    'The protection agent on {0} cannot be contacted: the name must be resolvable here, the agent installed, and SetDpmServer run with -isNonDomainServer.',
  32685:
    'This DPM server ({1}) is not the one that the agent on {0} was configured for ({2}). The name must be the same, in the same form.',
  32688:
    "A local account with these credentials cannot be created: the password must meet the DPM server's policy.",
  32689: 'The user account {1} is already in use for {2}. DPM needs one account for each computer.',
  32690: 'The user name {1} is not the one that the agent on {0} was configured with.',
  32691: '{0} is not configured to be protected as a workgroup server.',
  32692: 'Access denied. Run SetDpmServer from an elevated command prompt.',
  32693: 'The local account {0} exists already; SetDpmServer wants to create it.',
  32694: "The password does not meet this computer's password policy.",
  32695: 'The two entries of the password differ.',
  32696: 'Invalid option: {0}',
  32697: '{0} is not a DNS suffix of this computer.',
  32698: 'The DPM server is named by its NetBIOS name ({0}); with a DNS suffix its FQDN must be given.',
  32699:
    'The policy "Sharing and security model for local accounts" is set to guest only; it must be classic.',
  32700: 'Invalid option for a workgroup computer: {0}',
  32701: 'The user name {0} is not valid: give the name of a local account alone.',
  33229: 'Give the thumbprint with the option configure, or use the option regenerate.',
  33230: 'No certificate has been configured for {0}. Use the option configure first.',
  33231: 'No certificate with the thumbprint {0} is in the personal store of the computer {1}.',
  33233: 'The certificate could not be validated: {0}',
  33234: 'The certificate does not meet the requirements of DPM: {0}',
  33236: 'The service {0} could not be enabled and started.',
  33237: 'The DPM credentials could not be configured: {0}',
  33243: 'There is no certificate authority with the thumbprint {0} in the chain of the certificate.',
  33302: 'CPWrapper authentication failed on {0}: {1}',
  33304:
    'CPWrapper on {0} cannot be reached: TCP port 6076 must be open in both directions and the service must run.',
} as const;

export type PracticeErrorId = keyof typeof texts;

/** A practice tool's refusal with the id of DPM's error. */
export class DpmError extends Error {
  override readonly name = 'DpmError';
  readonly id: PracticeErrorId;

  constructor(id: PracticeErrorId, ...values: readonly string[]) {
    super(texts[id].replace(/\{(\d)\}/g, (_all, n: string) => values[Number(n)] ?? ''));
    this.id = id;
  }
}

/** A refusal for which Microsoft documents no id. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
