import type { CommandModule } from './command.js';
import { computerFacts, requireAgent } from './facts.js';
import { machineFor } from './machine.js';
import { runNtlmProtected } from './ntlm-protected.js';

const run: CommandModule['run'] = async (context) => {
  const machine = await machineFor(context, 'protected-computer');
  const facts = machine ? await computerFacts(machine) : null;
  requireAgent(facts, context.spec.name);
  return runNtlmProtected(context, machine, facts, null);
};

export default { run } satisfies CommandModule;
