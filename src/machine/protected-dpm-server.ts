import { mayBeSameComputer } from '../dpm/names.js';
import type { Machine, MachineOptions } from './machine.js';
import type { Answer } from './questions.js';
import { wrapped } from './wrapped.js';

type Installation = Answer<'installation'>;

const setDpmServer = 'SetDpmServer.exe';

/** A DPM server's own agent may name the DPM server itself: that is not a DPM server that protects it. */
const others = (names: readonly string[], own: readonly string[]): string[] =>
  names.filter((name) => !own.some((one) => mayBeSameComputer(one, name)));

const ofProtectedComputer = async (
  machine: Machine,
  installation: Installation,
  agentBin: string,
  options: MachineOptions | undefined,
): Promise<Installation> => {
  if (installation.role !== 'dpm-server') return installation;
  const { netbiosName, fqdn } = await machine.ask('computer', {}, options);
  const own = [netbiosName, ...(fqdn === null ? [] : [fqdn])];
  const { binFolder, agentConfiguration, owners } = installation;
  const here =
    binFolder === null ? null : await machine.files.stat(machine.files.join(binFolder, setDpmServer));
  const there = here === null ? await machine.files.stat(machine.files.join(agentBin, setDpmServer)) : null;
  return {
    ...installation,
    role: 'protected-computer',
    isDpmServer: true,
    binFolder: there === null ? binFolder : agentBin,
    owners: others(owners, own),
    agentConfiguration: agentConfiguration && {
      ...agentConfiguration,
      dpmServers: others(agentConfiguration.dpmServers, own),
    },
  };
};

/**
 * A DPM server, seen as the computer that another DPM server protects: its own agent is the agent. Where SetDpmServer.exe
 * is on a DPM server is not documented: DPM's own bin folder, else `agentBin`, the documented folder of an agent.
 */
export const protectedDpmServer = (machine: Machine, agentBin: string): Machine =>
  wrapped(machine, {
    ask: async (question, input, options) => {
      const answer = await machine.ask(question, input, options);
      return question === 'installation'
        ? ((await ofProtectedComputer(machine, answer as Installation, agentBin, options)) as typeof answer)
        : answer;
    },
  });
