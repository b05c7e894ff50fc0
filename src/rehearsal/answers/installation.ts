import { createHash } from 'node:crypto';
import { places } from '../practice-files.js';
import type { Answer } from '../../machine/questions.js';
import { faulty, type Answerer, type Asked } from './answer.js';
import { withFaults } from './services.js';

/** As the registry has it: nothing before SetDpmServer ran. */
const agentConfiguration = (asked: Asked): Answer<'installation'>['agentConfiguration'] => {
  const configuration = asked.state.agent?.configuration;
  if (faulty(asked, 'agent-configuration-missing')) return null;
  if (configuration === undefined || configuration.mode === 'none') return null;
  return {
    sha256: createHash('sha256').update(JSON.stringify(configuration)).digest('hex'),
    dpmServers: [configuration.dpmServerName],
  };
};

const concernsDpm = /^(?:DPM|MSDPM|DpmCPWrapper)/i;

/** What an agent of another version left: Windows lists it, and no agent works. */
const remains = {
  displayName: 'Microsoft System Center 2016  DPM Protection Agent',
  version: '5.0.158.0',
  productCode: '{14DD5B44-17CE-4E89-8BEB-2E6536B81B35}',
};

export const installation: Answerer<'installation'> = (asked) => {
  const { state } = asked;
  const server = state.server !== null;
  const { agent } = state;
  const role = server ? 'dpm-server' : agent === null ? 'neither' : 'protected-computer';
  const installPath = server ? places.serverInstallPath : agent === null ? null : places.agentInstallPath;
  return {
    role,
    installPath,
    binFolder: installPath === null ? null : `${installPath}bin`,
    version: state.server?.version ?? agent?.version ?? null,
    owners: [...state.owners, ...(faulty(asked, 'other-dpm-server') ? ['OtherDpm'] : [])],
    agentConfiguration: agentConfiguration(asked),
    services: state.services
      .filter(({ name }) => concernsDpm.test(name))
      .map((service) => withFaults(asked, service)),
    products: [
      ...state.products.filter(({ displayName }) => displayName.includes('DPM')),
      ...(faulty(asked, 'other-agent-version') ? [remains] : []),
    ],
  };
};
