import { mayBeSameComputer, sameName } from '../../dpm/names.js';
import type { ProtectedComputer } from '../../machine/questions.js';
import { checkProblem, usageProblem } from '../../problem.js';
import { isListed, isNamed } from '../../steps/protected-computers.js';

export interface WantedNodes {
  readonly clusterName: string | undefined;
  /** --ps-name and --node, as given. */
  readonly names: readonly string[];
}

export interface ChosenNodes {
  readonly clusterName: string | null;
  readonly nodeNames: readonly string[];
}

const clustersOf = (computers: readonly ProtectedComputer[]): readonly string[] => [
  ...new Set(computers.flatMap(({ clusterName }) => (clusterName ? [clusterName] : []))),
];

const unique = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => !names.slice(0, index).some((earlier) => sameName(earlier, name)));

/**
 * Which computers are switched together: all nodes of the cluster that is named, or the computers that are named. The
 * page removes all nodes of a cluster, so a part of one is refused.
 */
export const chooseNodes = (
  listed: readonly ProtectedComputer[],
  { clusterName, names }: WantedNodes,
): ChosenNodes => {
  const computers = listed.filter(isListed);
  const nodesOf = (cluster: string): readonly string[] =>
    computers
      .filter((one) => one.clusterName !== null && mayBeSameComputer(one.clusterName, cluster))
      .map(({ serverName }) => serverName);
  if (names.length === 0 && clusterName !== undefined) {
    const nodeNames = nodesOf(clusterName);
    if (nodeNames.length > 0) return { clusterName, nodeNames };
    const known = clustersOf(computers);
    throw usageProblem(
      `The DPM server lists no node of a cluster ${clusterName}${known.length === 0 ? '' : `; it knows ${known.join(', ')}`}.`,
      'Name the nodes themselves: --node <name>, once for each.',
    );
  }
  const known = names.flatMap((name) => computers.filter((one) => isNamed(one, name)));
  const [cluster = null] = [...(clusterName === undefined ? [] : [clusterName]), ...clustersOf(known)];
  const left = (cluster === null ? [] : nodesOf(cluster)).filter(
    (node) => !names.some((name) => mayBeSameComputer(name, node)),
  );
  if (cluster !== null && left.length > 0) {
    throw checkProblem(
      `${names.join(', ')} ${names.length === 1 ? 'is a node' : 'are nodes'} of the cluster ${cluster}, whose nodes are switched together; ${left.join(', ')} would be left. Nothing was changed.`,
      `Switch all of them: --cluster-name ${cluster}`,
    );
  }
  return { clusterName: cluster, nodeNames: unique(names) };
};
