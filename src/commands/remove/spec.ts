import type { CommandSpec } from '../../application/command.js';
import { checkParameters, scenarioParameters } from '../../application/parameter-groups.js';

export const spec = {
  name: 'remove',
  group: 'The procedure',
  place: 8,
  summary: 'both computers: remove a computer from DPM, and its agent from the computer',
  description: [
    'On the DPM server, it runs Remove-ProductionServer.ps1 for a computer, or for all nodes of a cluster. DPM refuses while a data source is in active protection (ID 292): stop its protection first.',
    'On the protected computer, it uninstalls the agent and deletes its folder. Windows may ask for a restart between the two.',
    'Backups of the computer stop. Type the name of the computer or cluster to confirm, or give it with --confirm.',
  ],
  parameters: [
    ...scenarioParameters,
    'dpmServerName',
    'psName',
    'clusterName',
    'confirm',
    'silenceSeconds',
    ...checkParameters,
  ],
  examples: [
    { does: 'First on the DPM server', line: 'dpm-prep remove --ps-name Finance01' },
    { does: 'All nodes of a cluster', line: 'dpm-prep remove --cluster-name Cluster01' },
    { does: 'Then on the protected computer', line: 'dpm-prep remove' },
    {
      does: 'Unattended',
      line: 'dpm-prep remove --ps-name Finance01 --confirm Finance01 --yes --no-input',
    },
  ],
} as const satisfies CommandSpec;
