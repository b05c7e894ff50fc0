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

/** Refuses two names in different forms. */
const refuseForms = (dpmServerName: string, psName: string, handover: Handover | null): void => {
  const problem = nameFormProblem(dpmServerName, psName, handover?.productionServerDnsSuffix ?? null);
  if (problem === null) return;
  throw usageProblem(
    problem,
    'Use the names exactly as they were given to SetDpmServer on the protected computer.',
  );
};

const refuseListedOtherwise = async (
  context: CommandContext,
  machine: Machine | null,
  dpmServerName: string,
  psName: string,
): Promise<void> => {
  if (machine === null) return;
  const listed = await ListedComputers.of(machine, dpmServerName);
  refuseOtherMethod({ listed, journal: existingJournal(context, machine), psName, method: 'ntlm' });
};

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
        judge: async (name, { dpmServerName }) => {
          await judgeOtherName({ machine, facts, side: 'dpm-server', answers: context.answers })(name);
          refuseForms(dpmServerName?.text ?? name.text, name.text, handover);
          await refuseListedOtherwise(context, machine, dpmServerName?.text ?? name.text, name.text);
        },
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
  refuseForms(names.dpmServerName, names.psName, handover);
  await refuseListedOtherwise(context, machine, names.dpmServerName, names.psName);
  const journal = machine ? existingJournal(context, machine) : null;
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
