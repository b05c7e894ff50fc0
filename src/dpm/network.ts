import { inferred, microsoft, observed, page, type Source } from './source.js';
import type { Method } from './scenarios.js';

/** One row of what must get through between the two computers. */
export interface NetworkPort {
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  readonly use: string;
  /** Who opens the connection. */
  readonly direction: 'both' | 'to-protected-computer' | 'to-dpm-server';
  /** Methods that need it. */
  readonly methods: readonly Method[];
  /** What listens on it. `windows`: always; `agent`: while the agent runs; `push`: only during a push installation. */
  readonly listener: 'windows' | 'agent' | 'push';
  readonly source: Source;
}

const both: readonly Method[] = ['ntlm', 'certificate'];
const networkSettings = page('Network settings');
const deploy = microsoft('Deploy the DPM protection agent');

/** 6076 is missing from the page's table; it is known only from an older Microsoft article and error 33235. */
export const certificatePort = 6076;

export const networkPorts: readonly NetworkPort[] = [
  {
    protocol: 'TCP',
    port: 135,
    use: 'Control data (DCOM); DCOM then continues on a dynamic RPC port',
    direction: 'both',
    methods: both,
    listener: 'windows',
    source: networkSettings,
  },
  {
    protocol: 'TCP',
    port: 5718,
    use: 'File transfer (Winsock)',
    direction: 'both',
    methods: both,
    listener: 'agent',
    source: networkSettings,
  },
  {
    protocol: 'TCP',
    port: 5719,
    use: 'Agent coordinator (dpmac.exe)',
    direction: 'both',
    methods: both,
    listener: 'push',
    source: microsoft(
      'Agent installation error 319 (KB 2981833): 5719 is the port of dpmac.exe. The network table of the page lists it for file transfer',
    ),
  },
  {
    protocol: 'TCP',
    port: certificatePort,
    use: 'Certificate authentication (DPM CPWrapper service)',
    direction: 'both',
    methods: ['certificate'],
    listener: 'agent',
    source: observed(
      "An older article of Microsoft's DPM team (2012); the page's network table does not have it",
    ),
  },
];

/** TCP ports that something of DPM listens on, on either side. */
export const dpmPorts: ReadonlySet<number> = new Set([135, 5718, 5719, 6075, certificatePort]);

export const portsFor = (method: Method): readonly NetworkPort[] =>
  networkPorts.filter(({ methods }) => methods.includes(method));

/** A sentence of the page's network table that is not a port. */
export interface NetworkNote {
  readonly id: string;
  readonly text: string;
  readonly source: Source;
}

/** No program can see it from the computer itself, so it is said wherever the network is shown. */
export const perimeterNote: NetworkNote = {
  id: 'perimeter',
  text: 'Perimeter network (DMZ): protection of computers in one is not supported.',
  source: networkSettings,
};

export const networkNotes: readonly NetworkNote[] = [
  {
    id: 'account',
    text: 'The account is a local one without administrator rights on the DPM server; it communicates by NTLM v2.',
    source: networkSettings,
  },
  {
    id: 'agent',
    text: 'The agent is installed on the protected computer itself, not pushed from the DPM server.',
    source: networkSettings,
  },
  perimeterNote,
  { id: 'ipsec', text: 'IPsec must not block the communication.', source: networkSettings },
];

/** A command that opens the Windows firewall, as it can be pasted. */
export interface FirewallCommand {
  readonly opens: string;
  readonly command: string;
  readonly source: Source;
}

const addRule = (name: string, rest: string): string =>
  `netsh advfirewall firewall add rule name="${name}" dir=in action=allow ${rest}`;

/** DPMRA.exe may receive: 5718 and its dynamic RPC port. `binFolder`: where the agent is. */
export const allowAgent = (binFolder: string): FirewallCommand => ({
  opens: 'DPMRA.exe',
  command: addRule('dpmra', `program="${binFolder}\\DPMRA.exe" profile=any`),
  source: deploy,
});

export const allowDcom: FirewallCommand = {
  opens: 'TCP 135',
  command: addRule('DPMRA_DCOM_135', 'protocol=TCP localport=135 profile=any'),
  source: deploy,
};

export const allowCertificatePort: FirewallCommand = {
  opens: `TCP ${String(certificatePort)}`,
  command: addRule('DPM CPWrapper', `protocol=TCP localport=${String(certificatePort)} profile=any`),
  source: inferred('The documented command for port 135; none is published for 6076'),
};

/** What opens one port, on the computer that listens there. */
export const firewallCommandFor = (port: number, binFolder: string): FirewallCommand => {
  if (port === 135) return allowDcom;
  return port === certificatePort ? allowCertificatePort : allowAgent(binFolder);
};
