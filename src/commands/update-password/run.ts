import { complete } from '../../answers/complete.js';
import type { InventoryEntry } from '../../answers/inventory.js';
import { readPasswordFile, unattendedPassword } from '../../answers/password.js';
import { tool } from '../../dpm/command-lines.js';
import { binFolders } from '../../dpm/locations.js';
import { nameForm, sameName } from '../../dpm/names.js';
import { changeText, sameChange, type PasswordChange } from '../../dpm/password-change.js';
import type { Machine } from '../../machine/machine.js';
import { checkProblem, usageProblem, type Problem } from '../../problem.js';
import {
  nameFormProblem,
  passwordBeforePlan,
  passwordNotePlan,
  updatePasswordProtectedPlan,
  updatePasswordServerPlan,
} from '../../procedures/ntlm.js';
import { lineOf, type Plan } from '../../procedures/plan.js';
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
import {
  computerPassword,
  serverPasswords,
  sinceOtherChange,
  type ToldPassword,
} from '../../application/password-state.js';
import { holdsPassword, noteServerState } from '../../steps/update-password.js';
import { ListedComputers } from '../../steps/protected-computers.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const changeOf = ({ generation, back }: CommandContext<Keys>['answers']): PasswordChange | null =>
  generation === undefined ? null : { generation, back: back ?? false };

const flagsOf = (change: PasswordChange | null): string =>
  change === null ? '' : ` --generation ${change.generation}${change.back ? ' --back' : ''}`;

const refuseWithoutGeneration = ({ generation, back }: CommandContext<Keys>['answers']): void => {
  if (generation === undefined && back === true)
    throw usageProblem('--back needs --generation.', 'Name the generation of the change.');
};

interface Account {
  readonly name: string;
  readonly passwordSet: Date;
}

/** A change with a generation needs to know the account, and leaves one alone that cannot log on. */
const usableAccount = async (machine: Machine, userName: string | null): Promise<Account> => {
  if (userName === null) {
    throw checkProblem(
      'dpm-prep did not configure this agent for NTLM, so its account is not known. Nothing was changed.',
      'Run update-password without --generation and without --server-state.',
    );
  }
  const { users } = await machine.ask('local-users', { names: [userName] });
  const user = users.find(({ name }) => sameName(name, userName));
  const fault =
    user === undefined
      ? 'does not exist'
      : !user.enabled
        ? 'is disabled'
        : user.locked === true
          ? 'is locked out'
          : user.passwordLastSet === null
            ? 'does not show when its password was set'
            : null;
  if (user?.passwordLastSet === undefined || user.passwordLastSet === null || fault !== null) {
    throw checkProblem(
      `The account ${userName} ${fault ?? 'cannot be read'}. Nothing was changed.`,
      'Fix the account first. If it is locked out, find out what uses a wrong password.',
    );
  }
  return { name: user.name, passwordSet: new Date(user.passwordLastSet) };
};

/** The note of what the DPM server says; only of the password that is set here now. */
const noteOnProtectedComputer = async (
  context: CommandContext<Keys>,
  machine: Machine,
  change: PasswordChange | null,
  state: 'server-told' | 'verified',
): Promise<Report> => {
  const { passwordSet } = await usableAccount(machine, lastNtlmNames(context, machine)?.userName ?? null);
  const here = computerPassword(existingJournal(context, machine), passwordSet);
  const isSet =
    here.at !== null && sameChange(here.change, change) && holdsPassword(passwordSet, { at: here.at });
  if (!isSet) {
    throw checkProblem(
      change === null
        ? 'dpm-prep did not set the password that is set here, or set it with a generation. Nothing was noted.'
        : `${changeText(change).replace('the', 'The')} is not the one that is set here. Nothing was noted.`,
      `To see what is set here: dpm-prep status`,
    );
  }
  const answers = await complete(context.answers, [], context.prompter, unattendedNeeds(context));
  return runProcedure(context, {
    plan: passwordNotePlan(noteServerState(state, change)),
    machine,
    answers,
    findings: [],
    next: () => null,
  });
};

const next = (dpmServerName: string, psName: string | null, change: PasswordChange | null): NextAction => ({
  side: 'dpm-server',
  computer: dpmServerName,
  instructions: ['Run the command below there, and give the same new password.'],
  command: `dpm-prep update-password --dpm-server-name ${dpmServerName} --ps-name ${psName ?? '<this computer>'}${flagsOf(change)}`,
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
  const change = changeOf(context.answers);
  const { serverState } = context.answers;
  if (serverState !== undefined && machine)
    return noteOnProtectedComputer(context, machine, change, serverState);
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
  const journal = machine && existingJournal(context, machine);
  const account =
    change === null || machine === null ? null : await usableAccount(machine, before?.userName ?? null);
  const here = account && computerPassword(journal, account.passwordSet);
  return runProcedure(context, {
    plan: updatePasswordProtectedPlan({
      binFolder: agentBinFolder(facts),
      dpmServerName,
      userName: before?.userName ?? null,
      change,
      nothingToReturnFrom: change?.back === true && here?.change?.generation !== change.generation,
      ...(change === null ? {} : { sinceOtherChange: sinceOtherChange(journal) }),
    }),
    machine,
    answers,
    findings: [],
    password: () => unattendedPassword(answers, context.environment),
    next: () => next(dpmServerName, psName, change),
  });
};

const noPassword = (psName: string): Problem =>
  checkProblem(
    `${psName} is protected by certificate, so it has no password to update. Nothing was changed.`,
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

/** So many tries with a password that may be wrong: each is a failed logon, and many lock the account out. */
const mostFailedRefreshes = 2;

/** What is known of each computer's password here. Refuses another try where tries failed, unless it is confirmed. */
const toldPasswords = (
  context: CommandContext<Keys>,
  machine: Machine | null,
  change: PasswordChange | null,
  psNames: readonly string[],
): ReadonlyMap<string, ToldPassword> => {
  const told = serverPasswords(machine && existingJournal(context, machine));
  const { confirm } = context.answers;
  const failed = psNames.find((psName) => {
    const { state, failedRefreshes = 0 } = told.get(psName.toLowerCase()) ?? {};
    return (
      change !== null &&
      state === 'server-told' &&
      failedRefreshes >= mostFailedRefreshes &&
      !sameName(confirm ?? '', psName)
    );
  });
  if (failed !== undefined) {
    throw checkProblem(
      `The DPM server did not reach the agent on ${failed} ${String(mostFailedRefreshes)} times with the password that it was given. If the password is wrong, more tries can lock out the account. Nothing was changed.`,
      `On ${failed}, find out which password is set and whether the account is locked out.`,
      `To try again: add --confirm ${failed}`,
    );
  }
  return told;
};

const serverPlan = (
  names: { readonly binFolder: string; readonly dpmServerName: string; readonly psName: string },
  change: PasswordChange | null,
  told: ReadonlyMap<string, ToldPassword>,
): Plan => {
  const known = told.get(names.psName.toLowerCase());
  return updatePasswordServerPlan({
    ...names,
    change,
    verifiedBefore: known !== undefined && known.state !== 'server-told' && sameChange(known.change, change),
  });
};

const onDpmServer = async (
  context: CommandContext<Keys>,
  machine: Machine | null,
  facts: ComputerFacts | null,
): Promise<Report> => {
  const own = facts?.computer.netbiosName;
  const change = changeOf(context.answers);
  const onlyAsk = context.answers.refresh === true;
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
    [...(onlyAsk ? [] : passwordNeeds(context)), ...unattendedNeeds(context)],
  );
  const dpmServerName = answers.dpmServerName.text;
  const psName = answers.psName.text;
  const problem = nameFormProblem(dpmServerName, psName, null);
  if (problem !== null) throw usageProblem(problem, 'Use exactly the same names as for the attach.');
  if (machine) await refuseCertificate(context, machine, dpmServerName, [psName]);
  const names = { binFolder: serverBinFolder(facts), dpmServerName, psName };
  return runProcedure(context, {
    plan: onlyAsk
      ? passwordBeforePlan(names)
      : serverPlan(names, change, toldPasswords(context, machine, change, [psName])),
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
      throw usageProblem(`${psName} (${at}): the handover file ${path} is for ${handover.psName}.`);
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
  if (context.answers.refresh === true) {
    throw usageProblem(
      '--refresh asks one computer.',
      'Name it with --ps-name. To ask all of them: dpm-prep audit --refresh',
    );
  }
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
  const change = changeOf(context.answers);
  const told = toldPasswords(
    context,
    machine,
    change,
    entries.map(({ psName }) => psName),
  );
  const plans = entries.map(({ psName }) => serverPlan({ binFolder, dpmServerName, psName }, change, told));
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
  refuseWithoutGeneration(answers);
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
