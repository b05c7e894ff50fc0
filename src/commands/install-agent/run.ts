import { resolveInstaller } from '../../application/agent-installer.js';
import type { CommandModule, KeysOf } from '../../application/command.js';
import { computerFacts, refuseDpmServer } from '../../application/facts.js';
import { machineFor } from '../../application/machine.js';
import { runProcedure } from '../../application/procedure.js';
import { installAgentPlan } from '../../procedures/ntlm.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const run: CommandModule<Keys>['run'] = async (context) => {
  const machine = await machineFor(context, 'protected-computer');
  const facts = machine ? await computerFacts(machine) : null;
  refuseDpmServer(facts, context.spec.name);
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
