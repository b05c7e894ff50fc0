import { complete } from '../../answers/complete.js';
import {
  chooseNodes,
  serverNameFor,
  type ChoiceWords,
  type ChosenNodes,
} from '../../application/choose-nodes.js';
import type { CommandContext, KeysOf } from '../../application/command.js';
import { isThisComputer, serverBinFolder, type ComputerFacts } from '../../application/facts.js';
import { attachedHere } from '../../application/attach/history.js';
import { existingJournal, unfinishedRun } from '../../application/past-runs.js';
import { runProcedure, unattendedNeeds } from '../../application/procedure.js';
import { removalsHere } from '../../application/removals.js';
import { mayBeSameComputer, nameForm, sameName } from '../../dpm/names.js';
import type { Machine } from '../../machine/machine.js';
import { checkProblem, usageProblem } from '../../problem.js';
import { removeFromServerPlan, removeWords } from '../../procedures/remove.js';
import { report, type NextAction, type Report } from '../../run/report.js';
import { ListedComputers } from '../../steps/protected-computers.js';
import { refuseProtected } from '../../steps/remove-production-server.js';
import { documentedUninstallation } from '../../steps/uninstall-agent.js';
import { confirmed, confirmNeeds } from './confirmation.js';
import type { spec } from './spec.js';

export type RemoveKey = KeysOf<typeof spec>;
type Context = CommandContext<RemoveKey>;

const choiceWords: ChoiceWords = {
  together: 'are removed together',
  verb: 'Remove',
  unknownCluster: ['To remove one computer that is not a node of a cluster: --ps-name <name>'],
};

const next = (psNames: readonly string[]): NextAction => {
  const [first = ''] = psNames;
  return {
    side: 'protected-computer',
    computer: first,
    instructions: [
      psNames.length === 1
        ? 'Run the command below there, in an elevated prompt. It uninstalls the agent and deletes its folder.'
        : `Run the command below in an elevated prompt on each of ${psNames.join(', ')}. It uninstalls the agent and deletes its folder.`,
      'If the computer no longer exists, nothing is left to do.',
    ],
    command: 'dpm-prep remove',
    documentedCommand: documentedUninstallation(),
    handoverFile: null,
  };
};

/** Which computers are removed: those that DPM lists, and those that an interrupted run here removed already. */
interface Removal extends ChosenNodes {
  /** None of them is listed, and a run here recorded all of it. */
  readonly isOver: boolean;
}

interface RemovedBefore {
  /** Runs here began to remove them. */
  readonly byUs: readonly string[];
  /** Attached here, and nothing here removed them: somebody did, in DPM's console. Only the record of it is left to do. */
  readonly attached: readonly string[];
  /** The last run here is such a removal, and did not come to its end. */
  readonly unfinished: boolean;
}

const chooseRemoval = (
  listed: ListedComputers,
  { byUs, attached, unfinished }: RemovedBefore,
  { psName, clusterName }: { readonly psName: string | undefined; readonly clusterName: string | undefined },
): Removal => {
  const isGone = (name: string): boolean => listed.find(name).computer === null;
  const gone = byUs.filter(isGone);
  const elsewhere = attached.filter(isGone);
  const isListed =
    psName === undefined
      ? listed.all.some((one) => one.clusterName !== null && sameName(one.clusterName, clusterName ?? ''))
      : listed.find(psName).computer !== null;
  // A name that DPM spells differently is refused, whatever was removed here before.
  const similar = psName === undefined ? null : listed.find(psName).similar;
  if (!isListed && similar === null && gone.length + elsewhere.length > 0) {
    return {
      clusterName: clusterName ?? null,
      nodeNames: [...new Set([...gone, ...elsewhere])],
      isOver: !unfinished && elsewhere.length === 0,
    };
  }
  const chosen = chooseNodes(
    listed.all,
    { clusterName, names: psName === undefined ? [] : [psName] },
    choiceWords,
  );
  const before = unfinished ? gone.filter((name) => !chosen.nodeNames.includes(name)) : [];
  return { ...chosen, nodeNames: [...before, ...chosen.nodeNames], isOver: false };
};

/** What DPM calls the DPM server itself is not one of its protected computers. */
const refuseItself = ({ computer }: ComputerFacts, { nodeNames }: ChosenNodes): void => {
  const own = nodeNames.find((name) =>
    [computer.netbiosName, computer.fqdn].some((one) => one !== null && sameName(one, name)),
  );
  if (own === undefined) return;
  throw checkProblem(
    `${own} is this DPM server itself. Nothing was changed.`,
    'Name the protected computer.',
  );
};

export const removeFromServer = async (
  context: Context,
  machine: Machine,
  facts: ComputerFacts,
): Promise<Report> => {
  const { computer } = facts;
  const given = context.answers;
  if (given.psName !== undefined && given.clusterName !== undefined) {
    throw usageProblem(
      '--ps-name and --cluster-name are both given.',
      'Give --cluster-name for all nodes of a cluster, or --ps-name for one computer.',
    );
  }
  if (given.dpmServerName !== undefined && !isThisComputer(facts, given.dpmServerName.text)) {
    throw checkProblem(
      `This is ${computer.fqdn ?? computer.netbiosName}, not ${given.dpmServerName.text}. Nothing was changed.`,
      `Run it on ${given.dpmServerName.text}.`,
    );
  }
  const listed = await ListedComputers.of(
    machine,
    given.dpmServerName?.text ?? computer.fqdn ?? computer.netbiosName,
  );
  const answers: Context['answers'] = await complete(
    given,
    given.clusterName === undefined
      ? [
          {
            key: 'psName',
            offers: async () =>
              Promise.resolve(
                listed.all.map(({ serverName, clusterName, state }) => ({
                  value: serverName,
                  name: `${serverName} (${state ?? 'no state'}${clusterName ? `, node of ${clusterName}` : ''})`,
                })),
              ),
          },
        ]
      : [],
    context.prompter,
    [...confirmNeeds(context), ...unattendedNeeds(context)],
  );
  const wanted = { psName: answers.psName?.text, clusterName: answers.clusterName };
  const journal = existingJournal(context, machine);
  const unfinished = unfinishedRun(journal)?.run.procedure === 'remove';
  const { psName } = wanted;
  const attached =
    psName === undefined ? [] : attachedHere(journal).filter((name) => mayBeSameComputer(name, psName));
  const chosen = chooseRemoval(listed, { byUs: removalsHere(journal, wanted), attached, unfinished }, wanted);
  const { clusterName, nodeNames } = chosen;
  if (chosen.isOver) {
    return report({
      command: context.spec.name,
      rehearsal: machine.rehearsal,
      computer: machine.label,
      outcome: 'nothing-to-do',
      notes: [
        `${computer.netbiosName} does not list ${nodeNames.join(', ')}: removed here before.`,
        'If the agent is still installed there, run on the protected computer: dpm-prep remove',
      ],
    });
  }
  refuseItself(facts, chosen);
  const dpmServerName = given.dpmServerName?.text ?? serverNameFor(computer, nodeNames);
  await refuseProtected(machine, dpmServerName, nodeNames, removeWords);
  const name = clusterName ?? nodeNames[0] ?? '';
  const confirm = await confirmed(
    { ...context, answers },
    {
      name,
      what: `${dpmServerName} will no longer protect ${nodeNames.join(', ')}. Its backups stop.`,
    },
  );
  return runProcedure(context, {
    plan: removeFromServerPlan({
      binFolder: serverBinFolder(facts),
      dpmServerName,
      psNames: nodeNames,
      clusterName,
    }),
    machine,
    answers: {
      ...answers,
      // As DPM spells them: a later run finds by these names what this one did.
      psName: clusterName === null ? { text: name, form: nameForm(name) } : undefined,
      clusterName: clusterName ?? undefined,
      confirm,
    },
    findings: [],
    about: { dpmServerName, psName: null },
    next: () => next(nodeNames),
  });
};
