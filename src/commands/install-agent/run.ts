import { acceptLicence, findUpdate, resolveInstaller } from '../../application/agent-installer.js';
import type { CommandContext, CommandModule, KeysOf } from '../../application/command.js';
import { computerFacts, refuseDpmServer, type ComputerFacts } from '../../application/facts.js';
import { machineFor } from '../../application/machine.js';
import { lastPsName } from '../../application/past-runs.js';
import { runProcedure } from '../../application/procedure.js';
import { handoverFileName } from '../../dpm/handover.js';
import { runningJobsIn } from '../../application/server-audit.js';
import { documentedLine } from '../../machine/command.js';
import type { Machine } from '../../machine/machine.js';
import { installAgentPlan, updateAgentPlan } from '../../procedures/ntlm.js';
import { report, type NextAction, type Report } from '../../run/report.js';
import { ownersOf } from '../../steps/agent.js';
import type { UpdateAgentInput } from '../../steps/update-agent.js';
import { refreshAct } from '../../steps/update-password.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

/** After an update the DPM server must refresh the computer (ID 324), and `attach` of an attached computer does that. */
const refreshNext = ({ installation }: ComputerFacts, psName: string): NextAction => {
  const dpmServerName = ownersOf(installation)[0] ?? null;
  return {
    side: 'dpm-server',
    computer: dpmServerName,
    instructions: [
      'Refresh this computer there. Otherwise the DPM server does not know the new version (ID 324).',
      'The command below refreshes an attached computer. If that fails with ID 344, run it again: it then attaches the computer again.',
    ],
    command: `dpm-prep attach --handover ${handoverFileName(psName)}`,
    documentedCommand: documentedLine(refreshAct({ dpmServerName: dpmServerName ?? '<DPM server>', psName })),
    handoverFile: null,
  };
};

const update = async (
  context: CommandContext<Keys>,
  machine: Machine,
  facts: ComputerFacts,
  found: UpdateAgentInput,
): Promise<Report> => {
  const answers = await acceptLicence(context);
  const { serverAudit } = context.answers;
  const jobs = serverAudit === undefined ? null : await runningJobsIn(machine, serverAudit, facts);
  const psName = lastPsName(context, machine) ?? facts.computer.netbiosName;
  return runProcedure(context, {
    plan: updateAgentPlan(found, jobs !== null),
    machine,
    answers: { ...answers, installer: found.installer },
    findings: [],
    about: { jobs },
    next: () => refreshNext(facts, psName),
  });
};

const run: CommandModule<Keys>['run'] = async (context) => {
  const machine = await machineFor(context, 'protected-computer');
  const facts = machine ? await computerFacts(machine) : null;
  refuseDpmServer(facts, context.spec.name);
  if (facts?.installation.isDpmServer === true) {
    return report({
      command: context.spec.name,
      rehearsal: machine?.rehearsal ?? false,
      computer: machine?.label ?? null,
      outcome: 'nothing-to-do',
      notes: [
        "This DPM server has the agent of its own version, and its updates come with DPM's own.",
        'Next on this computer: dpm-prep set-dpm-server --auth certificate --workload secondary-dpm-server',
      ],
    });
  }
  if (machine && facts) {
    const found = await findUpdate(machine, facts, context.answers.installer);
    if (found !== null) return update(context, machine, facts, found);
  }
  const { installer, answers } = await resolveInstaller(context, machine, facts);
  return runProcedure(context, {
    plan: installAgentPlan(installer),
    machine,
    answers: { ...answers, installer },
    findings: [],
    next: () => null,
    notes: () => ['Next on this computer: dpm-prep set-dpm-server'],
  });
};

export default { run } satisfies CommandModule<Keys>;
