import { attachNonDomainServerParameters, type AttachNonDomainServer } from '../dpm/command-lines.js';
import { page } from '../dpm/source.js';
import { ListedComputers } from './protected-computers.js';
import type { Step } from './step.js';

export interface AttachNtlmInput extends AttachNonDomainServer {
  /** The DPM server's DPM\bin. */
  readonly binFolder: string;
}

/** Attach-NonDomainServer.ps1. Microsoft's page, "Attach the computer" and its examples. */
export const attachNtlm = (input: AttachNtlmInput): Step => ({
  id: `attach:${input.psName}`,
  title: `Attach ${input.psName} to the DPM server`,
  side: 'dpm-server',
  source: page('Attach the computer'),
  group: input.psName,
  probe: async (machine, record, _earlier, memory) => {
    const computers = await ListedComputers.of(machine, input.dpmServerName, memory?.listedComputers);
    const { exact, similar } = computers.find(input.psName);
    if (exact) {
      return {
        state: 'done',
        found: `${input.dpmServerName} lists ${exact.serverName} (${exact.state ?? 'no state'}).`,
        memory: { listedComputers: computers },
      };
    }
    if (!similar)
      return { state: 'not-done', found: `${input.dpmServerName} does not list ${input.psName}.` };
    return (record.everVerified ?? record.started)
      ? { state: 'done', found: `${input.dpmServerName} lists it as ${similar.serverName}.` }
      : {
          state: 'unknown',
          found: `${input.dpmServerName} lists ${similar.serverName}, which may be this computer or one of the same NetBIOS name.`,
        };
  },
  command: () => ({
    kind: 'script',
    tool: 'Attach-NonDomainServer.ps1',
    path: `${input.binFolder}\\Attach-NonDomainServer.ps1`,
    parameters: attachNonDomainServerParameters(input),
    takesPassword: true,
  }),
  verify: async (machine) => {
    const now = await ListedComputers.of(machine, input.dpmServerName);
    const { exact, similar } = now.find(input.psName);
    const listed = exact ?? similar;
    return listed
      ? {
          state: 'verified',
          found: `${input.dpmServerName} lists ${listed.serverName} (${listed.state ?? 'no state'}).`,
          memory: { listedComputers: now },
          // Which account belongs to which computer is shown nowhere else.
          facts: { psName: input.psName, userName: input.userName },
        }
      : {
          state: 'not-verified',
          found: `${input.dpmServerName} does not list ${input.psName}`,
        };
  },
  // The record appears asynchronously; others poll for up to a minute.
  patienceMs: 60_000,
});
