import type { Machine } from '../machine/machine.js';
import { usageProblem } from '../problem.js';
import type { Report } from '../run/report.js';
import { sideName, type Side } from '../steps/step.js';
import { agentIsInstalled, agentText } from '../steps/agent.js';
import { runAttach } from './attach.js';
import type { CommandContext, CommandModule } from './command.js';
import { computerFacts, type ComputerFacts } from './facts.js';
import { resolveInstaller } from './install-agent.js';
import { requiredMachineFor } from './machine.js';
import { runNtlmProtected } from './ntlm-protected.js';

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

const guideProtected = async (
  context: CommandContext,
  machine: Machine,
  facts: ComputerFacts,
): Promise<Report> => {
  const install = agentIsInstalled(facts.installation)
    ? null
    : await resolveInstaller(context, machine, facts);
  return runNtlmProtected(context, machine, facts, install);
};

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
  const { prompter } = context;
  if (prompter === null || context.answers.handover !== undefined || context.answers.psName !== undefined) {
    return runAttach(context, machine, facts);
  }
  const path = await prompter.text(
    'Handover file from the protected computer (empty: enter the names by hand):',
    () => null,
    '',
  );
  const answers = path.trim() === '' ? context.answers : { ...context.answers, handover: path.trim() };
  return runAttach({ ...context, answers }, machine, facts);
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
