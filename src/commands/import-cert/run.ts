import { complete } from '../../answers/complete.js';
import { openStoreCertificate } from '../../certificate/index.js';
import type { Machine } from '../../machine/machine.js';
import { checkProblem, usageProblem } from '../../problem.js';
import { copyCertificatePlan } from '../../procedures/import-certificate.js';
import type { Report } from '../../run/report.js';
import type { CommandContext, CommandModule, KeysOf } from '../../application/command.js';
import { computerFacts } from '../../application/facts.js';
import {
  importAuthorities,
  importFile,
  judgeImported,
  sideOf,
} from '../../application/import-certificate.js';
import { requiredMachineFor } from '../../application/machine.js';
import { runProcedure, unattendedNeeds } from '../../application/procedure.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const copyFromUserStore = async (
  context: CommandContext<Keys>,
  machine: Machine,
  thumbprint: string,
): Promise<Report> => {
  const facts = await computerFacts(machine);
  const { certificates } = await machine.ask('certificates', {
    stores: ['CurrentUser\\My', 'LocalMachine\\My'],
    thumbprint,
  });
  const [stored] = certificates;
  if (stored === undefined) {
    throw checkProblem(
      `Neither CurrentUser\\My nor LocalMachine\\My holds the certificate ${thumbprint}. Nothing was changed.`,
      'CurrentUser is the account that runs dpm-prep. Run dpm-prep as the user who enrolled the certificate.',
    );
  }
  const findings = await judgeImported(context, facts, openStoreCertificate(stored), {});
  // In the User store it is on its way; whether it is where DPM looks is what this run is for.
  const relevant = findings.filter(({ id }) => id !== 'machine-store');
  const answers = await complete(context.answers, [], context.prompter, unattendedNeeds(context));
  return runProcedure(context, {
    plan: copyCertificatePlan(sideOf(facts), thumbprint),
    machine,
    answers,
    findings: relevant,
    next: () => null,
    notes: () => [`Thumbprint: ${thumbprint}`],
  });
};

const run: CommandModule<Keys>['run'] = async (context) => {
  const [path] = context.positional;
  const { thumbprint } = context.answers;
  if ((path === undefined) === (thumbprint === undefined)) {
    throw usageProblem(
      path === undefined
        ? 'No file and no thumbprint was given to import.'
        : 'A file and a thumbprint were given. Give only one of them.',
      'A file: dpm-prep import-cert FILE.pfx',
      'A certificate of the User store: dpm-prep import-cert --thumbprint <hex>',
    );
  }
  const machine = await requiredMachineFor(context, 'protected-computer');
  if (path === undefined) return copyFromUserStore(context, machine, thumbprint ?? '');
  const file = machine.files.absolute(path);
  return (await importAuthorities(context, machine, file)) ?? importFile(context, machine, file);
};

export default { run } satisfies CommandModule<Keys>;
