import type { CommandModule, KeysOf } from '../../application/command.js';
import { runSetCredentials } from '../../application/dpm-server-credentials.js';
import { computerFacts, requireDpmServer } from '../../application/facts.js';
import { machineFor } from '../../application/machine.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const run: CommandModule<Keys>['run'] = async (context) => {
  const machine = await machineFor(context, 'dpm-server');
  const facts = machine ? await computerFacts(machine) : null;
  requireDpmServer(facts, context.spec.name);
  return runSetCredentials(context, machine, facts);
};

export default { run } satisfies CommandModule<Keys>;
