import { isAgentInstaller } from '../../dpm/locations.js';
import type { FaultyTool } from '../faults.js';
import type { ProgramTool, ScriptTool } from './context.js';

type PracticeTool =
  | { readonly kind: 'program'; readonly fault: FaultyTool | null; readonly run: ProgramTool }
  | { readonly kind: 'script'; readonly fault: FaultyTool | null; readonly run: ScriptTool };

type Load = () => Promise<PracticeTool>;

const program =
  (fault: FaultyTool | null, load: () => Promise<ProgramTool>): Load =>
  async () => ({ kind: 'program', fault, run: await load() });

const script =
  (fault: FaultyTool | null, load: () => Promise<ScriptTool>): Load =>
  async () => ({ kind: 'script', fault, run: await load() });

/** Each tool is loaded when it is started: a rehearsal starts many, and most need little. */
const tools: Readonly<Record<string, Load>> = {
  'dpmagentinstaller_x64.exe': program(
    'installer',
    async () => (await import('./agent-installer.js')).agentInstaller,
  ),
  'setdpmserver.exe': program(
    'set-dpm-server',
    async () => (await import('./set-dpm-server.js')).setDpmServer,
  ),
  'msiexec.exe': program('uninstall', async () => (await import('./msiexec.js')).msiexec),
  'certreq.exe': program('certreq', async () => (await import('./certreq.js')).certreq),
  'shutdown.exe': program(null, async () => (await import('./shutdown.js')).shutdown),
  'attach-nondomainserver.ps1': script(
    'attach',
    async () => (await import('./server-scripts.js')).attachNonDomainServer,
  ),
  'update-nondomainserverinfo.ps1': script(
    'update-info',
    async () => (await import('./server-scripts.js')).updateNonDomainServerInfo,
  ),
  'attach-productionserverwithcertificate.ps1': script(
    'attach-certificate',
    async () => (await import('./certificate-scripts.js')).attachWithCertificate,
  ),
  'set-dpmcredentials': script(
    'set-credentials',
    async () => (await import('./certificate-scripts.js')).setDpmCredentials,
  ),
  'remove-productionserver.ps1': script(
    'remove',
    async () => (await import('./remove-production-server.js')).removeProductionServer,
  ),
  'get-dpmproductioncluster': script(
    null,
    async () => (await import('./server-scripts.js')).getProductionCluster,
  ),
  'refresh-computer': script('refresh', async () => (await import('./server-scripts.js')).refresh),
  'import-pfx': script('import-pfx', async () => (await import('./acts.js')).importPfx),
  'add-ca-certificate': script(null, async () => (await import('./acts.js')).addCaCertificate),
  'copy-to-local-computer': script(null, async () => (await import('./acts.js')).copyToLocalComputer),
  'delete-agent-folder': script(
    'delete-agent-folder',
    async () => (await import('./acts.js')).deleteAgentFolder,
  ),
};

/** Loads the practice tool that stands for the file, cmdlet or act of this name; null where none does. */
export const practiceToolNamed = (name: string): Load | null => {
  // The installers of update rollups are named after their article.
  const lower = isAgentInstaller(name) ? 'dpmagentinstaller_x64.exe' : name.toLowerCase();
  return Object.hasOwn(tools, lower) ? (tools[lower] ?? null) : null;
};
