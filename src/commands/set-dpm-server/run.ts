import { runCertificateProtected } from '../../application/protected-computer/certificate.js';
import type { CommandModule, KeysOf } from '../../application/command.js';
import { computerFacts, requireAgent } from '../../application/facts.js';
import { machineFor } from '../../application/machine.js';
import { environmentOf, refuseUnsupportedTogether } from '../../application/scenario.js';
import { runNtlmProtected } from '../../application/protected-computer/ntlm.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const run: CommandModule<Keys>['run'] = async (context) => {
  const { answers } = context;
  const machine = await machineFor(context, 'protected-computer');
  const facts = machine ? await computerFacts(machine) : null;
  requireAgent(facts, context.spec.name);
  // Only the certificate way takes the DPM server's .bin or a thumbprint.
  const certificate =
    answers.auth === 'certificate' ||
    (answers.auth === undefined && (answers.dpmCredential !== undefined || answers.thumbprint !== undefined));
  const { workload } = answers;
  if (workload !== undefined) {
    const environment = await environmentOf(answers, machine, 'protected-computer');
    refuseUnsupportedTogether(
      workload,
      { cluster: answers.cluster ?? false, environment },
      certificate ? 'certificate' : 'ntlm',
    );
  }
  return certificate
    ? runCertificateProtected(context, machine, facts, null)
    : runNtlmProtected(context, machine, facts, null);
};

export default { run } satisfies CommandModule<Keys>;
