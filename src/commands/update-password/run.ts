import { complete } from '../../answers/complete.js';
import type { InventoryEntry } from '../../answers/inventory.js';
import { readPasswordFile, unattendedPassword } from '../../answers/password.js';
import { tool } from '../../dpm/command-lines.js';
import { binFolders } from '../../dpm/locations.js';
import { nameForm, sameName } from '../../dpm/names.js';
import type { Machine } from '../../machine/machine.js';
import { checkProblem, usageProblem, type Problem } from '../../problem.js';
import {
  nameFormProblem,
  updatePasswordProtectedPlan,
  updatePasswordServerPlan,
} from '../../procedures/ntlm.js';
import { lineOf } from '../../procedures/plan.js';
import type { NextAction, Report } from '../../run/report.js';
import type { CommandContext, CommandModule, KeysOf } from '../../application/command.js';
import {
  agentBinFolder,
  computerFacts,
  requireAgent,
  requireDpmServer,
  serverBinFolder,
  type ComputerFacts,
} from '../../application/facts.js';
import { readHandover, refuseContradiction } from '../../application/handover-file.js';
import { inventoryOf } from '../../application/inventory.js';
import { machineFor } from '../../application/machine.js';
import { methodOfListed } from '../../application/attach/other-method.js';
import { existingJournal, lastNtlmNames } from '../../application/past-runs.js';
import { passwordNeeds, runProcedure, unattendedNeeds } from '../../application/procedure.js';
import { ListedComputers } from '../../steps/protected-computers.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const next = (dpmServerName: string, psName: string | null): NextAction => ({
  side: 'dpm-server',
  computer: dpmServerName,
  instructions: ['Run the command below there, and give the same new password.'],
  command: `dpm-prep update-password --dpm-server-name ${dpmServerName} --ps-name ${psName ?? '<this computer>'}`,
  documentedCommand: lineOf(
    updatePasswordServerPlan({
      binFolder: binFolders.dpmServer,
      dpmServerName,
      psName: psName ?? '<this computer>',
    }),
    tool.updateNonDomainServerInfo,
  ),
  handoverFile: null,
});

const onProtectedComputer = async (
  context: CommandContext<Keys>,
  machine: Machine | null,
  facts: ComputerFacts | null,
): Promise<Report> => {
  requireAgent(facts, context.spec.name);
  const before = machine ? lastNtlmNames(context, machine) : null;
  const used = before?.dpmServerName ?? facts?.installation.owners[0];
  const answers = await complete(
    context.answers,
    [{ key: 'dpmServerName', ...(used === undefined ? {} : { suggestion: used }) }],
    context.prompter,
    [...passwordNeeds(context), ...unattendedNeeds(context)],
  );
  const dpmServerName = answers.dpmServerName.text;
  if (used !== undefined && !sameName(used, dpmServerName)) {
    throw checkProblem(
      `The agent was configured with the DPM server name ${used}; ${dpmServerName} is a different name. Use the same name in the same form (ID 32685). Nothing was changed.`,
      `Use --dpm-server-name ${used}`,
    );
  }
  const psName = answers.psName?.text ?? before?.psName ?? null;
  return runProcedure(context, {
    plan: updatePasswordProtectedPlan({
      binFolder: agentBinFolder(facts),
      dpmServerName,
      userName: before?.userName ?? null,
    }),
    machine,
    answers,
    findings: [],
    password: () => unattendedPassword(answers, context.environment),
    next: () => next(dpmServerName, psName),
  });
};

const noPassword = (psName: string): Problem =>
  checkProblem(
    `${psName} is protected by certificate: there is no password to update. Nothing was changed.`,
    'To renew its certificate, see: dpm-prep renew-cert --help',
  );

/** A computer that is protected by certificate has no password that the DPM server could be told. */
const refuseCertificate = async (
  context: CommandContext,
  machine: Machine,
  dpmServerName: string,
  psNames: readonly string[],
): Promise<void> => {
  const listed = await ListedComputers.of(machine, dpmServerName);
  const journal = existingJournal(context, machine);
  const which = psNames.filter((psName) => methodOfListed(listed, journal, psName) === 'certificate');
  if (which.length > 0) throw noPassword(which.join(', '));
};

const onDpmServer = async (
  context: CommandContext<Keys>,
  machine: Machine | null,
  facts: ComputerFacts | null,
): Promise<Report> => {
  const own = facts?.computer.netbiosName;
  const before = machine ? lastNtlmNames(context, machine) : null;
  const answers = await complete(
    context.answers,
    [
      {
        key: 'dpmServerName',
        ...((before?.dpmServerName ?? own) === undefined
          ? {}
          : { suggestion: before?.dpmServerName ?? own ?? '' }),
      },
      { key: 'psName', ...(before?.psName === undefined ? {} : { suggestion: before.psName }) },
    ],
    context.prompter,
    [...passwordNeeds(context), ...unattendedNeeds(context)],
  );
  const dpmServerName = answers.dpmServerName.text;
  const psName = answers.psName.text;
  const problem = nameFormProblem(dpmServerName, psName, null);
  if (problem !== null)
    throw usageProblem(problem, 'Use the names exactly as they were used for the attach.');
  if (machine) await refuseCertificate(context, machine, dpmServerName, [psName]);
  return runProcedure(context, {
    plan: updatePasswordServerPlan({ binFolder: serverBinFolder(facts), dpmServerName, psName }),
    machine,
    answers,
    findings: [],
    password: () => unattendedPassword(answers, context.environment),
    next: () => null,
  });
};

/** A row that names a handover file must say the same as that file. */
const refuseContradictions = async (machine: Machine, entries: readonly InventoryEntry[]): Promise<void> => {
  for (const { psName, at, handover: path, userName } of entries) {
    if (path === null) continue;
    const handover = await readHandover(machine, path);
    if (!sameName(handover.psName, psName))
      throw usageProblem(`${psName} (${at}): the handover file ${path} is of ${handover.psName}.`);
    if (handover.method === 'certificate') throw noPassword(`${psName} (${at})`);
    refuseContradiction('userName', userName ?? undefined, handover.userName);
  }
};

/** Many computers on the DPM server: each its own password file, or one for all. */
const onInventory = async (
  context: CommandContext<Keys>,
  machine: Machine,
  facts: ComputerFacts,
  entries: readonly InventoryEntry[],
): Promise<Report> => {
  requireDpmServer(facts, context.spec.name);
  const answers = await complete(
    context.answers,
    [{ key: 'dpmServerName', suggestion: facts.computer.netbiosName }],
    context.prompter,
    [
      ...(entries.some(({ passwordFile }) => passwordFile === null) ? passwordNeeds(context) : []),
      ...unattendedNeeds(context),
    ],
  );
  const dpmServerName = answers.dpmServerName.text;
  const binFolder = serverBinFolder(facts);
  const passwords = new Map(
    entries.map(({ psName, passwordFile }) => [
      psName,
      passwordFile === null ? null : readPasswordFile(passwordFile),
    ]),
  );
  for (const { psName, at } of entries) {
    const problem = nameFormProblem(dpmServerName, psName, null);
    if (problem !== null) throw usageProblem(`${psName} (${at}): ${problem}`);
  }
  const wrong = entries.find(({ method }) => method === 'certificate');
  if (wrong !== undefined) throw noPassword(`${wrong.psName} (${wrong.at})`);
  await refuseCertificate(
    context,
    machine,
    dpmServerName,
    entries.map(({ psName }) => psName),
  );
  await refuseContradictions(machine, entries);
  const plans = entries.map(({ psName }) => updatePasswordServerPlan({ binFolder, dpmServerName, psName }));
  return runProcedure(context, {
    plan: {
      procedure: 'update-password',
      side: 'dpm-server',
      title: `Update the passwords of ${String(entries.length)} computers on ${dpmServerName}`,
      steps: plans.flatMap(({ steps }) => steps),
      notes: plans[0]?.notes ?? [],
    },
    machine,
    answers,
    findings: [],
    password: () => unattendedPassword(answers, context.environment),
    about: { listed: entries.map(({ psName }) => psName) },
    passwordFor: (step) => passwords.get(step.group ?? '') ?? null,
    next: () => null,
  });
};

const run: CommandModule<Keys>['run'] = async (context) => {
  const { answers } = context;
  // Without a role the names tell: only the DPM server must be told which computer it is about.
  const onServer =
    answers.psName !== undefined || answers.handover !== undefined || answers.inventory !== undefined;
  const machine = await machineFor(context, onServer ? 'dpm-server' : 'protected-computer');
  const facts = machine ? await computerFacts(machine) : null;
  const entries = await inventoryOf(context, machine);
  if (machine && facts && entries.length > 0) return onInventory(context, machine, facts, entries);
  const handover =
    answers.handover === undefined || machine === null ? null : await readHandover(machine, answers.handover);
  if (handover) {
    refuseContradiction('--dpm-server-name', answers.dpmServerName?.text, handover.dpmServerName);
    refuseContradiction('--ps-name', answers.psName?.text, handover.psName);
  }
  const named = (text: string) => ({ text, form: nameForm(text) });
  const known: CommandContext<Keys> = handover
    ? {
        ...context,
        answers: { ...answers, dpmServerName: named(handover.dpmServerName), psName: named(handover.psName) },
      }
    : context;
  const role = facts?.installation.role ?? (onServer ? 'dpm-server' : 'protected-computer');
  return role === 'dpm-server'
    ? onDpmServer(known, machine, facts)
    : onProtectedComputer(known, machine, facts);
};

export default { run } satisfies CommandModule<Keys>;
