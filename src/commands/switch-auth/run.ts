import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { complete } from '../../answers/complete.js';
import {
  newSwitchPlan,
  nextTurn,
  placeIn,
  switchStages,
  turnComputer,
  turnText,
  type SwitchPlan,
  type Turn,
} from '../../dpm/switch-plan.js';
import { exitCode } from '../../exit-code.js';
import type { Machine } from '../../machine/machine.js';
import { checkProblem, usageProblem } from '../../problem.js';
import { standingOf, type Place } from '../../procedures/switch-auth.js';
import { report } from '../../run/report.js';
import { enumeratesNothing } from '../../steps/list-data-sources.js';
import type { CommandModule } from '../../application/command.js';
import { computerFacts, type ComputerFacts } from '../../application/facts.js';
import { folderOf } from '../../application/file-paths.js';
import { judgePlanFile } from '../../application/judge-path.js';
import { requiredMachineFor } from '../../application/machine.js';
import { existingJournal } from '../../application/past-runs.js';
import { peersOfPlan, peerTrust, withConsent, type PeerTrust } from '../../application/peer-roots.js';
import { runProcedure } from '../../application/procedure.js';
import { knownSwitches, ownNames } from '../../application/switch-progress.js';
import { refuseSecondPlan, switchedAlready } from './before-begin.js';
import { readSwitchPlan, refuseOlderCopy } from '../../application/switch-plan-file.js';
import { nextAction } from './next.js';
import { readyToClear, readyToConfigure } from './node-turns.js';
import { chooseNodes, serverNameFor, type ChoiceWords } from '../../application/choose-nodes.js';
import {
  readyToAttach,
  readyToRemove,
  type ReadyTurn,
  type SwitchContext,
  type SwitchKey,
  type TurnContext,
} from './server-turns.js';

const dataSchema = z.strictObject({
  planFile: z.string(),
  revision: z.number(),
  clusterName: z.string().nullable(),
  dpmServerName: z.string(),
  nodes: z.array(
    z.strictObject({ name: z.string(), done: z.array(z.enum(switchStages)), restartNeeded: z.boolean() }),
  ),
  next: z.strictObject({ computer: z.string(), does: z.string() }).nullable(),
});

const dataOf = (plan: SwitchPlan, planFile: string): z.infer<typeof dataSchema> => {
  const turn = nextTurn(plan);
  return {
    planFile,
    revision: plan.revision,
    clusterName: plan.clusterName,
    dpmServerName: plan.dpmServerName,
    nodes: plan.nodes.map(({ name, done, restartNeeded }) => ({
      name,
      done: switchStages.filter((stage) => done[stage] !== null),
      restartNeeded: restartNeeded && done.restarted === null,
    })),
    next: turn && { computer: turnComputer(plan, turn), does: turnText[turn.does] },
  };
};

type Begun =
  | { readonly kind: 'plan'; readonly plan: SwitchPlan }
  /** All of these are protected by certificate already. */
  | { readonly kind: 'switched'; readonly notes: readonly string[] };

const choiceWords: ChoiceWords = {
  together: 'are switched together',
  verb: 'Switch',
  unknownCluster: [
    'If a switch of this cluster has begun, continue with its plan file: dpm-prep switch-auth --plan <file>',
    'Otherwise, name the nodes: --node <name>, once for each.',
  ],
};

/** A new plan, begun on the DPM server. */
const begin = async (
  context: SwitchContext,
  machine: Machine,
  facts: ComputerFacts,
  path: string,
): Promise<Begun> => {
  const { computer, installation } = facts;
  if (installation.role !== 'dpm-server') {
    throw usageProblem(
      `The switch plan ${path} does not exist. A switch begins on the DPM server, and this computer is ${computer.netbiosName}. Nothing was changed.`,
      'Copy the plan file here.',
      'Or begin on the DPM server: dpm-prep switch-auth --plan <file> --cluster-name <name>',
    );
  }
  const { clusterName } = context.answers;
  const named = context.answers.node ?? [];
  const answers: SwitchContext['answers'] = await complete(
    context.answers,
    clusterName === undefined && named.length === 0 ? [{ key: 'psName' }] : [],
    context.prompter,
  );
  const { netbiosName, fqdn } = computer;
  const { computers } = await machine.ask('protected-computers', {
    dpmServerName: answers.dpmServerName?.text ?? fqdn ?? netbiosName,
  });
  const wanted = {
    clusterName,
    names: [...(answers.psName === undefined ? [] : [answers.psName]), ...named].map(({ text }) => text),
  };
  const journal = existingJournal(context, machine);
  const known = await knownSwitches(machine, facts, journal);
  refuseSecondPlan(known, wanted, computers);
  const chosen = chooseNodes(computers, wanted, choiceWords);
  const switched = switchedAlready({ chosen, listed: computers, known, journal, confirmed: answers.confirm });
  if (switched !== null) return { kind: 'switched', notes: switched };
  const dpmServerName = answers.dpmServerName?.text ?? serverNameFor(computer, chosen.nodeNames);
  const plan = newSwitchPlan({
    id: randomBytes(8).toString('hex'),
    rehearsal: machine.rehearsal,
    dpmServerName,
    ...chosen,
  });
  return { kind: 'plan', plan };
};

const placeOf = (plan: SwitchPlan, facts: ComputerFacts, path: string): Place => {
  const place = placeIn(plan, ownNames(facts));
  const own = facts.computer.fqdn ?? facts.computer.netbiosName;
  if (place === null) {
    throw checkProblem(
      `${path} is the plan of ${plan.dpmServerName} and ${plan.nodes.map(({ name }) => name).join(', ')}, but this computer is ${own}. Nothing was changed.`,
      'Run it on the computer that is next in the plan.',
    );
  }
  const isServer = facts.installation.role === 'dpm-server';
  if (isServer !== (place.on === 'dpm-server')) {
    throw checkProblem(
      isServer
        ? `${own} is a DPM server, but the plan names it as a node. Nothing was changed.`
        : `${own} is not a DPM server, but the plan names it as one. Nothing was changed.`,
    );
  }
  return place;
};

const ready = async (turnContext: TurnContext, turn: Turn, isNew: boolean): Promise<ReadyTurn> => {
  switch (turn.does) {
    case 'remove':
      return readyToRemove(turnContext, isNew);
    case 'clear':
      return readyToClear(turnContext, turn.node);
    case 'configure':
      return readyToConfigure(turnContext, turn.node);
    case 'attach':
      return readyToAttach(turnContext);
  }
};

/** The root of the other side, where this turn configures or attaches by certificate. */
const trustFor = async (
  { context, machine, switchPlan }: TurnContext,
  { does }: Turn,
): Promise<PeerTrust | null> => {
  const { dpmServerName, dpmServerAuthorities, nodes, nodeAuthorities } = switchPlan;
  if (does === 'configure') {
    const peer = peersOfPlan(dpmServerName, dpmServerAuthorities);
    return peerTrust(context, machine, 'protected-computer', [peer]);
  }
  if (does !== 'attach') return null;
  const peer = peersOfPlan(nodes.map(({ name }) => name).join(', '), nodeAuthorities);
  return peerTrust(context, machine, 'dpm-server', [peer]);
};

/** Said where someone might leave it out: at the turn itself, and where a later turn is tried before it. */
const warningOf = (turn: Turn): readonly string[] =>
  turn.does === 'clear' ? [`Do not skip the uninstallation. ${enumeratesNothing}`] : [];

const done =
  'Every node is attached by certificate. Add the workload to a protection group in the DPM console.';

const run: CommandModule<SwitchKey>['run'] = async (given) => {
  const machine = await requiredMachineFor(given, 'dpm-server');
  const answers = await complete(
    given.answers,
    [{ key: 'plan', judge: judgePlanFile(machine) }],
    given.prompter,
  );
  const context = { ...given, answers };
  const facts = await computerFacts(machine);
  const path = machine.files.absolute(answers.plan);
  const existing = await readSwitchPlan(machine, path);
  const about = { command: given.spec.name, rehearsal: machine.rehearsal, computer: machine.label };
  const begun: Begun =
    existing === null ? await begin(context, machine, facts, path) : { kind: 'plan', plan: existing };
  if (begun.kind === 'switched') return report({ ...about, outcome: 'nothing-to-do', notes: begun.notes });
  const switchPlan = begun.plan;
  const place = placeOf(switchPlan, facts, path);
  refuseOlderCopy(switchPlan, existingJournal(context, machine), path);

  const standing = standingOf(switchPlan, place);
  if (standing.kind === 'finished') {
    return report({
      ...about,
      outcome: 'nothing-to-do',
      notes: [done],
      data: dataOf(switchPlan, path),
    });
  }
  const { turn } = standing;
  if (standing.kind === 'others-turn') {
    const next = nextAction(switchPlan, path);
    if (standing.early) {
      throw checkProblem(
        `It is not this computer's turn: first ${turnComputer(switchPlan, turn)} has to ${turnText[turn.does]}. Nothing was changed.`,
        `Run on ${turnComputer(switchPlan, turn)}: ${next?.command ?? ''}`,
        ...warningOf(turn),
      );
    }
    return report({
      ...about,
      exitCode: exitCode.otherMachineNext,
      notes: ['This computer has done its part. Another computer has the next turn.', ...warningOf(turn)],
      next,
      data: dataOf(switchPlan, path),
    });
  }
  const folder = folderOf(path) ?? machine.files.absolute('.');
  const turnContext: TurnContext = { context, machine, facts, switchPlan, path, folder, at: new Date() };
  const prepared = await ready(turnContext, turn, existing === null);
  const { after, plan } = prepared.turn;
  const trust = await trustFor(turnContext, turn);
  const result = await runProcedure(context, {
    plan: trust === null ? plan : { ...plan, steps: [...trust.steps, ...plan.steps] },
    machine,
    answers: trust === null ? prepared.answers : withConsent(prepared.answers, trust),
    findings: prepared.findings,
    about: {
      dpmServerName: switchPlan.dpmServerName,
      psName: turn.on === 'node' ? turn.node.name : null,
      ...(trust === null ? {} : { peers: trust.peers }),
    },
    next: (earlier) => nextAction(after(earlier), path),
    notes: (earlier) => (nextTurn(after(earlier)) === null ? [done] : []),
  });
  return { ...result, data: dataOf((await readSwitchPlan(machine, path)) ?? switchPlan, path) };
};

export default { run, dataSchema } satisfies CommandModule<SwitchKey>;
