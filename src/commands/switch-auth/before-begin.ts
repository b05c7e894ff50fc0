import { mayBeSameComputer, sameName } from '../../dpm/names.js';
import { nextTurn, turnComputer, turnText } from '../../dpm/switch-plan.js';
import type { ProtectedComputer } from '../../machine/questions.js';
import { checkProblem } from '../../problem.js';
import type { Journal } from '../../run/journal.js';
import { enumeratesNothing } from '../../steps/list-data-sources.js';
import { lastAttachOf } from '../../application/attach/history.js';
import {
  isContradicted,
  openSwitches,
  switchedText,
  type KnownSwitch,
} from '../../application/switch-progress.js';
import type { ChosenNodes, WantedNodes } from '../../application/choose-nodes.js';

/** A switch that has begun is continued with its own plan file: under another one it would remove the computers again. */
export const refuseSecondPlan = (
  known: readonly KnownSwitch[],
  { clusterName, names }: WantedNodes,
  listed: readonly ProtectedComputer[],
): void => {
  const same = openSwitches(known).find(
    (one) =>
      !isContradicted(one, listed) &&
      ((clusterName !== undefined &&
        one.plan.clusterName !== null &&
        mayBeSameComputer(one.plan.clusterName, clusterName)) ||
        one.plan.nodes.some((node) => names.some((name) => mayBeSameComputer(node.name, name)))),
  );
  const turn = same ? nextTurn(same.plan) : null;
  if (same === undefined || turn === null) return;
  throw checkProblem(
    `The switch of ${switchedText(same.plan)} has begun with the plan file ${same.path} (revision ${String(same.plan.revision)}). Next, ${turnComputer(same.plan, turn)} has to ${turnText[turn.does]}. Nothing was changed.`,
    turn.on === 'dpm-server'
      ? `Continue with that file: dpm-prep switch-auth --plan ${same.path}`
      : `Continue with that file on ${turnComputer(same.plan, turn)}, or copy the newest one here.`,
  );
};

export interface Chosen {
  readonly chosen: ChosenNodes;
  readonly listed: readonly ProtectedComputer[];
  readonly known: readonly KnownSwitch[];
  readonly journal: Journal | null;
  /** --confirm: the name of the cluster or of a computer, to switch it all the same. */
  readonly confirmed: string | undefined;
}

/**
 * What to say where all of these computers are protected by certificate already, so that there is nothing to switch; null:
 * at least one is not. DPM's list counts. No property of it is documented to tell, so where it does not, the last attach
 * or a finished switch that was recorded here counts.
 */
export const switchedAlready = ({
  chosen,
  listed,
  known,
  journal,
  confirmed,
}: Chosen): readonly string[] | null => {
  const { clusterName, nodeNames } = chosen;
  const name = clusterName ?? nodeNames[0] ?? '';
  if (confirmed !== undefined && [name, ...nodeNames].some((one) => sameName(one, confirmed))) return null;
  const isSwitched = (node: string): boolean => {
    const shown = listed.find(({ serverName }) => sameName(serverName, node))?.authentication ?? null;
    if (shown !== null) return shown === 'certificate';
    const last = lastAttachOf(journal, node);
    if (last !== null) return last.method === 'certificate';
    return known.some(
      ({ plan }) => nextTurn(plan) === null && plan.nodes.some((one) => sameName(one.name, node)),
    );
  };
  if (!nodeNames.every(isSwitched)) return null;
  return [
    `These nodes already use certificates: ${nodeNames.join(', ')}. There is nothing to switch.`,
    enumeratesNothing,
    `If a cluster shows no resources to protect, switch it again: dpm-prep switch-auth --plan <new file> --confirm ${name}`,
  ];
};
