import { attachProductionServerWithCertificateParameters, tool } from '../dpm/command-lines.js';
import { page } from '../dpm/source.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem } from '../problem.js';
import { ListedComputers } from './protected-computers.js';
import type { Step } from './step.js';

export interface AttachCertificateInput {
  /** The DPM server's DPM\bin. */
  readonly binFolder: string;
  readonly dpmServerName: string;
  readonly psName: string;
  /** Absolute path of the protected computer's credential file. */
  readonly psCredential: string;
  /** What was judged to be the protected computer's file; null in a dry run without a computer. */
  readonly sha256: string | null;
}

/** The file may have been replaced since it was judged: the last look before the script gets it. */
const refuseReplaced = async (machine: Machine, input: AttachCertificateInput): Promise<void> => {
  if (input.sha256 === null) return;
  const entry = await machine.files.stat(input.psCredential);
  if (entry?.kind === 'file' && (await machine.files.sha256(input.psCredential)) === input.sha256) return;
  throw checkProblem(
    `${input.psCredential} is not the file any more that was checked a moment ago. Nothing was changed.`,
    'Find out who replaces it, then run the same command again.',
  );
};

/**
 * Attach-ProductionServerWithCertificate.ps1. The script removes every computer that is protected by certificate when it
 * is given the DPM server's own .bin, so the list is taken before and after. The page, "Attach the computer".
 */
export const attachCertificate = (input: AttachCertificateInput): Step => ({
  id: `attach:${input.psName}`,
  title: `Attach ${input.psName} to the DPM server, by certificate`,
  side: 'dpm-server',
  source: page('Attach the computer'),
  group: input.psName,
  // In a plan for many computers the list after one attach is the list before the next: one question for each.
  probe: async (machine, record, _earlier, memory) => {
    const computers = await ListedComputers.of(machine, input.dpmServerName, memory?.listedComputers);
    const { exact, similar } = computers.find(input.psName);
    const listed = exact ?? ((record.everVerified ?? record.started) ? similar : null);
    if (listed) {
      return {
        state: 'done',
        found: `${input.dpmServerName} lists ${listed.serverName} (${listed.state ?? 'no state'}).`,
        memory: { listedComputers: computers },
      };
    }
    await refuseReplaced(machine, input);
    return {
      state: 'not-done',
      found: `${input.dpmServerName} does not list ${input.psName}.`,
      facts: { listedBefore: computers.all.length },
      memory: { listedComputers: computers },
    };
  },
  command: () => ({
    kind: 'script',
    tool: tool.attachProductionServerWithCertificate,
    path: `${input.binFolder}\\${tool.attachProductionServerWithCertificate}`,
    parameters: attachProductionServerWithCertificateParameters(input),
  }),
  verify: async (machine, { before }) => {
    const now = await ListedComputers.of(machine, input.dpmServerName);
    const listedBefore = before.memory?.listedComputers;
    const lost = listedBefore === undefined ? [] : now.missingSince(listedBefore);
    if (lost.length > 0) {
      return {
        state: 'not-verified',
        harm: true,
        found: `COMPUTERS ARE MISSING from the list of ${input.dpmServerName} that were there before this attach: ${lost.join(', ')}.`,
        fix: [
          'Do not run it again. Keep the DPM server as it is, and its protection groups.',
          'Attach each missing computer again with its own credential file: dpm-prep attach --handover <computer>.handover.json',
          `Compare the file that was used, ${input.psCredential}, with the DPM server's own .bin.`,
        ],
      };
    }
    const { exact, similar } = now.find(input.psName);
    const listed = exact ?? similar;
    return listed
      ? {
          state: 'verified',
          found: `${input.dpmServerName} lists ${listed.serverName} (${listed.state ?? 'no state'}); no other computer is missing.`,
          memory: { listedComputers: now },
        }
      : {
          state: 'not-verified',
          found: `${input.dpmServerName} does not list ${input.psName}`,
        };
  },
  patienceMs: 60_000,
});
