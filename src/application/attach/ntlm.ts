import { complete } from '../../answers/complete.js';
import { unattendedPassword, type PasswordKey } from '../../answers/password.js';
import type { Handover } from '../../dpm/handover.js';
import { offeredComputers } from '../known-computers.js';
import type { Machine } from '../../machine/machine.js';
import { usageProblem } from '../../problem.js';
import { nameFormProblem, ntlmAttachPlan } from '../../procedures/ntlm.js';
import type { Report } from '../../run/report.js';
import type { CommandContext } from '../command.js';
import { serverBinFolder, type ComputerFacts } from '../facts.js';
import { judgeOtherName } from '../judge-name.js';
import { existingJournal } from '../past-runs.js';
import { ListedComputers } from '../../steps/protected-computers.js';
import { lastAttachOf } from './history.js';
import { refuseOtherMethod } from './other-method.js';
import type { ProcedureKey } from '../parameter-groups.js';
import { passwordNeeds, runProcedure, unattendedNeeds } from '../procedure.js';

export type NtlmAttachKey = ProcedureKey | PasswordKey | 'auth' | 'dpmServerName' | 'psName' | 'userName';

/** The DPM server's part of the NTLM way. */
export const runNtlmAttach = async (
  context: CommandContext<NtlmAttachKey>,
  machine: Machine | null,
  facts: ComputerFacts | null,
  handover: Handover | null,
): Promise<Report> => {
  const own = facts?.computer.netbiosName;
  const answers = await complete(
    context.answers,
    [
      { key: 'dpmServerName', ...(own === undefined ? {} : { suggestion: own }) },
      {
        key: 'psName',
        offers: async () => offeredComputers(machine, own),
        judge: judgeOtherName({ machine, facts, side: 'dpm-server', answers: context.answers }),
      },
      { key: 'userName' },
    ],
    context.prompter,
    [...passwordNeeds(context), ...unattendedNeeds(context)],
  );
  const names = {
    dpmServerName: answers.dpmServerName.text,
    psName: answers.psName.text,
    userName: answers.userName,
    productionServerDnsSuffix: handover?.productionServerDnsSuffix ?? null,
  };
  const problem = nameFormProblem(names.dpmServerName, names.psName, names.productionServerDnsSuffix);
  if (problem !== null)
    throw usageProblem(
      problem,
      'Use the names exactly as they were given to SetDpmServer on the protected computer.',
    );
  const journal = machine ? existingJournal(context, machine) : null;
  if (machine) {
    const listed = await ListedComputers.of(machine, names.dpmServerName);
    refuseOtherMethod({ listed, journal, psName: names.psName, method: 'ntlm' });
  }
  return runProcedure(context, {
    plan: ntlmAttachPlan({
      names,
      binFolder: serverBinFolder(facts),
      lastAttach: lastAttachOf(journal, names.psName),
    }),
    machine,
    answers: { ...answers, auth: 'ntlm' },
    findings: [],
    password: () => unattendedPassword(answers, context.environment),
    next: () => null,
    notes: () => [`${names.psName} can now be added to a protection group in the DPM console.`],
  });
};
