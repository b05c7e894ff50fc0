import { sameName } from '../../dpm/names.js';
import { places } from '../practice-files.js';
import { faulty, type Answerer, type Asked } from './answer.js';

const lsa = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa';
const msv = `${lsa}\\MSV1_0`;
const netSetup = 'HKLM\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP';
const dpmDatabase = 'HKLM\\SOFTWARE\\Microsoft\\Microsoft Data Protection Manager\\DB';
const dpmSetup = 'HKLM\\SOFTWARE\\Microsoft\\Microsoft Data Protection Manager\\Setup';

type Row = readonly [key: string, name: string, value: number | string];

/** The database of the cluster, as every node has it. */
const clusterRows = ({ world, computer }: Asked): readonly Row[] => {
  if (world.cluster === null || computer.role === 'dpm-server') return [];
  const nodes = world.computers.filter(({ role }) => role === 'protected-computer');
  return [
    ['HKLM\\Cluster', 'ClusterName', world.cluster],
    ...nodes.map(({ netbiosName }, index): Row => [
      `HKLM\\Cluster\\Nodes\\${String(index + 1)}`,
      'NodeName',
      netbiosName,
    ]),
  ];
};

/** The registry of a practice computer, as far as anybody asks. */
const registry = (asked: Asked): readonly Row[] => {
  const { computer, state } = asked;
  const server = state.server !== null;
  const installed = server || state.agent !== null;
  return [
    ...clusterRows(asked),
    [lsa, 'ForceGuest', faulty(asked, 'force-guest') ? 1 : 0],
    [lsa, 'LmCompatibilityLevel', 3],
    ...(faulty(asked, 'ntlm-restricted')
      ? ([
          [msv, 'RestrictReceivingNTLMTraffic', 2],
          [msv, 'RestrictSendingNTLMTraffic', 2],
        ] as const)
      : []),
    ...(faulty(asked, 'missing-dotnet')
      ? []
      : ([
          [`${netSetup}\\v3.5`, 'Install', 1],
          [`${netSetup}\\v3.5`, 'SP', 1],
          [`${netSetup}\\v3.5`, 'Version', '3.5.30729.4926'],
        ] as const)),
    [
      'HKLM\\SYSTEM\\CurrentControlSet\\Control\\ProductOptions',
      'ProductType',
      faulty(asked, 'read-only-domain-controller') ? 'LanmanNT' : 'ServerNT',
    ],
    [`${netSetup}\\v4\\Full`, 'Install', 1],
    [`${netSetup}\\v4\\Full`, 'Release', 528_449],
    ...(installed
      ? ([[dpmSetup, 'InstallPath', server ? places.serverInstallPath : places.agentInstallPath]] as const)
      : []),
    ...(server
      ? ([
          [dpmDatabase, 'SqlServer', computer.netbiosName],
          [dpmDatabase, 'InstanceName', 'MSDPM'],
          [dpmDatabase, 'DatabaseName', `DPMDB_${computer.netbiosName}`],
        ] as const)
      : []),
  ];
};

export const registryValues: Answerer<'registry-values'> = (asked, { values }) => {
  const rows = registry(asked);
  return {
    values: values.map(({ key, name }) => {
      const row = rows.find(([inKey, called]) => sameName(inKey, key) && sameName(called, name));
      return { key, name, exists: row !== undefined, value: row?.[2] ?? null };
    }),
  };
};
