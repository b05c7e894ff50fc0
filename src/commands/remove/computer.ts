import { complete } from '../../answers/complete.js';
import type { CommandContext, KeysOf } from '../../application/command.js';
import { isThisComputer, removableProducts, type ComputerFacts } from '../../application/facts.js';
import { existingJournal, lastPsName, unfinishedRun } from '../../application/past-runs.js';
import { runProcedure, unattendedNeeds } from '../../application/procedure.js';
import { restartLeft } from '../../application/removals.js';
import { agentFolder } from '../../dpm/locations.js';
import { exitCode } from '../../exit-code.js';
import type { Machine } from '../../machine/machine.js';
import { checkProblem, Problem } from '../../problem.js';
import { removeAgentPlan } from '../../procedures/remove.js';
import { report, type Report } from '../../run/report.js';
import { ownersOf } from '../../steps/agent.js';
import { confirmed, confirmNeeds } from './confirmation.js';
import type { spec } from './spec.js';

type Context = CommandContext<KeysOf<typeof spec>>;

/** What names another computer is meant for the DPM server. */
const refuseOther = ({ answers }: Context, facts: ComputerFacts): void => {
  const { netbiosName } = facts.computer;
  const named = answers.clusterName ?? answers.psName?.text;
  if (named === undefined || (answers.clusterName === undefined && isThisComputer(facts, named))) return;
  throw checkProblem(
    `This is ${netbiosName}, and it is not a DPM server. Nothing was changed.`,
    `To remove ${named} from a DPM server, run the command there.`,
    `To remove the agent from ${netbiosName}, run: dpm-prep remove`,
  );
};

/** Windows waits for its restart, and the folder can be deleted only after it (exit 3010). */
const restartFirst = (name: string): Problem =>
  new Problem(exitCode.restartRequired, {
    what: `The agent is uninstalled. Restart Windows on ${name} before the agent's folder can be deleted.`,
    fix: [`After the restart, run here: dpm-prep remove --confirm ${name}`],
  });

export const removeFromComputer = async (
  context: Context,
  machine: Machine,
  facts: ComputerFacts,
): Promise<Report> => {
  refuseOther(context, facts);
  const { computer, installation } = facts;
  const name = computer.netbiosName;
  const products = removableProducts(facts);
  // An interrupted run may have done all of it: it is taken to its end, so that nothing is left to resume.
  const unfinished = unfinishedRun(existingJournal(context, machine))?.run.procedure === 'remove';
  if (!unfinished && products.length === 0 && (await machine.files.stat(agentFolder.path)) === null) {
    return report({
      command: context.spec.name,
      rehearsal: machine.rehearsal,
      computer: machine.label,
      outcome: 'nothing-to-do',
      notes: [`There is no DPM protection agent on ${name}, and its folder does not exist.`],
    });
  }
  const answers = await complete(context.answers, [], context.prompter, [
    ...confirmNeeds(context),
    ...unattendedNeeds(context),
  ]);
  const psName = lastPsName(context, machine);
  const [owner] = ownersOf(installation);
  const alsoCalled = [computer.fqdn, psName].filter((one) => one !== null && one !== undefined);
  const confirm = await confirmed(
    { ...context, answers },
    {
      name,
      alsoCalled,
      what: `The DPM protection agent will be removed from ${name}. Its backups stop.`,
    },
  );
  const { started } = await machine.ask('last-start', {});
  const plan = removeAgentPlan({
    computer: name,
    products,
    msiexec: machine.files.join(computer.systemDirectory, 'msiexec.exe'),
    restartLeft: () =>
      restartLeft({
        journal: existingJournal(context, machine),
        products,
        lastStart: new Date(started),
        restartPending: computer.restartPending,
      }),
    restartFirst: () => restartFirst(name),
  });
  const first = `If the DPM server${owner === undefined ? '' : ` ${owner}`} still exists, remove this computer there first. Run on the DPM server: dpm-prep remove --ps-name ${psName ?? computer.fqdn ?? name}`;
  return runProcedure(context, {
    plan: { ...plan, notes: [first, ...plan.notes] },
    machine,
    answers: { ...answers, confirm },
    findings: [],
    next: () => null,
    notes: () => [`${name} is no longer protected by DPM.`],
  });
};
