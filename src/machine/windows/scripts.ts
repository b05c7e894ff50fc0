import type { ActName } from '../acts.js';
import type { QuestionName } from '../questions.js';
import actProtectFolder from '../../powershell/act-protect-folder.ps1';
import actRefreshComputer from '../../powershell/act-refresh-computer.ps1';
import askAgentInstallers from '../../powershell/ask-agent-installers.ps1';
import askCommandParameters from '../../powershell/ask-command-parameters.ps1';
import askComputer from '../../powershell/ask-computer.ps1';
import askFirewallRules from '../../powershell/ask-firewall-rules.ps1';
import askInstallation from '../../powershell/ask-installation.ps1';
import askInstallationLog from '../../powershell/ask-installation-log.ps1';
import askListeningPorts from '../../powershell/ask-listening-ports.ps1';
import askLocalUsers from '../../powershell/ask-local-users.ps1';
import askProtectedComputers from '../../powershell/ask-protected-computers.ps1';
import askRunningTools from '../../powershell/ask-running-tools.ps1';
import preamble from '../../powershell/preamble.ps1';
import runCmdletText from '../../powershell/run-cmdlet.ps1';
import runScriptText from '../../powershell/run-script.ps1';
import tool from '../../powershell/tool.ps1';
import { shorten } from './shorten.js';

/** A constant text for PowerShell; no value of a call is ever in it. */
export interface Script {
  readonly name: string;
  readonly text: string;
  /** For a question: the time after which it counts as not answered, in milliseconds. */
  readonly timeoutMs: number;
}

const assemble = (name: string, parts: readonly string[], timeoutMs = 60_000): Script => ({
  name,
  text: parts.map(shorten).join('\n'),
  timeoutMs,
});

const plain = (name: string, text: string): Script => assemble(name, [preamble, text]);
/** DPM's module takes its time to load, and its server to answer. */
const withTool = (name: string, text: string): Script => assemble(name, [preamble, tool, text], 180_000);

/** Questions that no script answers: plain sockets do (machine/network.ts). */
export type NetworkQuestion = 'name-resolution' | 'port-probe' | 'clock-difference';

export const questionScripts: Partial<Record<Exclude<QuestionName, NetworkQuestion>, Script>> = {
  computer: plain('ask-computer', askComputer),
  installation: plain('ask-installation', askInstallation),
  'agent-installers': plain('ask-agent-installers', askAgentInstallers),
  'installation-log': plain('ask-installation-log', askInstallationLog),
  'local-users': plain('ask-local-users', askLocalUsers),
  'firewall-rules': plain('ask-firewall-rules', askFirewallRules),
  'command-parameters': withTool('ask-command-parameters', askCommandParameters),
  'protected-computers': withTool('ask-protected-computers', askProtectedComputers),
  'running-tools': withTool('ask-running-tools', askRunningTools),
  'listening-ports': plain('ask-listening-ports', askListeningPorts),
};

export const actScripts: Partial<Record<ActName, Script>> = {
  'refresh-computer': withTool('act-refresh-computer', actRefreshComputer),
  'protect-folder': plain('act-protect-folder', actProtectFolder),
};

export const runScript = withTool('run-script', runScriptText);
export const runCmdlet = withTool('run-cmdlet', runCmdletText);
