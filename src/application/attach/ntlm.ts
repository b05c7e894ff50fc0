import { complete } from '../../answers/complete.js';
import type { Machine } from '../../machine/machine.js';
import { usageProblem } from '../../problem.js';
import { nameFormProblem, ntlmAttachPlan } from '../../procedures/ntlm.js';
import type { Report } from '../../run/report.js';
import type { CommandContext } from '../command.js';
import { serverBinFolder, type ComputerFacts } from '../facts.js';
import { existingJournal } from '../past-runs.js';
import { runProcedure, unattendedNeeds } from '../procedure.js';
import { lastAttachOf } from './history.js';

/** The DPM server's part of the NTLM way. */
export const runNtlmAttach = async (
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
    plan: ntlmAttachPlan({
      names,
      binFolder: serverBinFolder(facts),
      lastAttach: machine ? lastAttachOf(existingJournal(context, machine), names.psName) : null,
    }),
    machine,
    answers: { ...answers, auth: 'ntlm' },
    findings: [],
    next: () => null,
    notes: () => [`${names.psName} can now be added to a protection group in the DPM console.`],
  });
};
