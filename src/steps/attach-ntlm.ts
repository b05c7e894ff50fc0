import { attachNonDomainServerParameters, type AttachNonDomainServer } from '../dpm/command-lines.js';
import { page } from '../dpm/source.js';
import { notListed, otherAttach } from './attach-listed.js';
import { attachFacts, attachStepId, endedUnseen, sameAttach, type AttachedWith } from './attach-record.js';
import { ListedComputers } from './protected-computers.js';
import type { Step } from './step.js';

export interface AttachNtlmInput extends AttachNonDomainServer {
  /** The DPM server's DPM\bin. */
  readonly binFolder: string;
  /** With what this computer was last attached to this DPM server, by the journal; null: not known. */
  readonly lastAttach: AttachedWith | null;
}

/** Attach-NonDomainServer.ps1. Microsoft's page, "Attach the computer" and its examples. */
export const attachNtlm = (input: AttachNtlmInput): Step => {
  const attach: AttachedWith = { method: 'ntlm', userName: input.userName };
  return {
    id: attachStepId(input.psName),
    title: `Attach ${input.psName} to the DPM server`,
    side: 'dpm-server',
    source: page('Attach the computer'),
    group: input.psName,
    probe: async (machine, record, _earlier, memory) => {
      const computers = await ListedComputers.of(machine, input.dpmServerName, memory?.listedComputers);
      const { computer, text } = computers.find(input.psName);
      const facts = attachFacts(attach);
      if (computer === null)
        return { state: 'not-done', found: `${text}.`, facts, memory: { listedComputers: computers } };
      const known = sameAttach(input.lastAttach, attach) || endedUnseen(record);
      if (known && computer.authentication !== 'certificate') {
        return {
          state: 'done',
          found: `${text}, attached with the account ${input.userName}.`,
          facts,
          memory: { listedComputers: computers },
        };
      }
      return {
        state: 'not-done',
        found: `${text}, but nothing shows that it was attached with the account ${input.userName}.`,
        facts,
        memory: { listedComputers: computers },
      };
    },
    command: () => ({
      kind: 'script',
      tool: 'Attach-NonDomainServer.ps1',
      path: `${input.binFolder}\\Attach-NonDomainServer.ps1`,
      parameters: attachNonDomainServerParameters(input),
      takesPassword: true,
    }),
    password: `The script asks for the password of the local account ${input.userName} on ${input.psName}: the one that you gave to SetDpmServer there.`,
    verify: async (machine, { before, result }) => {
      const now = await ListedComputers.of(machine, input.dpmServerName);
      const lookup = now.find(input.psName);
      const was = before.memory?.listedComputers;
      const other = otherAttach({ psName: input.psName, method: 'ntlm', before: was, now, result });
      if (other) return other;
      return lookup.computer
        ? {
            state: 'verified',
            found: `${lookup.text}.`,
            memory: { listedComputers: now },
            // Which account belongs to which computer is shown nowhere else.
            facts: { psName: input.psName, userName: input.userName, ...attachFacts(attach) },
          }
        : notListed(lookup);
    },
    // The record appears asynchronously; others poll for up to a minute.
    patienceMs: 60_000,
  };
};
