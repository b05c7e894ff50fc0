import type { AnswersOf } from '../answers/parameters.js';
import {
  judge,
  methodsText,
  possibleMethods,
  scenarioOf,
  type Environment,
  type Method,
  type WorkloadId,
} from '../dpm/scenarios.js';
import { sourceText } from '../dpm/source.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem } from '../problem.js';
import type { Side } from '../steps/step.js';

export interface Wanted {
  readonly workload: WorkloadId;
  readonly cluster: boolean;
  /** Null: not known, so only what is possible nowhere is refused. */
  readonly environment: Environment | null;
}

const environments: readonly Environment[] = ['workgroup', 'untrusted-domain'];

/** The methods by which it can be protected; none: not at all. */
export const methodsFor = ({ workload, cluster, environment }: Wanted): readonly Method[] =>
  (['ntlm', 'certificate'] as const).filter((method) =>
    (environment === null ? environments : [environment]).some((one) =>
      possibleMethods(workload, one, cluster).includes(method),
    ),
  );

/**
 * Refuses (exit 3) what Microsoft's table does not support, with the row that says so. Method null: not decided yet, so
 * it is enough that there is one.
 */
export const refuseUnsupported = (wanted: Wanted, method: Method | null): void => {
  const possible = methodsFor(wanted);
  if (method === null ? possible.length > 0 : possible.includes(method)) return;
  const { workload, cluster } = wanted;
  // Where it is not known, the environment in which more is possible gives the better reason.
  const environment = wanted.environment ?? 'untrusted-domain';
  const judgement = judge({ workload, cluster, environment, method: method ?? 'ntlm' });
  if (judgement.allowed) return;
  const { row, reason } = judgement;
  throw checkProblem(
    `${reason} (${sourceText(row.source)}) Nothing was changed.`,
    ...(possible.length === 0 ? [] : [`Use ${methodsText(possible)}: --auth ${possible[0] ?? ''}`]),
    ...row.notes,
    `The whole row: dpm-prep scenarios --workload ${row.id}`,
  );
};

/** The methods that all of these workloads allow together. */
const methodsForAll = (
  workloads: readonly WorkloadId[],
  wanted: Omit<Wanted, 'workload'>,
): readonly Method[] =>
  workloads
    .map((workload) => methodsFor({ workload, ...wanted }))
    .reduce((all, possible) => all.filter((method) => possible.includes(method)));

/**
 * Refuses (exit 3) each of the workloads of one computer that the page does not support, and all of them where no one method covers
 * them together.
 */
export const refuseUnsupportedTogether = (
  workloads: readonly WorkloadId[],
  wanted: Omit<Wanted, 'workload'>,
  method: Method | null,
): void => {
  for (const workload of workloads) refuseUnsupported({ workload, ...wanted }, method);
  if (workloads.length < 2 || methodsForAll(workloads, wanted).length > 0) return;
  const needs = workloads.map(
    (workload) =>
      `${scenarioOf(workload).workload} needs ${methodsText(methodsFor({ workload, ...wanted }))}`,
  );
  throw checkProblem(
    `One computer authenticates by one method. ${needs.join(', and ')}. Nothing was changed.`,
    'Protect them on different computers, or leave one of them out.',
  );
};

/** How this computer stands to the DPM server: as it was said, or as the protected computer shows it. */
export const environmentOf = async (
  answers: AnswersOf<'environment'>,
  machine: Machine | null,
  side: Side,
): Promise<Environment | null> => {
  if (answers.environment !== undefined) return answers.environment;
  if (machine === null || side === 'dpm-server') return null;
  const { membership } = await machine.ask('computer', {});
  return membership === 'workgroup' ? 'workgroup' : 'untrusted-domain';
};
