import { mayBeSameComputer, nameForm, sameName } from '../dpm/names.js';
import type { Answer, ProtectedComputer } from '../machine/questions.js';
import { checkProblem, usageProblem } from '../problem.js';
import { isListed, isNamed } from '../steps/protected-computers.js';

export interface WantedNodes {
  readonly clusterName: string | undefined;
  /** --ps-name and --node, as given. */
  readonly names: readonly string[];
}

/** What the nodes are chosen for, in the words of its refusals. */
export interface ChoiceWords {
  /** What happens to all nodes of a cluster together: "are switched together". */
  readonly together: string;
  /** The imperative: "Switch". */
  readonly verb: string;
  /** What else to try where no node of the cluster is listed. */
  readonly unknownCluster: readonly string[];
}

export interface ChosenNodes {
  readonly clusterName: string | null;
  readonly nodeNames: readonly string[];
}

/** Without another word, the DPM server is named in the form that these computers are named in. */
export const serverNameFor = (
  { netbiosName, fqdn }: Answer<'computer'>,
  nodeNames: readonly string[],
): string => (nodeNames.some((name) => nameForm(name) === 'fqdn') ? (fqdn ?? netbiosName) : netbiosName);

const unique = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => !names.slice(0, index).some((earlier) => sameName(earlier, name)));

const clustersOf = (computers: readonly ProtectedComputer[]): readonly string[] =>
  unique(computers.flatMap(({ clusterName }) => (clusterName ? [clusterName] : [])));

/**
 * Which computers are removed together: all nodes of the cluster that is named, or the computers that are named, as DPM
 * spells them. The page removes all nodes of a cluster, so a part of one is refused.
 */
export const chooseNodes = (
  listed: readonly ProtectedComputer[],
  { clusterName, names }: WantedNodes,
  words: ChoiceWords,
): ChosenNodes => {
  const computers = listed.filter(isListed);
  const nodesOf = (cluster: string): readonly string[] =>
    computers
      .filter((one) => one.clusterName !== null && sameName(one.clusterName, cluster))
      .map(({ serverName }) => serverName);
  if (names.length === 0 && clusterName !== undefined) {
    const [own, ...others] = clustersOf(computers).filter((one) => mayBeSameComputer(one, clusterName));
    if (own !== undefined && others.length === 0) return { clusterName: own, nodeNames: nodesOf(own) };
    const exact = [own, ...others].find((one) => one !== undefined && sameName(one, clusterName));
    if (exact !== undefined) return { clusterName: exact, nodeNames: nodesOf(exact) };
    if (own !== undefined) {
      throw checkProblem(
        `The DPM server lists more than one cluster of that name: ${[own, ...others].join(', ')}. Nothing was changed.`,
        'Give the whole name of one of them with --cluster-name.',
      );
    }
    const known = clustersOf(computers);
    throw usageProblem(
      `The DPM server does not list a node of a cluster ${clusterName}${known.length === 0 ? '' : `; it lists nodes of ${known.join(', ')}`}.`,
      ...words.unknownCluster,
    );
  }
  // Only a computer that DPM lists under exactly this name: another spelling would be taken for one that is removed already.
  const known = names.map((name) => {
    const computer = computers.find((one) => isNamed(one, name));
    if (computer) return computer;
    const similar = computers.find(({ serverName }) => mayBeSameComputer(serverName, name));
    throw checkProblem(
      `The DPM server does not list ${name}. Nothing was changed.`,
      similar === undefined
        ? `It lists: ${
            computers
              .map(({ serverName }) => serverName)
              .slice(0, 20)
              .join(', ') || 'no computer'
          }`
        : `It lists ${similar.serverName}. If that is the computer: --ps-name ${similar.serverName}`,
    );
  });
  // As DPM spells it. A cluster that DPM does not list keeps the name that was given.
  const given = clustersOf(computers).find(
    (one) => clusterName !== undefined && mayBeSameComputer(one, clusterName),
  );
  const clusters = unique([
    ...(clusterName === undefined ? [] : [given ?? clusterName]),
    ...clustersOf(known),
  ]);
  const [cluster = null] = clusters;
  const left = clusters
    .flatMap(nodesOf)
    .filter((node) => !known.some(({ serverName }) => sameName(serverName, node)));
  if (cluster !== null && left.length > 0) {
    throw checkProblem(
      `${names.join(', ')} ${names.length === 1 ? 'is a node' : 'are nodes'} of the cluster ${clusters.join(' and ')}, whose nodes ${words.together}; ${left.join(', ')} would be left. Nothing was changed.`,
      `${words.verb} all of them: ${clusters.map((one) => `--cluster-name ${one}`).join(', then ')}`,
    );
  }
  return { clusterName: cluster, nodeNames: unique(known.map(({ serverName }) => serverName)) };
};
