import { inferred, microsoft, observed, page, type Source } from './source.js';

/** A path of the documentation, with where it is known from. */
export interface Location {
  readonly path: string;
  readonly source: Source;
}

const programFiles = 'C:\\Program Files';
const deploy = microsoft('Deploy the DPM protection agent');

/** Folder of the agent; deleted, after checks, when a computer is switched from NTLM to certificates. */
export const agentFolder: Location = {
  path: `${programFiles}\\Microsoft Data Protection Manager`,
  source: page('Switch between NTLM and Certificate authentication'),
};

/** Holds SetDpmServer.exe and DPMRA.exe on the protected computer. */
export const agentBinFolder: Location = {
  path: `${agentFolder.path}\\DPM\\bin`,
  source: page('Configure a certificate on the protected computer'),
};

/** What the scripts in src/powershell read; a test holds them to these keys. */
export const registryKey = {
  /** InstallPath: how Microsoft's own support collectors find an agent or a DPM server. */
  setup: {
    path: 'HKLM\\SOFTWARE\\Microsoft\\Microsoft Data Protection Manager\\Setup',
    source: observed("Microsoft's support collectors (getTSS) and community tools read it"),
  },
  /** Only on a DPM server: where its database is. */
  database: {
    path: 'HKLM\\SOFTWARE\\Microsoft\\Microsoft Data Protection Manager\\DB',
    source: observed("Microsoft's support collectors (getTSS) tell a DPM server by it"),
  },
  /** The value `configuration`: which DPM servers may use the agent. */
  agent: {
    path: 'HKLM\\SOFTWARE\\Microsoft\\Microsoft Data Protection Manager\\Agent\\2.0',
    source: observed("Microsoft's diagnostics (TS_Main_DPM.ps1) read it on domain computers"),
  },
} as const satisfies Record<string, Location>;

/** Below InstallPath: files that hold the name of the DPM server that owns the agent. */
export const activeOwnerFolder: Location = {
  path: 'ActiveOwner',
  source: observed("Microsoft's support collectors (getTSS) and community tools read it"),
};

/** A DPM server's bin folder, where the scripts are, by product. The registry's InstallPath comes before any of these. */
export interface ServerBinFolder extends Location {
  readonly product: string;
}

const currentServerBinFolder = `${programFiles}\\Microsoft System Center\\DPM\\DPM\\bin`;

export const dpmServerBinFolders: readonly ServerBinFolder[] = [
  {
    product: 'DPM 2019 and later',
    path: currentServerBinFolder,
    source: microsoft('Run antivirus software on the DPM server'),
  },
  {
    product: 'DPM 2016',
    path: `${programFiles}\\Microsoft System Center 2016\\DPM\\DPM\\bin`,
    source: microsoft('Run antivirus software on the DPM server'),
  },
  {
    product: 'DPM 2012 R2',
    path: `${programFiles}\\Microsoft System Center 2012 R2\\DPM\\DPM\\bin`,
    source: microsoft('Back up an Exchange server with System Center DPM'),
  },
  {
    product: 'MABS V4',
    path: `${programFiles}\\Microsoft Azure Backup Server V4\\DPM\\DPM\\bin`,
    source: inferred('The folder of its agents in a Microsoft lab guide'),
  },
  {
    product: 'MABS V3',
    path: `${programFiles}\\Microsoft Azure Backup Server\\DPM\\DPM\\bin`,
    source: microsoft('Azure Backup Server documentation'),
  },
  {
    product: 'MABS V1',
    path: `${programFiles}\\Microsoft Azure Backup\\DPM\\DPM\\bin`,
    source: inferred('The folder of its agents, seen by others'),
  },
];

/** Shown in a plan where no computer can be asked: the agent's folder, and that of a current DPM server. */
export const binFolders = {
  protectedComputer: agentBinFolder.path,
  dpmServer: currentServerBinFolder,
} as const;

/** Below InstallPath of a DPM server: one folder per build, the newest agent after an update rollup; `amd64` below it. */
export const agentsBelowInstallPath: Location = {
  path: 'ProtectionAgents\\RA',
  source: microsoft('Troubleshoot DPM protection agent installation issues'),
};

/**
 * Names of an x64 agent installer, newest naming first. Update rollups may add one that is named after the knowledge
 * base article.
 */
const agentInstallerNames: readonly { readonly pattern: RegExp; readonly source: Source }[] = [
  { pattern: /^DPMAgentInstaller_x64\.exe$/i, source: deploy },
  {
    pattern: /^DPMAgentInstaller_KB\d{6,8}(?:_AMD64|_x64)?\.exe$/i,
    source: observed('Update rollups KB3112306 and KB5004579'),
  },
  { pattern: /^DPMAgentInstaller_amd64\.exe$/i, source: observed('Media of DPM 2007 and 2010') },
];

/** True for the file name of an x64 agent installer. */
export const isAgentInstaller = (fileName: string): boolean =>
  agentInstallerNames.some(({ pattern }) => pattern.test(fileName));

/** `\<InstallPath>\ProtectionAgents\RA` of every known product: where the newest installer is looked for. */
export const agentInstallerFolders: readonly ServerBinFolder[] = dpmServerBinFolders.map((folder) => ({
  ...folder,
  path: `${folder.path.slice(0, -'bin'.length)}${agentsBelowInstallPath.path}`,
  source: inferred(`${agentsBelowInstallPath.path} below the folder of ${folder.product}`),
}));

/**
 * Where a credential file given by its bare name is looked for. Both look like the current folder of whoever followed
 * the page, so dpm-prep always passes absolute paths.
 */
export const credentialLookup = {
  /** SetDpmServer -dpmCredential on the protected computer. */
  dpmCredential: {
    path: agentBinFolder.path,
    source: page('Configure a certificate on the DPM server'),
  },
  /** Attach-ProductionServerWithCertificate.ps1 -PSCredential on the DPM server. */
  psCredential: {
    path: '%windir%\\System32',
    source: page('Configure a certificate on the protected computer'),
  },
} as const satisfies Record<string, Location>;

/** The folder of the page's examples, so that carried files are often there. As an output folder it must exist before the command runs. */
export const exampleFolder: Location = { path: 'C:\\CertMetaData', source: page('Examples') };

export const outputFolder: Location = {
  path: 'C:\\Temp',
  source: page('Configure a certificate on the DPM server'),
};
