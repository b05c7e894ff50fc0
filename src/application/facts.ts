import { binFolders } from '../dpm/locations.js';
import { mayBeSameComputer } from '../dpm/names.js';
import type { Machine } from '../machine/machine.js';
import type { Answer } from '../machine/questions.js';
import { checkProblem } from '../problem.js';
import { agentIsInstalled } from '../steps/agent.js';
import { agentProducts, type AgentProduct } from '../steps/uninstall-agent.js';

export interface ComputerFacts {
  readonly computer: Answer<'computer'>;
  readonly installation: Answer<'installation'>;
}

/** What the computer says of itself: asked before a plan is made, so that making it needs no I/O. */
export const computerFacts = async (machine: Machine): Promise<ComputerFacts> => {
  const [computer, installation] = await Promise.all([
    machine.ask('computer', {}),
    machine.ask('installation', {}),
  ]);
  return { computer, installation };
};

export const isThisComputer = (facts: ComputerFacts, name: string): boolean =>
  [facts.computer.netbiosName, facts.computer.fqdn].some(
    (own) => own !== null && mayBeSameComputer(own, name),
  );

/** Folder of SetDpmServer.exe: where the agent is, or where it will be (documented default). */
export const agentBinFolder = (facts: ComputerFacts | null): string =>
  facts?.installation.role === 'protected-computer' && facts.installation.binFolder !== null
    ? facts.installation.binFolder
    : binFolders.protectedComputer;

/** Folder of the DPM server's scripts. */
export const serverBinFolder = (facts: ComputerFacts | null): string =>
  facts?.installation.role === 'dpm-server' && facts.installation.binFolder !== null
    ? facts.installation.binFolder
    : binFolders.dpmServer;

export const requireAgent = (facts: ComputerFacts | null, command: string): void => {
  if (facts === null || agentIsInstalled(facts.installation)) return;
  if (facts.installation.role === 'dpm-server') refuseDpmServer(facts, command);
  throw checkProblem(
    `There is no DPM protection agent on ${facts.computer.netbiosName}, so there is no SetDpmServer.exe to run. Nothing was changed.`,
    'Install it first: dpm-prep install-agent',
  );
};

/** The agent's products. Throws a Problem (exit 3) where an agent is there that Windows does not list among its programs. */
export const removableProducts = ({ computer, installation }: ComputerFacts): readonly AgentProduct[] => {
  const products = agentProducts(installation);
  if (products.length > 0 || !agentIsInstalled(installation)) return products;
  throw checkProblem(
    `An agent is installed on ${computer.netbiosName}, and no "DPM Protection Agent" is among its installed programs, so dpm-prep cannot uninstall it. Nothing was changed.`,
    'Uninstall it in "Programs and Features", then run: dpm-prep again',
  );
};

export const refuseDpmServer = (facts: ComputerFacts | null, command: string): void => {
  if (facts?.installation.role !== 'dpm-server') return;
  throw checkProblem(
    `${facts.computer.netbiosName} is a DPM server, and "dpm-prep ${command}" runs only on a protected computer. Nothing was changed.`,
    'Run it on the protected computer.',
    `If another DPM server is to protect this one: dpm-prep ${command} --workload secondary-dpm-server`,
  );
};

export const requireDpmServer = (facts: ComputerFacts | null, command: string): void => {
  if (facts === null || facts.installation.role === 'dpm-server') return;
  throw checkProblem(
    `${facts.computer.netbiosName} is not a DPM server, and "dpm-prep ${command}" runs only on a DPM server. Nothing was changed.`,
    'Run it on the DPM server.',
  );
};
