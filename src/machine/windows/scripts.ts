import type { ActName } from '../acts.js';
import type { QuestionName } from '../questions.js';
import actAddCaCertificate from '../../powershell/act-add-ca-certificate.ps1';
import actCopyToLocalComputer from '../../powershell/act-copy-to-local-computer.ps1';
import actDeleteAgentFolder from '../../powershell/act-delete-agent-folder.ps1';
import actImportPfx from '../../powershell/act-import-pfx.ps1';
import actProtectFolder from '../../powershell/act-protect-folder.ps1';
import actRefreshComputer from '../../powershell/act-refresh-computer.ps1';
import askAgentInstallers from '../../powershell/ask-agent-installers.ps1';
import askCaCertificates from '../../powershell/ask-ca-certificates.ps1';
import askCertificates from '../../powershell/ask-certificates.ps1';
import askClusterResources from '../../powershell/ask-cluster-resources.ps1';
import askCommandParameters from '../../powershell/ask-command-parameters.ps1';
import askComputer from '../../powershell/ask-computer.ps1';
import askDataSources from '../../powershell/ask-data-sources.ps1';
import askDomainController from '../../powershell/ask-domain-controller.ps1';
import askDpmModule from '../../powershell/ask-dpm-module.ps1';
import askFirewallRules from '../../powershell/ask-firewall-rules.ps1';
import askInstallation from '../../powershell/ask-installation.ps1';
import askInstallationLog from '../../powershell/ask-installation-log.ps1';
import askInstalledPrograms from '../../powershell/ask-installed-programs.ps1';
import askIpsec from '../../powershell/ask-ipsec.ps1';
import askLastStart from '../../powershell/ask-last-start.ps1';
import askListeningPorts from '../../powershell/ask-listening-ports.ps1';
import askLocalUsers from '../../powershell/ask-local-users.ps1';
import askProtectedComputers from '../../powershell/ask-protected-computers.ps1';
import askRegistryValues from '../../powershell/ask-registry-values.ps1';
import askRunningJobs from '../../powershell/ask-running-jobs.ps1';
import askRunningTools from '../../powershell/ask-running-tools.ps1';
import askServices from '../../powershell/ask-services.ps1';
import askTrustedRoots from '../../powershell/ask-trusted-roots.ps1';
import askVolumes from '../../powershell/ask-volumes.ps1';
import certificates from '../../powershell/certificates.ps1';
import dpm from '../../powershell/dpm.ps1';
import keyRecord from '../../powershell/key-record.cs';
import keys from '../../powershell/keys.ps1';
import preamble from '../../powershell/preamble.ps1';
import runCmdletText from '../../powershell/run-cmdlet.ps1';
import runScriptOnConsoleText from '../../powershell/run-script-on-console.ps1';
import runScriptText from '../../powershell/run-script.ps1';
import running from '../../powershell/running.ps1';
import tool from '../../powershell/tool.ps1';
import windows from '../../powershell/windows.ps1';
import { reached } from './fragments.js';
import { shorten } from './shorten.js';

/** A constant text for PowerShell; no value of a call is ever in it. */
export interface Script {
  readonly name: string;
  readonly text: string;
  /** For a question: the time after which it counts as not answered, in milliseconds. */
  readonly timeoutMs: number;
  /** C# that the script may compile; it goes along with the request, for which a command line has no room. Constant. */
  readonly source?: string;
}

/** A script that runs as a file loads its fragments by this line. Here they stand in front of it. */
const loadsFragments = /^if \(-not \$DpmPrepPreamble\) .*$/m;

/** The last part is the script itself, the ones before it are shared. */
const assemble = (name: string, parts: readonly string[], timeoutMs = 60_000): Script => {
  const own = (parts.at(-1) ?? '').replace(loadsFragments, '');
  return { name, text: shorten(`${reached(parts.slice(0, -1), own)}\n${own}`), timeoutMs };
};

const plain = (name: string, text: string): Script => assemble(name, [preamble, text]);
const withWindows = (name: string, text: string): Script => assemble(name, [preamble, windows, text]);
const withCertificates = (name: string, text: string): Script =>
  assemble(name, [preamble, certificates, text], 120_000);
const withRunning = (name: string, text: string): Script => assemble(name, [preamble, running, text]);
/** DPM's module takes its time to load, and its server to answer. */
const withDpm = (name: string, text: string): Script =>
  assemble(name, [preamble, running, tool, dpm, text], 180_000);

/** Questions that no script answers: plain sockets do (machine/network.ts). */
export type NetworkQuestion = 'name-resolution' | 'port-probe' | 'clock-difference';

export const questionScripts: Readonly<Record<Exclude<QuestionName, NetworkQuestion>, Script>> = {
  'agent-installers': withWindows('ask-agent-installers', askAgentInstallers),
  'ca-certificates': withCertificates('ask-ca-certificates', askCaCertificates),
  certificates: {
    ...assemble('ask-certificates', [preamble, certificates, keys, askCertificates], 120_000),
    source: keyRecord,
  },
  'cluster-resources': withDpm('ask-cluster-resources', askClusterResources),
  'command-parameters': withDpm('ask-command-parameters', askCommandParameters),
  computer: withWindows('ask-computer', askComputer),
  'data-sources': withDpm('ask-data-sources', askDataSources),
  'domain-controller': plain('ask-domain-controller', askDomainController),
  'dpm-module': withDpm('ask-dpm-module', askDpmModule),
  'firewall-rules': plain('ask-firewall-rules', askFirewallRules),
  installation: withWindows('ask-installation', askInstallation),
  'installation-log': withWindows('ask-installation-log', askInstallationLog),
  'installed-programs': withWindows('ask-installed-programs', askInstalledPrograms),
  ipsec: plain('ask-ipsec', askIpsec),
  'last-start': plain('ask-last-start', askLastStart),
  'listening-ports': plain('ask-listening-ports', askListeningPorts),
  'local-users': plain('ask-local-users', askLocalUsers),
  'protected-computers': withDpm('ask-protected-computers', askProtectedComputers),
  'registry-values': plain('ask-registry-values', askRegistryValues),
  'running-jobs': withDpm('ask-running-jobs', askRunningJobs),
  'running-tools': withRunning('ask-running-tools', askRunningTools),
  services: withWindows('ask-services', askServices),
  'trusted-roots': withCertificates('ask-trusted-roots', askTrustedRoots),
  volumes: withWindows('ask-volumes', askVolumes),
};

/** An act shows its name to others as long as it runs: one that outlived us is not begun a second time. */
const act = (name: ActName, parts: readonly string[], text: string, timeoutMs?: number): Script =>
  assemble(
    `act-${name}`,
    [preamble, running, ...parts, `$DpmPrepRun = Enter-Run '${name}'\n${text}`],
    timeoutMs,
  );

export const actScripts: Readonly<Record<ActName, Script>> = {
  'add-ca-certificate': act('add-ca-certificate', [certificates], actAddCaCertificate, 120_000),
  'copy-to-local-computer': act('copy-to-local-computer', [certificates], actCopyToLocalComputer, 120_000),
  'delete-agent-folder': act('delete-agent-folder', [windows], actDeleteAgentFolder),
  'import-pfx': act('import-pfx', [certificates], actImportPfx, 120_000),
  'protect-folder': act('protect-folder', [], actProtectFolder),
  'refresh-computer': act('refresh-computer', [tool, dpm], actRefreshComputer, 180_000),
};

export const runScriptOnConsole = withDpm('run-script-on-console', runScriptOnConsoleText);
export const runScript = withDpm('run-script', runScriptText);
export const runCmdlet = withDpm('run-cmdlet', runCmdletText);
