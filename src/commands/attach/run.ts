import { complete } from '../../answers/complete.js';
import type { Machine } from '../../machine/machine.js';
import { usageProblem } from '../../problem.js';
import { nameFormProblem, ntlmAttachPlan } from '../../procedures/ntlm.js';
import type { Report } from '../../run/report.js';
import { runInventoryAttach } from '../../application/attach/inventory.js';
import { runCertificateAttach } from '../../application/attach/certificate.js';
import type { CommandContext, CommandModule } from '../../application/command.js';
import {
  computerFacts,
  requireDpmServer,
  serverBinFolder,
  type ComputerFacts,
} from '../../application/facts.js';
import { readHandover, refuseOtherPair, withHandover } from '../../application/handover-file.js';
import { inventoryOf } from '../../application/inventory.js';
import { machineFor } from '../../application/machine.js';
import { runProcedure, unattendedNeeds } from '../../application/procedure.js';

/** The DPM server's part of the NTLM way. */
const runNtlmAttach = async (
  context: CommandContext,
  machine: Machine | null,
  facts: ComputerFacts | null,
): Promise<Report> => {
  const own = facts?.computer.netbiosName;
  const answers = await complete(
    context.answers,
    [
      { key: 'dpmServerName', ...(own === undefined ? {} : { suggestion: own }) },
      { key: 'psName' },
      { key: 'userName' },
    ],
    context.prompter,
    unattendedNeeds(context, { password: true }),
  );
  const names = {
    dpmServerName: answers.dpmServerName.text,
    psName: answers.psName.text,
    userName: answers.userName,
    productionServerDnsSuffix: answers.productionServerDnsSuffix ?? null,
  };
  const problem = nameFormProblem(names.dpmServerName, names.psName, names.productionServerDnsSuffix);
  if (problem !== null)
    throw usageProblem(
      problem,
      'Use the names exactly as they were given to SetDpmServer on the protected computer.',
    );
  return runProcedure(context, {
    plan: ntlmAttachPlan({ names, binFolder: serverBinFolder(facts) }),
    machine,
    answers: { ...answers, auth: 'ntlm' },
    findings: [],
    next: () => null,
    notes: () => [`${names.psName} can now be added to a protection group in the DPM console.`],
  });
};

/** Attaches by handover file or by names. */
export const runAttach = async (
  context: CommandContext,
  machine: Machine | null,
  facts: ComputerFacts | null,
): Promise<Report> => {
  const path = context.answers.handover;
  const handover = path === undefined || machine === null ? null : await readHandover(machine, path);
  if (handover && facts) refuseOtherPair(handover, facts, 'dpm-server');
  const answers = withHandover(context.answers, handover);
  const known = { ...context, answers };
  const certificate =
    answers.auth === 'certificate' || (answers.auth === undefined && answers.psCredential !== undefined);
  return certificate
    ? runCertificateAttach(known, machine, facts, handover)
    : runNtlmAttach(known, machine, facts);
};

const run: CommandModule['run'] = async (context) => {
  const machine = await machineFor(context, 'dpm-server');
  const facts = machine ? await computerFacts(machine) : null;
  requireDpmServer(facts, context.spec.name);
  const entries = await inventoryOf(context, machine);
  if (machine && facts && entries.length > 0) return runInventoryAttach(context, machine, facts, entries);
  return runAttach(context, machine, facts);
};

export default { run } satisfies CommandModule;
