import { complete } from '../../answers/complete.js';
import { methodsText, scenarioOf, type Method } from '../../dpm/scenarios.js';
import { sourceText } from '../../dpm/source.js';
import type { Machine } from '../../machine/machine.js';
import { checkProblem, usageProblem } from '../../problem.js';
import type { Report } from '../../run/report.js';
import { sideName, type Side } from '../../steps/step.js';
import { agentIsInstalled, agentText } from '../../steps/agent.js';
import { resolveInstaller } from '../../application/agent-installer.js';
import { runAttach } from '../../application/attach/attach.js';
import { runCertificateProtected } from '../../application/protected-computer/certificate.js';
import type { CommandContext, CommandModule, KeysOf } from '../../application/command.js';
import { computerFacts, type ComputerFacts } from '../../application/facts.js';
import { readHandover } from '../../application/handover-file.js';
import { runSetCredentials } from '../../application/dpm-server-credentials.js';
import { requiredMachineFor } from '../../application/machine.js';
import { runNtlmProtected } from '../../application/protected-computer/ntlm.js';
import { lastNtlmNames } from '../../application/past-runs.js';
import { environmentOf, methodsFor, refuseUnsupported } from '../../application/scenario.js';
import { runCommand } from '../../application/run-command.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const showFound = (context: CommandContext<Keys>, { computer, installation }: ComputerFacts): void => {
  const { screen } = context;
  const { color } = screen.progress;
  const fqdn = computer.fqdn === null ? '' : ` (${computer.fqdn})`;
  const lines = [
    `${computer.netbiosName}${fqdn}, ${computer.membership} ${computer.membershipName ?? ''}`,
    installation.role === 'dpm-server'
      ? `a DPM server, version ${installation.version ?? 'unknown'}`
      : agentIsInstalled(installation)
        ? agentText(installation)
        : 'no DPM protection agent yet',
    ...(computer.elevated ? [] : ['this prompt is not elevated; the tools need "Run as administrator"']),
    ...(computer.restartPending ? ['Windows waits for a restart'] : []),
  ];
  screen.note('');
  screen.note(color.bold('What is here'));
  for (const line of lines) screen.paragraph(line);
  screen.note('');
};

/** Which of the two computers this is: known by what is installed, else asked. */
const sideOf = async (context: CommandContext<Keys>, { installation }: ComputerFacts): Promise<Side> => {
  if (installation.role !== 'neither') return installation.role;
  if (context.prompter === null) return 'protected-computer';
  return context.prompter.choose<Side>(
    'No part of DPM is installed here. Which computer is this?',
    [
      { value: 'protected-computer', name: 'The computer that is to be protected' },
      { value: 'dpm-server', name: 'The DPM server' },
    ],
    'protected-computer',
  );
};

/** What is to be protected, and whether on a cluster where that makes a difference. What is not supported is refused. */
const withWorkload = async (
  context: CommandContext<Keys>,
  machine: Machine,
  side: Side,
): Promise<{ readonly context: CommandContext<Keys>; readonly possible: readonly Method[] }> => {
  const { prompter, screen } = context;
  const workload = (await complete(context.answers, [{ key: 'workload' }], prompter)).workload;
  const row = scenarioOf(workload);
  const onlyClusters = row.single.length === 0;
  const asked =
    Array.isArray(row.cluster) && !onlyClusters
      ? await complete(context.answers, [{ key: 'cluster' }], prompter)
      : context.answers;
  const answers = { ...asked, workload };
  const environment = await environmentOf(answers, machine, side);
  const wanted = { workload, cluster: answers.cluster ?? onlyClusters, environment };
  refuseUnsupported(wanted, null);
  const possible = methodsFor(wanted);
  screen.paragraph(
    `${row.workload}: ${methodsText(possible)} ${possible.length === 1 ? 'alone is' : 'are'} possible.`,
  );
  for (const note of row.notes) screen.paragraph(note);
  // What Microsoft says otherwise on other pages, it says of clusters.
  if (wanted.cluster) {
    for (const { other, says } of row.contradictions) {
      screen.paragraph(`Elsewhere (${sourceText(other)}): ${says}`);
    }
  }
  return { context: { ...context, answers }, possible };
};

/** NTLM or certificate: known from a flag or the handover file, else asked if what is to be protected allows both. */
const withMethod = async (
  context: CommandContext<Keys>,
  machine: Machine,
  side: Side,
): Promise<CommandContext<Keys>> => {
  const { answers, prompter } = context;
  if (answers.auth !== undefined) return context;
  if (answers.handover !== undefined) {
    const { method } = await readHandover(machine, answers.handover);
    return { ...context, answers: { ...answers, auth: method } };
  }
  if (answers.dpmCredential !== undefined || answers.thumbprint !== undefined) {
    return { ...context, answers: { ...answers, auth: 'certificate' } };
  }
  if (prompter === null) return { ...context, answers: { ...answers, auth: 'ntlm' } };
  const known = await withWorkload(context, machine, side);
  const [only] = known.possible;
  const chosen =
    known.possible.length === 1 && only !== undefined
      ? { ...known.context.answers, auth: only }
      : await complete(known.context.answers, [{ key: 'auth' }], prompter);
  return { ...known.context, answers: chosen };
};

/** NTLM is configured here, and certificates are wanted: that is another procedure, which begins on the DPM server. */
const refuseSwitch = (context: CommandContext<Keys>, machine: Machine, { computer }: ComputerFacts): void => {
  const before = lastNtlmNames(context, machine);
  if (before === null || context.answers.auth !== 'certificate') return;
  throw checkProblem(
    `${computer.netbiosName} is configured for NTLM authentication with ${before.dpmServerName ?? 'its DPM server'}. To change that to certificates, the computer is removed there first and the agent is uninstalled here. Nothing was changed.`,
    `Begin on the DPM server: dpm-prep switch-auth --plan ${computer.netbiosName}.switch.json --ps-name ${before.psName ?? computer.netbiosName}`,
    'Then, with the plan file, here: dpm-prep switch-auth --plan <file>',
  );
};

const guideProtected = async (
  context: CommandContext<Keys>,
  machine: Machine,
  facts: ComputerFacts,
): Promise<Report> => {
  const known = await withMethod(context, machine, 'protected-computer');
  refuseSwitch(known, machine, facts);
  const install = agentIsInstalled(facts.installation) ? null : await resolveInstaller(known, machine, facts);
  return known.answers.auth === 'certificate'
    ? runCertificateProtected(known, machine, facts, install)
    : runNtlmProtected(known, machine, facts, install);
};

type ServerTask = 'attach' | 'attach-by-names' | 'set-credentials' | 'switch-auth';

const guideServer = async (
  context: CommandContext<Keys>,
  machine: Machine,
  facts: ComputerFacts,
): Promise<Report> => {
  if (facts.installation.role !== 'dpm-server') {
    throw usageProblem(
      'DPM is not installed on this computer, so there is nothing to attach to.',
      'Install DPM first, or run dpm-prep on the DPM server.',
    );
  }
  const { prompter, answers } = context;
  if (answers.action !== undefined) return runSetCredentials(context, machine, facts);
  if (prompter === null || answers.handover !== undefined || answers.psName !== undefined) {
    return runAttach(context, machine, facts);
  }
  const task = await prompter.choose<ServerTask>(
    'What is to be done on this DPM server?',
    [
      { value: 'attach', name: 'Attach a computer, with the handover file that it wrote' },
      { value: 'set-credentials', name: 'Configure this DPM server for certificates (Set-DPMCredentials)' },
      { value: 'switch-auth', name: 'Switch a computer or a cluster from NTLM to certificates' },
      { value: 'attach-by-names', name: 'Attach a computer, and enter its names by hand' },
    ],
    'attach',
  );
  switch (task) {
    case 'set-credentials':
      return runSetCredentials(context, machine, facts);
    case 'switch-auth':
      return runCommand(context, 'switch-auth', { answers: context.answers });
    case 'attach-by-names':
      return runAttach(await withMethod(context, machine, 'dpm-server'), machine, facts);
    case 'attach':
      return runAttach(
        { ...context, answers: await complete(answers, [{ key: 'handover' }], prompter) },
        machine,
        facts,
      );
  }
};

const run: CommandModule<Keys>['run'] = async (context) => {
  // A switch that has begun continues with its plan file; the command itself says whose turn it is.
  if (context.answers.plan !== undefined)
    return runCommand(context, 'switch-auth', { answers: context.answers });
  const machine = await requiredMachineFor(context, 'protected-computer');
  const facts = await computerFacts(machine);
  showFound(context, facts);
  const side = await sideOf(context, facts);
  context.screen.note(`This is ${sideName[side]}.`);
  return side === 'dpm-server'
    ? guideServer(context, machine, facts)
    : guideProtected(context, machine, facts);
};

export default { run } satisfies CommandModule<Keys>;
