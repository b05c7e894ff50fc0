import { complete } from '../../answers/complete.js';
import type { AnswersOf, RunKey } from '../../answers/parameters.js';
import { unattendedPassword, type PasswordKey } from '../../answers/password.js';
import { parseComputerName, parseFqdn } from '../../dpm/names.js';
import { tool } from '../../dpm/command-lines.js';
import { handoverFileName } from '../../dpm/handover.js';
import { binFolders } from '../../dpm/locations.js';
import type { Machine } from '../../machine/machine.js';
import { usageProblem } from '../../problem.js';
import {
  nameFormProblem,
  ntlmAttachPlan,
  ntlmProtectedPlan,
  protectedComputerName,
  type NtlmNames,
} from '../../procedures/ntlm.js';
import { lineOf } from '../../procedures/plan.js';
import type { NextAction, Report } from '../../run/report.js';
import { handoverPath } from '../../steps/write-handover.js';
import type { CommandContext } from '../command.js';
import { agentBinFolder, type ComputerFacts } from '../facts.js';
import { judgeOtherName } from '../judge-name.js';
import { existingJournal, sinceAgentChanged } from '../past-runs.js';
import type { ProcedureKey } from '../parameter-groups.js';
import { passwordNeeds, runProcedure, unattendedNeeds } from '../procedure.js';

export type NtlmProtectedKey =
  | ProcedureKey
  | PasswordKey
  | 'auth'
  | 'dpmServerName'
  | 'psName'
  | 'userName'
  | 'productionServerDnsSuffix'
  | 'handoverFolder';

const psNameFor = async (
  context: CommandContext,
  answers: AnswersOf<'dpmServerName' | 'psName' | 'productionServerDnsSuffix'>,
  facts: ComputerFacts | null,
): Promise<string> => {
  const { dpmServerName, psName } = answers;
  const suffix = answers.productionServerDnsSuffix ?? null;
  if (psName !== undefined) return psName.text;
  if (dpmServerName === undefined) throw new Error('The DPM server name is asked before.');
  if (facts === null) return suffix === null ? '<computer>' : `<computer>.${suffix}`;
  const name = protectedComputerName(dpmServerName, suffix, facts.computer);
  if (name !== null) return name;
  const explain = `${dpmServerName.text} is an FQDN, so this computer must be named by FQDN too, and it has no DNS suffix.`;
  if (context.prompter === null) {
    throw usageProblem(
      explain,
      '--ps-name <name>: its FQDN, as the DPM server resolves it; or --production-server-dns-suffix <suffix>.',
    );
  }
  context.screen.paragraph(explain);
  return context.prompter.text(
    'FQDN of this computer, as the DPM server reaches it:',
    (text) => {
      const parsed = parseFqdn(text.trim());
      return parsed.ok ? null : parsed.problem;
    },
    `${facts.computer.netbiosName}.`,
  );
};

/** Refuses names in different forms, as soon as both are known. */
const refuseForms = (
  dpmServerName: string,
  psName: string | undefined,
  suffix: string | undefined,
  facts: ComputerFacts | null,
): void => {
  if (facts === null || psName === undefined) return;
  const problem = nameFormProblem(dpmServerName, psName, suffix ?? null);
  if (problem === null) return;
  throw usageProblem(problem, 'Use the FQDN of both computers, or the NetBIOS name of both.');
};

/** What the DPM server must do next: carried by the handover file. */
const attachNext = (names: NtlmNames, handoverFile: string): NextAction => ({
  side: 'dpm-server',
  computer: names.dpmServerName,
  instructions: [
    `Copy ${handoverFile} to the DPM server.`,
    'Run the command below there, in an elevated prompt. It asks for the password that you gave to SetDpmServer here.',
  ],
  command: `dpm-prep attach --handover ${handoverFileName(names.psName)}`,
  documentedCommand: lineOf(
    ntlmAttachPlan({ names, binFolder: binFolders.dpmServer, lastAttach: null }),
    tool.attachNonDomainServer,
  ),
  handoverFile,
});

/** Asks what is missing, builds the protected computer's NTLM plan and runs it. */
export const runNtlmProtected = async (
  context: CommandContext<NtlmProtectedKey>,
  machine: Machine | null,
  facts: ComputerFacts | null,
  install: { readonly installer: string; readonly answers: AnswersOf<NtlmProtectedKey | RunKey> } | null,
): Promise<Report> => {
  const given = install?.answers ?? context.answers;
  const suggestion = facts?.installation.owners[0];
  const answers = await complete(
    given,
    [
      {
        key: 'dpmServerName',
        suggestion,
        judge: async (name) => {
          await judgeOtherName({ machine, facts, side: 'protected-computer', answers: given })(name);
          refuseForms(name.text, given.psName?.text, given.productionServerDnsSuffix, facts);
        },
      },
      { key: 'userName' },
    ],
    context.prompter,
    [...passwordNeeds(context), ...unattendedNeeds(context)],
  );
  const psName = await psNameFor(context, answers, facts);
  const names: NtlmNames = {
    dpmServerName: answers.dpmServerName.text,
    psName,
    userName: answers.userName,
    productionServerDnsSuffix: answers.productionServerDnsSuffix ?? null,
  };
  refuseForms(names.dpmServerName, psName, answers.productionServerDnsSuffix, facts);
  const folder = answers.handoverFolder ?? machine?.files.absolute('.') ?? '.';
  const parsed = parseComputerName(psName);
  return runProcedure(context, {
    plan: ntlmProtectedPlan({
      names,
      binFolder: agentBinFolder(facts),
      installer: install?.installer ?? null,
      handoverFolder: folder,
      rehearsal: machine?.rehearsal ?? false,
      sinceChanged: sinceAgentChanged(machine ? existingJournal(context, machine) : null, install !== null),
    }),
    machine,
    answers: { ...answers, auth: 'ntlm', ...(parsed.ok ? { psName: parsed.value } : {}) },
    findings: [],
    password: () => unattendedPassword(answers, context.environment),
    next: () => attachNext(names, handoverPath(folder, psName)),
  });
};
