import { usageProblem } from '../problem.js';
import { cleanText } from '../clean.js';

/*
 * The ways in which a rehearsal can be broken on purpose. A fault is written `name`, or `name@Finance01` for one
 * computer alone; a tool's misbehaviour is written `tool:misbehaviour`.
 */

/** Practice tools that can be made to misbehave. */
export const faultyTools = {
  installer: 'DPMAgentInstaller_x64.exe',
  'set-dpm-server': 'SetDpmServer.exe',
  attach: 'Attach-NonDomainServer.ps1',
  'attach-certificate': 'Attach-ProductionServerWithCertificate.ps1',
  'update-info': 'Update-NonDomainServerInfo.ps1',
  remove: 'Remove-ProductionServer.ps1',
  'set-credentials': 'Set-DPMCredentials',
  refresh: 'the refresh of the agent information',
  uninstall: 'msiexec.exe',
  certreq: 'certreq.exe',
  'import-pfx': 'the import of a PFX',
  'delete-agent-folder': "the deletion of the agent's folder",
} as const;

export type FaultyTool = keyof typeof faultyTools;

export const misbehaviours = {
  'exit-0-does-nothing': 'ends with exit code 0 and has done nothing',
  'exit-1-does-it': 'does its work and ends with exit code 1',
  hangs: 'never ends and prints nothing more',
  crashes: 'dies half-way through its work, or right after it where that is one act',
  'unexpected-question': 'asks a question that no documentation knows and waits for the answer',
  'success-text-but-fails': 'prints that it was successful, does nothing, ends with exit code 1',
  'restart-needed': 'does its work and ends with exit code 3010',
  slow: 'takes three seconds longer',
  floods:
    'prints 100 MB without a line end, terminal sequences and bytes that are not UTF-8 in it, then does its work',
} as const;

export type Misbehaviour = keyof typeof misbehaviours;

/** What can be wrong with a practice computer before anything is run. */
export const computerFaults = {
  'not-elevated': 'the shell is not elevated; SetDpmServer fails with 32692',
  'restart-pending': 'Windows waits for a restart',
  'user-exists': 'a local account mark exists already; SetDpmServer fails with 32693',
  'force-guest': 'local accounts authenticate as guest; SetDpmServer fails with 32699',
  'missing-vcpp': 'the Visual C++ 2012 x64 runtime is missing; the installer fails and restarts the computer',
  'missing-dotnet': '.NET Framework 3.5 SP1 is missing; the installer fails',
  'no-installer': 'there is no DPMAgentInstaller_x64.exe anywhere',
  'other-agent-version': 'an agent of another version is installed; the installer fails with 306',
  'agent-update': 'the medium also holds an update of the agent, DPMAgentInstaller_KB5099999_AMD64.exe',
  'update-forgets': 'an update of the agent loses its configuration',
  'agent-update-restarts': 'an update of the agent is not active before a restart (ID 325)',
  'agent-update-reattach':
    'after an update of the agent the DPM server wants the computer attached again; a refresh fails with 344',
  'jobs-running': 'backup jobs of the computer are running; an update of its agent interrupts them (ID 323)',
  'agent-configuration-missing':
    'the registry has no configuration of the agent (Agent\\2.0), as far as it can be read',
  'other-dpm-server': 'the agent belongs to another DPM server',
  unreachable: 'the computer cannot be reached: its ports do not answer, attaching fails with 32684',
  refused: 'the ports of the computer refuse connections',
  'name-unknown': "the other computers cannot resolve this computer's name",
  'cpwrapper-stopped':
    'the DPM CPWrapper service does not start: certificate authentication fails with 33236',
  'port-6076-blocked': 'TCP 6076 is blocked: certificate authentication fails with 33304',
  'firewall-rules-missing': 'the firewall exceptions of the agent are missing',
  'clock-off': 'the clock is eleven minutes ahead',
  'ntlm-restricted': 'the policy refuses NTLMv2 (LmCompatibilityLevel, Restrict NTLM)',
  'ipsec-required': 'a connection security rule requires IPsec',
  'installer-service-disabled': 'the Windows Installer service is disabled; the installer fails with 330',
  'com-stopped': 'COM+ is stopped',
  'wmi-stopped': 'WMI is stopped',
  'remote-registry-stopped': 'Remote Registry is stopped',
  'cryptographic-services-stopped': 'Cryptographic Services is stopped',
  'fat-volume': 'the boot volume is FAT32; the installer fails with 303',
  'disk-full': 'the boot volume is nearly full',
  'old-windows': 'the computer runs Windows Server 2008 R2',
  'read-only-domain-controller': 'the computer is a read-only domain controller',
  'port-taken': 'another program listens on 5718',
  'scripts-missing': "the scripts are missing from the DPM server's DPM\\bin",
  'module-missing': 'the DataProtectionManager module is missing',
  'data-sources-protected': 'data sources of the computer are actively protected; removing it fails with 292',
  'ca-approval': 'the practice certificate authority must approve a request before it issues a certificate',
  'root-untrusted':
    'the computer trusts no root of a practice certificate authority; certreq -accept fails with 0x800B0109',
  'crl-unreachable': 'the revocation list of the practice certificate authority cannot be reached',
} as const;

export type ComputerFault = keyof typeof computerFaults;
export type Fault = ComputerFault | `${FaultyTool}:${Misbehaviour}`;

const split = (text: string): { readonly fault: string; readonly computer: string | null } => {
  const at = text.indexOf('@');
  return at === -1
    ? { fault: text, computer: null }
    : { fault: text.slice(0, at), computer: text.slice(at + 1) };
};

const isKnown = (fault: string): fault is Fault => {
  if (Object.hasOwn(computerFaults, fault)) return true;
  const [tool = '', misbehaviour = '', ...rest] = fault.split(':');
  return rest.length === 0 && Object.hasOwn(faultyTools, tool) && Object.hasOwn(misbehaviours, misbehaviour);
};

/** Throws a Problem (exit 2) for the first that is not a fault. */
export const checkFaults = (faults: readonly string[]): void => {
  const unknown = faults.find((text) => !isKnown(split(text).fault));
  if (unknown === undefined) return;
  throw usageProblem(
    `${JSON.stringify(cleanText(unknown, 80))} is not a fault of a practice pair.`,
    `Faults of a computer: ${Object.keys(computerFaults).join(', ')}.`,
    `Faults of a tool are written <tool>:<fault>. Tools: ${Object.keys(faultyTools).join(', ')}.`,
    `Their faults: ${Object.keys(misbehaviours).join(', ')}.`,
  );
};

/** What was given as --fault: these faults, or with "none" no fault. Throws a Problem (exit 2) for what is neither. */
export const wantedFaults = (given: readonly string[]): readonly string[] => {
  const faults = given.filter((fault) => fault !== 'none');
  checkFaults(faults);
  return faults;
};

/** Is this fault switched on for this computer? */
export const hasFault = (faults: readonly string[], fault: Fault, computerId: string): boolean =>
  faults.some((text) => {
    const one = split(text);
    return (
      one.fault === fault &&
      (one.computer === null || one.computer.toLowerCase() === computerId.toLowerCase())
    );
  });

/** How this tool is to misbehave on this computer, or null. */
export const misbehaviourOf = (
  faults: readonly string[],
  tool: FaultyTool,
  computerId: string,
): Misbehaviour | null =>
  (Object.keys(misbehaviours) as Misbehaviour[]).find((one) =>
    hasFault(faults, `${tool}:${one}`, computerId),
  ) ?? null;
