import { tool } from './command-lines.js';
import { errorTable, inferred, microsoft, observed, page, type Source } from './source.js';

/** Why a tool fails most often in its step. */
interface LikelyCause {
  readonly text: string;
  readonly source: Source;
}

/** What to look at after a tool failed without an error id that explains it. */
export interface FailureAdvice {
  /** Most likely first. */
  readonly causes: readonly LikelyCause[];
  /** Where the tool, or what it configures, writes its log; null: not known. */
  readonly log: { readonly path: string; readonly source: Source } | null;
}

const agentLog = {
  path: 'C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\Temp\\DPMRACurr.errlog',
  source: observed("Microsoft's support articles and collectors read it"),
};

const serverLog = {
  path: '<DPM installation folder>\\DPM\\Temp\\DPMCLI*Curr.errlog',
  source: inferred("DPM's trace settings name the binary DPMCLI for its PowerShell console"),
};

const certificateCauses: readonly LikelyCause[] = [
  {
    text: 'The certificate is not in the store of the local computer with its private key, or uses a CNG key. Run: dpm-prep check-cert',
    source: errorTable(33231, 33232, 33233, 33234),
  },
  {
    text: 'The service DpmCPWrapperService does not start.',
    source: errorTable(33236),
  },
  {
    text: 'The Windows firewall did not accept the exception for the TCP port of certificates.',
    source: errorTable(33235),
  },
];

const byTool: Readonly<Record<string, FailureAdvice>> = {
  [tool.agentInstaller]: {
    causes: [
      {
        text: 'The Visual C++ 2012 x64 runtime or .NET Framework is missing. Run: dpm-prep preflight',
        source: page('Install and configure the agent'),
      },
      {
        text: 'Another installation is running, or the Windows Installer service is disabled.',
        source: errorTable(303, 330),
      },
      {
        text: 'An antivirus program blocks the installer.',
        source: microsoft('Troubleshoot DPM protection agent installation issues'),
      },
    ],
    log: { path: '%windir%\\Temp\\MSDPM*.*', source: errorTable(313) },
  },
  [tool.setDpmServer]: {
    causes: [
      { text: 'The shell is not elevated. Run it as an administrator.', source: errorTable(32692) },
      {
        text: "The password does not meet the computer's password policy.",
        source: inferred('SetDpmServer creates a local account'),
      },
      { text: 'The local account exists already.', source: errorTable(32693) },
    ],
    log: agentLog,
  },
  [tool.attachNonDomainServer]: {
    causes: [
      {
        text: 'The DPM server cannot resolve or reach the protected computer. Run on the DPM server: dpm-prep preflight',
        source: errorTable(32684),
      },
      {
        text: 'The user name or the password is not the one that SetDpmServer was given.',
        source: page('Attach the computer'),
      },
      {
        text: 'The agent is not installed, or was configured for another DPM server.',
        source: page('Install and configure the agent'),
      },
    ],
    log: serverLog,
  },
  [tool.updateNonDomainServerInfo]: {
    causes: [
      {
        text: 'The password is not the one that was set on the protected computer.',
        source: page('Update the password'),
      },
      {
        text: 'The DPM server cannot reach the protected computer. Run on the DPM server: dpm-prep preflight',
        source: inferred('The script attaches to the agent as Attach-NonDomainServer.ps1 does'),
      },
    ],
    log: serverLog,
  },
  [tool.setDpmCredentials]: { causes: certificateCauses, log: serverLog },
  [tool.attachProductionServerWithCertificate]: {
    causes: [
      {
        text: 'TCP port 6076 is blocked between the two computers, or DpmCPWrapperService does not run on one of them.',
        source: errorTable(33304),
      },
      {
        text: "A computer cannot check the other computer's certificate: its root is not trusted, or its revocation list cannot be reached.",
        source: page('Configure certificate templates on the DPM server'),
      },
      {
        text: 'The .bin is not from this protected computer, or is older than its certificate.',
        source: page('Attach the computer'),
      },
    ],
    log: serverLog,
  },
  [tool.removeProductionServer]: {
    causes: [{ text: 'Data sources of the computer are still protected.', source: errorTable(292) }],
    log: serverLog,
  },
  [tool.msiexec]: {
    causes: [
      {
        text: 'Another installation is running, or the Windows Installer service is disabled.',
        source: errorTable(303, 330),
      },
      {
        text: 'The agent is in use by a running job.',
        source: inferred('Windows Installer cannot replace files in use'),
      },
    ],
    log: { path: '%windir%\\Temp\\MSDPM*.*', source: errorTable(313) },
  },
  'certreq.exe': {
    causes: [
      {
        text: 'The certification authority did not issue the certificate yet, or its root is not trusted on this computer.',
        source: inferred('certreq needs the issued certificate and its chain'),
      },
    ],
    log: null,
  },
  'add-ca-certificate': {
    causes: [
      {
        text: 'The shell is not elevated, or a group policy controls the trusted root certificates.',
        source: inferred('The certificate goes to the store of the local computer'),
      },
    ],
    log: null,
  },
  'import-pfx': {
    causes: [
      { text: 'The password of the PFX is wrong.', source: inferred('Windows cannot open the file then') },
      {
        text: 'The shell is not elevated, or a policy keeps private keys out of the store of the local computer.',
        source: inferred('The import writes to the store of the local computer'),
      },
    ],
    log: null,
  },
};

const certificateSetDpmServer: FailureAdvice = { causes: certificateCauses, log: agentLog };

/**
 * What to look at after this tool failed, or null.
 * @param name file name of the tool or cmdlet, or the name of one of our own acts
 * @param line the documented command line, which tells the two forms of SetDpmServer apart
 */
export const failureAdvice = (name: string, line: string): FailureAdvice | null => {
  if (/^DPMAgentInstaller/i.test(name)) return byTool[tool.agentInstaller] ?? null;
  if (name === tool.setDpmServer && /-dpmCredential\b/i.test(line)) return certificateSetDpmServer;
  return byTool[name] ?? null;
};
