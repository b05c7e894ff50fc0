import { tool } from './command-lines.js';
import { findDpmError } from './errors/index.js';
import { errorTable, inferred, microsoft, observed, page, type Source } from './source.js';

/** Why a tool fails most often in its step. */
interface LikelyCause {
  readonly text: string;
  readonly source: Source;
  /** The error id that the tool names for it; absent: none is known. */
  readonly id?: number;
  /** Only where a person typed the password. */
  readonly typed?: boolean;
}

/** What to look at after a tool failed without an error id that explains it. */
export interface FailureAdvice {
  /** Most likely first. */
  readonly causes: readonly LikelyCause[];
  /** Where the tool, or what it configures, writes its log; null: not known. */
  readonly log: { readonly path: string; readonly source: Source } | null;
  /** The dpm-prep command that runs the tool; null: several do. */
  readonly command: string | null;
}

/** A cause for which the tool names an id of Microsoft's error table. */
const named = (id: number, text: string, more: Pick<LikelyCause, 'typed'> = {}): LikelyCause => ({
  id,
  text,
  source: findDpmError(id)?.source ?? errorTable(id),
  ...more,
});

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
    command: 'dpm-prep install-agent',
  },
  [tool.setDpmServer]: {
    causes: [
      named(32695, 'The two entries of the password differ.', { typed: true }),
      named(32694, "The password does not meet the computer's password policy."),
      named(32693, 'The local account exists already.'),
      named(32692, 'The prompt is not elevated. Run it as an administrator.'),
    ],
    log: agentLog,
    command: 'dpm-prep set-dpm-server',
  },
  [tool.attachNonDomainServer]: {
    causes: [
      named(32680, 'The user name or the password is not the one that SetDpmServer was given.'),
      named(
        32684,
        'The DPM server cannot resolve or reach the protected computer, or the agent is not installed there. Run on the DPM server: dpm-prep preflight',
      ),
      named(32685, 'The agent is configured for another DPM server, or for another form of its name.'),
      named(32690, 'SetDpmServer was given another user name.'),
    ],
    log: serverLog,
    command: 'dpm-prep attach',
  },
  [tool.updateNonDomainServerInfo]: {
    causes: [
      named(
        32683,
        'The DPM server could not change the password. Use the names that the handover file contains.',
      ),
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
    command: 'dpm-prep update-password',
  },
  [tool.setDpmCredentials]: {
    causes: certificateCauses,
    log: serverLog,
    command: 'dpm-prep set-credentials',
  },
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
    command: 'dpm-prep attach',
  },
  [tool.removeProductionServer]: {
    causes: [{ text: 'Data sources of the computer are still protected.', source: errorTable(292) }],
    log: serverLog,
    command: null,
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
    command: null,
  },
  'add-ca-certificate': {
    causes: [
      {
        text: 'The shell is not elevated, or a group policy controls the trusted root certificates.',
        source: inferred('The certificate goes to the store of the local computer'),
      },
    ],
    log: null,
    command: null,
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
    command: null,
  },
};

const certificateSetDpmServer: FailureAdvice = {
  causes: certificateCauses,
  log: agentLog,
  command: 'dpm-prep set-dpm-server',
};

const passwordOfAgent: FailureAdvice = {
  causes: [
    named(32695, 'The two entries of the password differ.', { typed: true }),
    named(32694, "The password does not meet the computer's password policy."),
    named(32691, 'The agent is not configured for NTLM.'),
    named(32685, 'The agent is configured for another DPM server, or for another form of its name.'),
    named(32692, 'The prompt is not elevated. Run it as an administrator.'),
  ],
  log: agentLog,
  command: 'dpm-prep update-password',
};

/** Each of the three runs of certreq fails for other reasons. */
const certreqCauses: readonly (readonly [RegExp, LikelyCause])[] = [
  [
    / -new /,
    {
      text: 'The shell is not elevated, or a policy keeps private keys out of the store of the local computer.',
      source: inferred('certreq -new -machine makes the key in the store of the local computer'),
    },
  ],
  [
    / -submit /,
    {
      text: 'The CA cannot be reached under this name, does not offer the template, or does not issue it to this computer.',
      source: inferred('certreq -submit sends the request to the CA'),
    },
  ],
  [
    / -accept /,
    {
      text: 'The certificate is not for the key of this request, or its root is not trusted on this computer.',
      source: inferred('certreq -accept joins the certificate with the key of the request'),
    },
  ],
];

const certreqAdvice = (line: string): FailureAdvice => ({
  causes: certreqCauses.flatMap(([run, cause]) => (run.test(`${line} `) ? [cause] : [])),
  log: null,
  command: null,
});

/**
 * What to look at after this tool failed, or null.
 * @param name file name of the tool or cmdlet, or the name of one of our own acts
 * @param line the documented command line, which tells the forms of SetDpmServer and of certreq apart
 */
export const failureAdvice = (name: string, line: string): FailureAdvice | null => {
  if (/^DPMAgentInstaller/i.test(name)) return byTool[tool.agentInstaller] ?? null;
  if (name === tool.setDpmServer && /-dpmCredential\b/i.test(line)) return certificateSetDpmServer;
  if (name === tool.setDpmServer && /-updatePassword\b/i.test(line)) return passwordOfAgent;
  if (name === 'certreq.exe') return certreqAdvice(line);
  return byTool[name] ?? null;
};
