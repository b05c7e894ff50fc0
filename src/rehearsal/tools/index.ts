import type { FaultyTool } from '../faults.js';
import { agentInstaller } from './agent-installer.js';
import type { ProgramTool, ScriptTool } from './context.js';
import { attachNonDomainServer, refresh, updateNonDomainServerInfo } from './server-scripts.js';
import { deleteAgentFolder } from './delete-agent-folder.js';
import { msiexec } from './msiexec.js';
import { removeProductionServer } from './remove-production-server.js';
import { setDpmServer } from './set-dpm-server.js';

export type PracticeTool =
  | { readonly kind: 'program'; readonly fault: FaultyTool; readonly run: ProgramTool }
  | { readonly kind: 'script'; readonly fault: FaultyTool; readonly run: ScriptTool };

const tools: Readonly<Record<string, PracticeTool>> = {
  'dpmagentinstaller_x64.exe': { kind: 'program', fault: 'installer', run: agentInstaller },
  'setdpmserver.exe': { kind: 'program', fault: 'set-dpm-server', run: setDpmServer },
  'attach-nondomainserver.ps1': { kind: 'script', fault: 'attach', run: attachNonDomainServer },
  'update-nondomainserverinfo.ps1': { kind: 'script', fault: 'update-info', run: updateNonDomainServerInfo },
  'remove-productionserver.ps1': { kind: 'script', fault: 'remove', run: removeProductionServer },
  'msiexec.exe': { kind: 'program', fault: 'uninstall', run: msiexec },
  'delete-agent-folder': { kind: 'script', fault: 'delete-folder', run: deleteAgentFolder },
  'refresh-computer': { kind: 'script', fault: 'refresh', run: refresh },
};

/** The practice tool that stands for the file or act of this name, or null. */
export const practiceToolNamed = (name: string): PracticeTool | null => tools[name.toLowerCase()] ?? null;
