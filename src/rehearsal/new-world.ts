import { hostLabel } from '../dpm/names.js';
import { usageProblem } from '../problem.js';
import { ruleFor } from './firewall-rule.js';
import { places, plantFolder, plantProgram, plantText, practiceVersion } from './practice-files.js';
import { scriptNames } from './tools/script-parameters.js';
import { seal } from './password.js';
import { writeState, writeWorld } from './store.js';
import { behaviourSchema, type Behaviour, type PracticeComputer, type State } from './state.js';

export interface NewWorld {
  readonly dpmServer: string;
  readonly computers: readonly string[];
  readonly faults: readonly string[];
  readonly behaviour: Partial<Behaviour>;
  readonly cluster: string | null;
  /** The protected computers are DPM servers themselves. */
  readonly protectedDpmServers: boolean;
}

const service = (name: string, displayName: string | null, state: 'running' | 'stopped') =>
  ({ name, displayName, state, startMode: 'automatic' }) as const;

const windowsServices = () => [
  service('COMSysApp', 'COM+ System Application', 'running'),
  service('EventSystem', 'COM+ Event System', 'running'),
  service('Winmgmt', 'Windows Management Instrumentation', 'running'),
  { ...service('msiserver', 'Windows Installer', 'stopped'), startMode: 'manual' as const },
  service('RemoteRegistry', 'Remote Registry', 'running'),
  service('CryptSvc', 'Cryptographic Services', 'running'),
  service('RpcSs', 'Remote Procedure Call (RPC)', 'running'),
  service('MSDTC', 'Distributed Transaction Coordinator', 'running'),
  service('VSS', 'Volume Shadow Copy', 'stopped'),
];

const administrator = (): State['accounts'][number] => ({
  name: 'Administrator',
  enabled: true,
  passwordLastSet: '2026-01-01T00:00:00.000Z',
  passwordExpires: false,
  locked: false,
  administrator: true,
  password: seal('Practice-Administrator-1!'),
});

const emptyState = (): State => ({
  schemaVersion: 1,
  membership: 'workgroup',
  membershipName: 'WORKGROUP',
  restartReasons: [],
  lastStart: new Date(Date.now() - 3 * 86_400_000).toISOString(),
  agent: null,
  server: null,
  services: windowsServices(),
  products: [
    {
      displayName: 'Microsoft Visual C++ 2012 x64 Minimum Runtime - 11.0.61030',
      version: '11.0.61030',
      productCode: '{CF2BEA3C-26EA-32F8-AA9B-331F7E34BA97}',
    },
  ],
  accounts: [administrator()],
  firewall: { enabled: true, rules: [] },
  ports: [
    { port: 135, process: 'svchost' },
    { port: 445, process: 'System' },
  ],
  owners: [],
  certificates: [],
  pendingKeys: [],
});

const serverState = (fqdn: string): State => ({
  ...emptyState(),
  membership: 'domain',
  membershipName: fqdn.split('.').slice(1).join('.'),
  server: { version: practiceVersion, records: [], credentials: null },
  services: [
    ...windowsServices(),
    service('MSDPM', 'DPM', 'running'),
    service('DPMAMService', 'DPM AccessManager Service', 'running'),
    { ...service('DPMRA', 'DPMRA', 'running'), startMode: 'manual' },
    { ...service('DPMLA', 'DPM Library Agent', 'stopped'), startMode: 'manual' },
    service('DPMWriter', 'DPM Writer', 'running'),
    { ...service('DpmCPWrapperService', 'DPM CPWrapper Service', 'stopped'), startMode: 'disabled' },
  ],
  // What DPM's setup opens; 6076 is opened by Set-DPMCredentials.
  firewall: {
    enabled: true,
    rules: [
      ruleFor('DPMRA', { program: `${places.serverBin}\\DPMRA.exe` }),
      ruleFor('DPM', { program: `${places.serverBin}\\msdpm.exe` }),
      ruleFor('DPM AccessManager', { program: `${places.serverBin}\\AMSvcHost.exe` }),
      ruleFor('DPM DCOM', { protocol: 'TCP', localPorts: '135' }),
      ruleFor('DPM client protection', { protocol: 'TCP', localPorts: '6075' }),
    ],
  },
  ports: [
    { port: 135, process: 'svchost' },
    { port: 445, process: 'System' },
    { port: 5718, process: 'DPMRA' },
  ],
});

const plantServer = (folder: string, id: string): void => {
  for (const name of scriptNames) {
    plantText(folder, id, `${places.serverBin}\\${name}`, '# A practice script: dpm-prep itself plays it.\n');
  }
  plantProgram(folder, id, `${places.serverBin}\\DPMRA.exe`, practiceVersion);
  plantProgram(
    folder,
    id,
    `${places.serverAgents}\\${practiceVersion}\\amd64\\DPMAgentInstaller_x64.exe`,
    practiceVersion,
  );
};

const defaultDomain = 'corp.contoso.com';

const netbiosOf = (name: string): string => hostLabel(name).slice(0, 15);
const suffixOf = (name: string): string | null => {
  const suffix = name.split('.').slice(1).join('.');
  return suffix === '' ? null : suffix;
};

const practiceComputer = (name: string, n: number): PracticeComputer => {
  const suffix = suffixOf(name);
  return {
    id: name,
    role: 'protected-computer',
    netbiosName: netbiosOf(name),
    fqdn: suffix === null ? null : name,
    dnsSuffixes: suffix === null ? [] : [suffix],
    address: n < 250 ? `192.0.2.${String(n + 2)}` : `198.51.100.${String(n % 250)}`,
  };
};

/** A computer with nothing but Windows; the installation media are in drive D. */
const plantComputer = (folder: string, computer: PracticeComputer, protectedDpmServers: boolean): void => {
  for (const path of [places.system, places.windowsTemp, places.users, 'C:\\Temp']) {
    plantFolder(folder, computer.id, path);
  }
  for (const name of ['certreq.exe', 'msiexec.exe', 'shutdown.exe']) {
    plantProgram(folder, computer.id, `${places.system}\\${name}`, '10.0.20348.1');
  }
  if (computer.role === 'dpm-server') {
    writeState(folder, computer.id, serverState(computer.fqdn ?? computer.netbiosName));
    plantServer(folder, computer.id);
    return;
  }
  if (protectedDpmServers) {
    writeState(folder, computer.id, {
      ...serverState(computer.fqdn ?? computer.netbiosName),
      // DPM brings the agent of its own version.
      agent: { version: practiceVersion, configuration: { mode: 'none' }, onceNtlm: false },
    });
    plantServer(folder, computer.id);
    plantProgram(folder, computer.id, `${places.serverBin}\\SetDpmServer.exe`, practiceVersion);
    return;
  }
  plantProgram(folder, computer.id, `${places.system}\\msiexec.exe`, '5.0.20348.1');
  plantProgram(folder, computer.id, `${places.media}\\DPMAgentInstaller_x64.exe`, practiceVersion);
  writeState(folder, computer.id, emptyState());
};

/** Writes a new practice pair into an empty folder. world.json comes last: without it the folder is not a world. */
export const plantWorld = (folder: string, wanted: NewWorld): void => {
  const server: PracticeComputer = {
    id: wanted.dpmServer,
    role: 'dpm-server',
    netbiosName: netbiosOf(wanted.dpmServer),
    fqdn: suffixOf(wanted.dpmServer) === null ? `${wanted.dpmServer}.${defaultDomain}` : wanted.dpmServer,
    dnsSuffixes: [suffixOf(wanted.dpmServer) ?? defaultDomain],
    address: '192.0.2.1',
  };
  const computers = wanted.computers.map(practiceComputer);
  const ids = [server, ...computers].map(({ id }) => id.toLowerCase());
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw usageProblem(`Two practice computers cannot both be named ${twice}.`);
  for (const computer of [server, ...computers]) plantComputer(folder, computer, wanted.protectedDpmServers);
  writeWorld(folder, {
    kind: 'dpm-prep practice world',
    schemaVersion: 1,
    created: new Date().toISOString(),
    computers: [server, ...computers],
    faults: [...wanted.faults],
    behaviour: behaviourSchema.parse(wanted.behaviour),
    cluster: wanted.cluster,
  });
};
