import type { CommandModule } from '../../application/command.js';
import { computerFacts } from '../../application/facts.js';
import { requiredMachineFor } from '../../application/machine.js';
import { removeFromComputer } from './computer.js';
import { removeFromServer, type RemoveKey } from './server.js';

const run: CommandModule<RemoveKey>['run'] = async (context) => {
  const { psName, clusterName } = context.answers;
  const onServer = psName !== undefined || clusterName !== undefined;
  const machine = await requiredMachineFor(context, onServer ? 'dpm-server' : 'protected-computer');
  const facts = await computerFacts(machine);
  return facts.installation.role === 'dpm-server'
    ? removeFromServer(context, machine, facts)
    : removeFromComputer(context, machine, facts);
};

export default { run } satisfies CommandModule<RemoveKey>;
