import { complete } from '../../answers/complete.js';
import type { Machine } from '../../machine/machine.js';
import { usageProblem } from '../../problem.js';
import { report, type Report } from '../../run/report.js';
import { runAttach } from '../../application/attach/attach.js';
import {
  certificateTasks,
  doCertificateTask,
  type CertificateTask,
} from '../../application/certificate-menu.js';
import type { CommandContext, KeysOf } from '../../application/command.js';
import { runSetCredentials } from '../../application/dpm-server-credentials.js';
import { computerFacts, type ComputerFacts } from '../../application/facts.js';
import { refuseThisComputer } from '../../application/judge-name.js';
import { requiredMachineFor } from '../../application/machine.js';
import { judgeHandover } from '../../application/handover-file.js';
import { computerText, knownComputers } from '../../application/known-computers.js';
import { handoversNearby } from '../../application/nearby.js';
import { runCommand } from '../../application/run-command.js';
import { withMethod } from './method.js';
import { guideProtected } from './protected.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const secondary = 'secondary-dpm-server' as const;

type ServerTask =
  | 'attach'
  | 'attach-by-names'
  | 'set-credentials'
  | 'switch-auth'
  | 'remove'
  | typeof secondary
  | 'stop'
  | CertificateTask;

/** More names than this are not read. */
const mostNamed = 10;

const askHandover = async (
  context: CommandContext<Keys>,
  machine: Machine,
  facts: ComputerFacts,
): Promise<CommandContext<Keys>> => ({
  ...context,
  answers: await complete(
    context.answers,
    [
      {
        key: 'handover',
        offers: async () => (await handoversNearby(machine, facts, 'dpm-server')).map(({ choice }) => choice),
        judge: judgeHandover(machine, facts, 'dpm-server'),
      },
    ],
    context.prompter,
  ),
});

/** Asks what is to be done on this DPM server, and does it. */
export const guideServer = async (
  context: CommandContext<Keys>,
  machine: Machine,
  facts: ComputerFacts,
): Promise<Report> => {
  if (facts.installation.role !== 'dpm-server') {
    throw usageProblem(
      'DPM is not installed on this computer, so no computer can be attached here.',
      'Install DPM first, or run dpm-prep on the DPM server.',
    );
  }
  const { prompter, answers } = context;
  if (answers.action !== undefined) return runSetCredentials(context, machine, facts);
  if (prompter === null || answers.handover !== undefined || answers.psName !== undefined) {
    return runAttach(context, machine, facts);
  }
  const known = await knownComputers(machine, facts.computer.fqdn ?? facts.computer.netbiosName);
  if (known !== null) {
    context.screen.sayOnce(
      known.length === 0
        ? 'No computer is attached to this DPM server yet.'
        : `Attached to this DPM server: ${known.slice(0, mostNamed).map(computerText).join(', ')}${known.length > mostNamed ? `, and ${String(known.length - mostNamed)} more` : ''}.`,
    );
  }
  for (;;) {
    const task = await prompter.choose<ServerTask>(
      'What do you want to do on this DPM server?',
      [
        { value: 'attach', name: 'Attach a computer, with the handover file that it wrote' },
        { value: 'set-credentials', name: 'Configure this DPM server for certificates (Set-DPMCredentials)' },
        { value: 'switch-auth', name: 'Switch a computer or a cluster from NTLM to certificates' },
        { value: 'attach-by-names', name: 'Attach a computer, and enter its names by hand' },
        ...certificateTasks,
        { value: 'remove', name: 'Remove a computer from this DPM server' },
        { value: secondary, name: 'Let a secondary DPM server protect this DPM server' },
        { value: 'stop', name: 'Stop here' },
      ],
      'attach',
    );
    switch (task) {
      case 'set-credentials': {
        // With the computer's name a handover file is written: it carries the CAs of this side, and the other side checks them.
        const judge = async ({ text }: { readonly text: string }): Promise<void> => {
          refuseThisComputer(facts, 'dpm-server', text);
          return Promise.resolve();
        };
        const named = await complete(answers, [{ key: 'psName', judge }], prompter);
        return runSetCredentials({ ...context, answers: named }, machine, facts);
      }
      case 'switch-auth':
      case 'remove':
        return runCommand(context, task, { answers, prompter: prompter.direct });
      case secondary: {
        // Microsoft's table allows certificates only.
        const prepared = {
          ...context,
          answers: { ...answers, workload: [secondary], auth: 'certificate' as const },
        };
        const itself = await requiredMachineFor(prepared, 'protected-computer');
        return guideProtected(prepared, itself, await computerFacts(itself));
      }
      case 'attach-by-names':
        return runAttach(await withMethod(context, machine, 'dpm-server'), machine, facts);
      case 'attach':
        return runAttach(await askHandover(context, machine, facts), machine, facts);
      case 'stop':
        return report({
          command: context.spec.name,
          rehearsal: machine.rehearsal,
          computer: machine.label,
          outcome: 'nothing-to-do',
        });
      case 'request-cert':
      case 'import-cert':
      case 'renew-cert':
      case 'convert-cert':
        prompter.again(null);
        await doCertificateTask(context, prompter, machine, task);
    }
  }
};
