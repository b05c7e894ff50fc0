import { complete } from '../../answers/complete.js';
import type { Prompter } from '../../answers/prompter.js';
import {
  methodsText,
  scenarioOf,
  scenarios,
  type Environment,
  type Method,
  type WorkloadId,
} from '../../dpm/scenarios.js';
import { sourceText } from '../../dpm/source.js';
import type { Machine } from '../../machine/machine.js';
import { checkProblem } from '../../problem.js';
import type { CommandContext, KeysOf } from '../../application/command.js';
import { readHandover } from '../../application/handover-file.js';
import { environmentOf, methodsFor, refuseUnsupported } from '../../application/scenario.js';
import type { Side } from '../../steps/step.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

interface Known {
  readonly context: CommandContext<Keys>;
  readonly possible: readonly Method[];
}

const nothingElse = 'nothing-else';

/** The table has no row of this workload for a single computer. */
const onlyOnClusters = (workload: WorkloadId): boolean => scenarioOf(workload).single.length === 0;

/** Whether it runs on a cluster makes a difference, so it is asked. */
const dependsOnCluster = (workload: WorkloadId): boolean =>
  Array.isArray(scenarioOf(workload).cluster) && !onlyOnClusters(workload);

/** What one workload allows, judged by Microsoft's table; where a cluster makes a difference, that is asked. */
const withOne = async (
  context: CommandContext<Keys>,
  workload: WorkloadId,
  environment: Environment | null,
): Promise<Known> => {
  const row = scenarioOf(workload);
  const wantedWith = (cluster: boolean | undefined) => ({
    workload,
    cluster: cluster ?? onlyOnClusters(workload),
    environment,
  });
  const asked = dependsOnCluster(workload)
    ? await complete(
        context.answers,
        [
          {
            key: 'cluster',
            judge: async (cluster) => {
              refuseUnsupported(wantedWith(cluster), null);
              return Promise.resolve();
            },
          },
        ],
        context.prompter,
      )
    : context.answers;
  const wanted = wantedWith(asked.cluster);
  refuseUnsupported(wanted, null);
  const possible = methodsFor(wanted);
  const { sayOnce } = context.screen;
  sayOnce(
    `${row.workload}: ${methodsText(possible)} ${possible.length === 1 ? 'alone is' : 'are'} possible.`,
  );
  for (const note of row.notes) sayOnce(note);
  // What Microsoft says otherwise on other pages, it says of clusters.
  if (wanted.cluster) {
    for (const { other, says } of row.contradictions) sayOnce(`Elsewhere (${sourceText(other)}): ${says}`);
  }
  return { context: { ...context, answers: asked }, possible };
};

/**
 * Everything that is to be protected on this computer, each judged, and the methods that all of it allows. What is not
 * supported is refused, and what no one method covers together.
 */
const withWorkloads = async (
  context: CommandContext<Keys>,
  prompter: Prompter,
  machine: Machine,
  side: Side,
): Promise<Known> => {
  const environment = await environmentOf(context.answers, machine, side);
  const { workload } = await complete(
    context.answers,
    [
      {
        key: 'workload',
        judge: async (ids) => {
          for (const id of ids.filter((one) => !dependsOnCluster(one)))
            refuseUnsupported({ workload: id, cluster: onlyOnClusters(id), environment }, null);
          return Promise.resolve();
        },
      },
    ],
    prompter,
  );
  const chosen: WorkloadId[] = [];
  let known: Known = { context, possible: ['ntlm', 'certificate'] };
  const add = async (next: WorkloadId): Promise<void> => {
    const one = await withOne(known.context, next, environment);
    const possible = known.possible.filter((method) => one.possible.includes(method));
    if (possible.length === 0) {
      const names = chosen.map((id) => scenarioOf(id).workload).join(', ');
      throw checkProblem(
        `One computer authenticates by one method. ${names} needs ${methodsText(known.possible)}, and ${scenarioOf(next).workload} needs ${methodsText(one.possible)} (${sourceText(scenarioOf(next).source)}). Nothing was changed.`,
        'Protect them on different computers, or leave one of them out.',
      );
    }
    chosen.push(next);
    known = {
      context: { ...one.context, answers: { ...one.context.answers, workload: [...chosen] } },
      possible,
    };
  };
  for (const id of workload) await add(id);
  // Whoever named them by flag named all of them.
  if (context.answers.workload !== undefined) return known;
  for (;;) {
    const names = chosen.map((id) => scenarioOf(id).workload).join(', ');
    const rest = scenarios.filter(({ id }) => !chosen.includes(id));
    const next = await prompter.choose<WorkloadId | typeof nothingElse>(
      `What else on this computer, besides ${names}?`,
      [
        { value: nothingElse, name: 'Nothing else' },
        ...rest.map((row) => ({ value: row.id, name: row.workload })),
      ],
      nothingElse,
    );
    if (next === nothingElse) return known;
    await add(next);
  }
};

/** NTLM or certificate: known from a flag or the handover file, else asked if what is to be protected allows both. */
export const withMethod = async (
  context: CommandContext<Keys>,
  machine: Machine,
  side: Side,
): Promise<CommandContext<Keys>> => {
  const { answers, prompter } = context;
  if (answers.auth !== undefined) return context;
  if (answers.handover !== undefined) {
    const { method } = await readHandover(machine, answers.handover);
    return { ...context, answers: { ...answers, auth: method } };
  }
  if (answers.dpmCredential !== undefined || answers.thumbprint !== undefined) {
    return { ...context, answers: { ...answers, auth: 'certificate' } };
  }
  if (prompter === null) return { ...context, answers: { ...answers, auth: 'ntlm' } };
  const known = await withWorkloads(context, prompter, machine, side);
  const [only] = known.possible;
  const chosen =
    known.possible.length === 1 && only !== undefined
      ? { ...known.context.answers, auth: only }
      : await complete(known.context.answers, [{ key: 'auth' }], prompter);
  return { ...known.context, answers: chosen };
};
