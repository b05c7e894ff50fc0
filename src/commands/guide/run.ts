import { Interview } from '../../answers/interview.js';
import type { Prompter } from '../../answers/prompter.js';
import { exitCode } from '../../exit-code.js';
import type { Machine } from '../../machine/machine.js';
import { report, type Report } from '../../run/report.js';
import { sideName, type Side } from '../../steps/step.js';
import { agentIsInstalled, agentText } from '../../steps/agent.js';
import { doCertificateTask } from '../../application/certificate-menu.js';
import type { CommandContext, CommandModule, KeysOf } from '../../application/command.js';
import { computerFacts, type ComputerFacts } from '../../application/facts.js';
import { answerKeeper, forgetAnswers } from '../../application/kept-answers.js';
import { requiredMachineFor } from '../../application/machine.js';
import { runAndShow, runCommand } from '../../application/run-command.js';
import { interviewed } from './interviewed.js';
import { guideProtected } from './protected.js';
import { guideServer } from './server.js';
import type { spec } from './spec.js';
import { answerLines, askFinished, finishedRun, offeredAnswers, offersResume } from './start.js';

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
        : 'the DPM protection agent is not installed',
    ...(computer.elevated ? [] : ['this prompt is not elevated; the tools need "Run as administrator"']),
    ...(computer.restartPending ? ['Windows must be restarted'] : []),
  ];
  screen.note('');
  screen.note(color.bold('This computer'));
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
      { value: 'protected-computer', name: 'The computer that you want to protect' },
      { value: 'dpm-server', name: 'The DPM server' },
    ],
    'protected-computer',
  );
};

const forSide = async (
  context: CommandContext<Keys>,
  machine: Machine,
  facts: ComputerFacts,
): Promise<Report> => {
  const side = await sideOf(context, facts);
  return side === 'dpm-server'
    ? guideServer(context, machine, facts)
    : guideProtected(context, machine, facts);
};

/** What is done instead of a new preparation; null: it is prepared (again). */
const onFinished = async (
  context: CommandContext<Keys>,
  prompter: Prompter,
  machine: Machine,
  facts: ComputerFacts,
): Promise<Report | null> => {
  const done = finishedRun(context, machine, facts);
  if (done === null) return null;
  for (;;) {
    const task = await askFinished(context, prompter, done);
    switch (task) {
      case 'status':
        await runAndShow(context, task, { answers: context.answers });
        break;
      case 'update-password':
      case 'remove':
        return runCommand(context, task, { answers: context.answers });
      case 'renew-cert':
        await doCertificateTask(context, prompter, machine, task);
        break;
      case 'again':
        return null;
      case 'stop':
        return report({
          command: context.spec.name,
          rehearsal: machine.rehearsal,
          computer: machine.label,
          outcome: 'nothing-to-do',
        });
    }
  }
};

/** With a person there: what is left of the last time comes first, then an interview that forgives. */
const withPerson = async (
  context: CommandContext<Keys>,
  direct: Prompter,
  machine: Machine,
  facts: ComputerFacts,
): Promise<Report> => {
  const { screen } = context;
  if (await offersResume(context, direct, machine)) {
    return runCommand(context, 'resume', { answers: context.answers });
  }
  const other = await onFinished(context, direct, machine, facts);
  if (other !== null) return other;
  const keep = answerKeeper(context, machine);
  const interview = new Interview(direct, {
    show: (answers) => {
      screen.note(screen.progress.color.bold('Your answers'));
      for (const line of answerLines(answers, screen.width)) screen.note(line);
      screen.note('');
    },
    keep,
    kept: await offeredAnswers(context, direct, machine),
  });
  const result = await interviewed({
    interview,
    direct,
    screen,
    attempt: async () =>
      forSide({ ...context, prompter: interview.prompter }, machine, await computerFacts(machine)),
    keep: async () => keep(interview.answers),
  });
  if (interview.approved) forgetAnswers(context, machine);
  else if (result.exitCode === exitCode.otherMachineNext) await keep(interview.answers);
  return result;
};

const run: CommandModule<Keys>['run'] = async (context) => {
  const { answers, prompter, screen } = context;
  // A switch that has begun continues with its plan file; the command itself says whose turn it is.
  if (answers.plan !== undefined) return runCommand(context, 'switch-auth', { answers });
  const machine = await requiredMachineFor(context, 'protected-computer');
  const facts = await computerFacts(machine);
  screen.once(`found ${machine.label}`, () => {
    showFound(context, facts);
    if (facts.installation.role !== 'neither') screen.note(`This is ${sideName[facts.installation.role]}.`);
  });
  // An interrupted run of the guide has its answers, and its person has said what to do with it.
  return prompter === null || answers.dryRun === true || context.resuming
    ? forSide(context, machine, facts)
    : withPerson(context, prompter, machine, facts);
};

export default { run } satisfies CommandModule<Keys>;
