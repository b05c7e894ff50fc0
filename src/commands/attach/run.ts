import { runAttach } from '../../application/attach/attach.js';
import { runInventoryAttach } from '../../application/attach/inventory.js';
import type { CommandModule, KeysOf } from '../../application/command.js';
import { computerFacts, requireDpmServer } from '../../application/facts.js';
import { inventoryOf } from '../../application/inventory.js';
import { machineFor } from '../../application/machine.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const run: CommandModule<Keys>['run'] = async (context) => {
  const machine = await machineFor(context, 'dpm-server');
  const facts = machine ? await computerFacts(machine) : null;
  requireDpmServer(facts, context.spec.name);
  const entries = await inventoryOf(context, machine);
  if (machine && facts && entries.length > 0) return runInventoryAttach(context, machine, facts, entries);
  return runAttach(context, machine, facts);
};

export default { run } satisfies CommandModule<Keys>;
