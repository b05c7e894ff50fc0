import type { CommandSpec } from '../../application/command.js';
import { checkParameters, scenarioParameters } from '../../application/parameter-groups.js';

export const installAgent: CommandSpec = {
  name: 'install-agent',
  group: 'The procedure',
  summary: 'protected computer: install the DPM protection agent',
  parameters: [...scenarioParameters, 'installer', 'acceptEula', ...checkParameters],
  examples: [
    { does: 'From the DPM medium', line: 'dpm-prep install-agent --installer D:\\Agents --accept-eula' },
    {
      does: 'Show what would run',
      line: 'dpm-prep install-agent --installer D:\\Agents --accept-eula --dry-run',
    },
  ],
  load: async () => (await import('./run.js')).default,
};
