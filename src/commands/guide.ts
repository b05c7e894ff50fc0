import { complete } from '../answers/complete.js';
import type { Machine } from '../machine/machine.js';
import { usageProblem } from '../problem.js';
import type { Report } from '../run/report.js';
import { sideName, type Side } from '../steps/step.js';
import { agentIsInstalled, agentText } from '../steps/agent.js';
import { runAttach } from './attach.js';
import { runCertificateProtected } from './certificate-protected.js';
import type { CommandContext, CommandModule } from './command.js';
import { computerFacts, type ComputerFacts } from './facts.js';
import { readHandover } from './handover-file.js';
import { resolveInstaller } from './install-agent.js';
import { requiredMachineFor } from './machine.js';
import { runNtlmProtected } from './ntlm-protected.js';
import { runSetCredentials } from './set-credentials.js';

const showFound = (context: CommandContext, { computer, installation }: ComputerFacts): void => {
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
  for (const line of lines) screen.note(`  ${line}`);
  screen.note('');
};

/** Which of the two computers this is: known by what is installed, else asked. */
const sideOf = async (context: CommandContext, { installation }: ComputerFacts): Promise<Side> => {
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

/** NTLM or certificate: known from a flag or the handover file, else asked. */
const withMethod = async (context: CommandContext, machine: Machine): Promise<CommandContext> => {
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
  return { ...context, answers: await complete(answers, [{ key: 'auth' }], prompter) };
};

const guideProtected = async (
  context: CommandContext,
  machine: Machine,
  facts: ComputerFacts,
): Promise<Report> => {
  const known = await withMethod(context, machine);
  const install = agentIsInstalled(facts.installation) ? null : await resolveInstaller(known, machine, facts);
  return known.answers.auth === 'certificate'
    ? runCertificateProtected(known, machine, facts, install)
    : runNtlmProtected(known, machine, facts, install);
};

type ServerTask = 'attach' | 'attach-by-names' | 'set-credentials';

const guideServer = async (
  context: CommandContext,
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
  if (prompter === null || answers.handover !== undefined || answers.psName !== undefined) {
    return runAttach(context, machine, facts);
  }
  const task = await prompter.choose<ServerTask>(
    'What is to be done on this DPM server?',
    [
      { value: 'attach', name: 'Attach a computer, with the handover file that it wrote' },
      { value: 'set-credentials', name: 'Configure this DPM server for certificates (Set-DPMCredentials)' },
      { value: 'attach-by-names', name: 'Attach a computer, and enter its names by hand' },
    ],
    'attach',
  );
  switch (task) {
    case 'set-credentials':
      return runSetCredentials(context, machine, facts);
    case 'attach-by-names':
      return runAttach(
        { ...context, answers: await complete(answers, [{ key: 'auth' }], prompter) },
        machine,
        facts,
      );
    case 'attach':
      return runAttach(
        { ...context, answers: await complete(answers, [{ key: 'handover' }], prompter) },
        machine,
        facts,
      );
  }
};

const run: CommandModule['run'] = async (context) => {
  const machine = await requiredMachineFor(context, 'protected-computer');
  const facts = await computerFacts(machine);
  showFound(context, facts);
  const side = await sideOf(context, facts);
  context.screen.note(`This is ${sideName[side]}.`);
  return side === 'dpm-server'
    ? guideServer(context, machine, facts)
    : guideProtected(context, machine, facts);
};

export default { run } satisfies CommandModule;
