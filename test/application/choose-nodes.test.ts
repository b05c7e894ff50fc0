import { describe, expect, it } from 'vitest';
import { chooseNodes, type ChoiceWords, type WantedNodes } from '../../src/application/choose-nodes.js';
import { Problem } from '../../src/problem.js';

const computer = (serverName: string, clusterName: string | null, state = 'NoDatasourcesProtected') => ({
  serverName,
  machineName: null,
  name: null,
  domain: null,
  clusterName,
  state,
  connectivity: null,
  authentication: null,
});

const listed = [
  computer('Node01', 'Cluster01'),
  computer('Node02', 'Cluster01'),
  computer('Node09', 'Cluster01', 'Deleted'),
  computer('Finance01', null),
  computer('File01', 'Share.corp.com'),
  computer('Twin01', 'Twin.a.com'),
  computer('Twin02', 'Twin.b.com'),
  computer('Sql01', 'Cluster02'),
  computer('Sql02', 'Cluster02'),
];

const words: ChoiceWords = { together: 'are switched together', verb: 'Switch', unknownCluster: [] };

const chosen = (wanted: Partial<WantedNodes>): string => {
  try {
    const { clusterName, nodeNames } = chooseNodes(
      listed,
      { clusterName: undefined, names: [], ...wanted },
      words,
    );
    return `${clusterName ?? 'no cluster'}: ${nodeNames.join(', ')}`;
  } catch (error) {
    if (error instanceof Problem) return `exit ${String(error.exitCode)}: ${error.message}`;
    throw error;
  }
};

describe('which computers are switched together', () => {
  it.each([
    ['all nodes of a cluster that is named', { clusterName: 'cluster01' }, /^Cluster01: Node01, Node02$/],
    ['by the name that DPM spells', { clusterName: 'Share' }, /^Share\.corp\.com: File01$/],
    [
      'not two clusters that share a NetBIOS name',
      { clusterName: 'Twin' },
      /^exit 3: .*Twin\.a\.com, Twin\.b\.com/,
    ],
    ['one of them by its whole name', { clusterName: 'twin.b.com' }, /^Twin\.b\.com: Twin02$/],
    ['one computer', { names: ['Finance01'] }, /^no cluster: Finance01$/],
    [
      'all nodes, named one by one and one twice',
      { names: ['Node02', 'node01', 'NODE02'] },
      /^Cluster01: Node02, Node01$/,
    ],
    ['not a part of a cluster', { names: ['Node01'] }, /^exit 3: .*Node02 would be left/],
    ['no cluster that is unknown', { clusterName: 'Other' }, /^exit 2: .*it lists nodes of Cluster01, Share/],
    ['no computer that is not listed', { names: ['Node05', 'Finance01'] }, /^exit 3: .*does not list Node05/],
    [
      'no computer that is listed under another form of its name',
      { names: ['Finance01.corp.com'] },
      /^exit 3: /,
    ],
    ['no deleted record', { names: ['Node09'] }, /^exit 3: .*does not list Node09/],
    [
      'not a part of the second of two clusters',
      { names: ['Node01', 'Node02', 'Sql01'] },
      /^exit 3: .*Sql02 would be left/,
    ],
  ])('%s', (_what, wanted, expected) => {
    expect(chosen(wanted)).toMatch(expected);
  });
});
