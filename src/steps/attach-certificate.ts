import { attachProductionServerWithCertificateParameters, tool } from '../dpm/command-lines.js';
import { sameName } from '../dpm/names.js';
import { page } from '../dpm/source.js';
import { exitCode } from '../exit-code.js';
import { documentedLine, type ScriptCommand } from '../machine/command.js';
import type { Machine } from '../machine/machine.js';
import { Problem } from '../problem.js';
import { notListed, otherAttach } from './attach-listed.js';
import { judgeLoss, lossAdvice, lossText } from './attach-loss.js';
import {
  attachFacts,
  attachStepId,
  endedUnseen,
  lossUnknown,
  sameAttach,
  type AttachedWith,
} from './attach-record.js';
import { ListedComputers } from './protected-computers.js';
import type { Step, Verification } from './step.js';

export interface AttachCertificateInput {
  /** The DPM server's DPM\bin. */
  readonly binFolder: string;
  readonly dpmServerName: string;
  readonly psName: string;
  /** Absolute path of the protected computer's credential file. The script gets a private copy of it. */
  readonly psCredential: string;
  /** What was judged to be the protected computer's file; null in a dry run without a computer. */
  readonly sha256: string | null;
  /** With what this computer was last attached to this DPM server, by the journal; null: not known. */
  readonly lastAttach: AttachedWith | null;
  /** What was listed before an earlier attach with this file that nobody saw the end of; null: there was none. */
  readonly listedBeforeCut: readonly string[] | null;
}

const scriptOf = (input: AttachCertificateInput): ScriptCommand => ({
  kind: 'script',
  tool: tool.attachProductionServerWithCertificate,
  path: `${input.binFolder}\\${tool.attachProductionServerWithCertificate}`,
  parameters: attachProductionServerWithCertificateParameters(input),
  ...(input.sha256 === null ? {} : { checkedFile: { path: input.psCredential, sha256: input.sha256 } }),
});

export interface CutAttach {
  readonly dpmServerName: string;
  readonly psName: string;
  /** Path of the credential file, or its SHA-256 where the path is not known. */
  readonly psCredential: string;
  /** What was listed before an earlier attach with this file that nobody saw the end of; null: there was none. */
  readonly listedBeforeCut: readonly string[] | null;
}

/** An attach with this file was interrupted, and computers are gone since: nothing is attached after it. */
export const refuseAfterCut = (cut: CutAttach, computers: ListedComputers): void => {
  // Its own record may be on its way.
  const others = (cut.listedBeforeCut ?? []).filter((name) => !sameName(name, cut.psName));
  const lost = computers.missingOf(others);
  if (lost.length === 0) return;
  throw new Problem(exitCode.notVerified, {
    what: `${lossText(cut.dpmServerName, lost)} An earlier run with this credential file was interrupted. Nothing was changed now.`,
    fix: lossAdvice(lost, cut.psCredential),
  });
};

const listAfter = async (machine: Machine, dpmServerName: string): Promise<ListedComputers | Problem> => {
  try {
    return await ListedComputers.of(machine, dpmServerName);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
};

/** Without both lists nobody can say that no computer was lost. */
const unknownLoss = (input: AttachCertificateInput, why: string): Verification => ({
  state: 'not-verified',
  harm: true,
  found: `it is unknown whether ${input.dpmServerName} still lists every computer: ${why}`,
  fix: [
    'Do not run this attach again. Check in the DPM console (Management, Agents) whether computers are missing.',
    `Compare ${input.psCredential} with the DPM server's own .bin.`,
  ],
  facts: lossUnknown,
});

/**
 * Attach-ProductionServerWithCertificate.ps1. The script removes every computer that is protected by certificate when it
 * is given the DPM server's own .bin, so the list is taken before and after. The page, "Attach the computer".
 */
export const attachCertificate = (input: AttachCertificateInput): Step => ({
  id: attachStepId(input.psName),
  title: `Attach ${input.psName} to the DPM server, by certificate`,
  side: 'dpm-server',
  source: page('Attach the computer'),
  group: input.psName,
  // By its content: another file may lie at the path when a run is taken up again.
  ...(input.sha256 === null
    ? {}
    : {
        recordedAs: documentedLine({
          ...scriptOf(input),
          parameters: attachProductionServerWithCertificateParameters({
            ...input,
            psCredential: `SHA-256:${input.sha256}`,
          }),
        }),
      }),
  // In a plan for many computers the list after one attach is the list before the next: one question for each.
  probe: async (machine, record, _earlier, memory) => {
    const computers = await ListedComputers.of(machine, input.dpmServerName, memory?.listedComputers);
    refuseAfterCut(input, computers);
    const { computer, text } = computers.find(input.psName);
    const attach: AttachedWith | null =
      input.sha256 === null ? null : { method: 'certificate', sha256: input.sha256 };
    const facts = {
      ...(attach === null ? {} : attachFacts(attach)),
      ...(memory?.listedComputers === computers ? {} : { listedBefore: computers.names }),
    };
    if (computer === null)
      return { state: 'not-done', found: `${text}.`, facts, memory: { listedComputers: computers } };
    // DPM shows no property that tells with which file a computer was attached.
    const known = attach && (sameAttach(input.lastAttach, attach) || endedUnseen(record));
    if (known === true && computer.authentication !== 'ntlm') {
      return {
        state: 'done',
        found: `${text}, attached with this credential file.`,
        facts,
        memory: { listedComputers: computers },
      };
    }
    return {
      state: 'not-done',
      found: `${text}, but nothing shows that it was attached with this credential file.`,
      facts,
      memory: { listedComputers: computers },
    };
  },
  command: () => scriptOf(input),
  verify: async (machine, { before, result }) => {
    const was = before.memory?.listedComputers;
    if (was === undefined) {
      return unknownLoss(input, 'the list from before the attach is missing');
    }
    const now = await listAfter(machine, input.dpmServerName);
    if (now instanceof Problem) return unknownLoss(input, now.message);
    const file = { path: input.psCredential, sha256: input.sha256 };
    const harm = judgeLoss({ dpmServerName: input.dpmServerName, psName: input.psName, file }, was, now);
    if (harm) return harm;
    const other = otherAttach({ psName: input.psName, method: 'certificate', before: was, now, result });
    if (other) return other;
    const lookup = now.find(input.psName);
    return lookup.computer
      ? {
          state: 'verified',
          found: `${lookup.text}; no other computer is missing.`,
          memory: { listedComputers: now },
          facts: input.sha256 === null ? {} : attachFacts({ method: 'certificate', sha256: input.sha256 }),
        }
      : notListed(lookup);
  },
  patienceMs: 60_000,
});
