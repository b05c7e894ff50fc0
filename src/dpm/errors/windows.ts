import { inferred, microsoft, observed } from '../source.js';
import { openPorts, resolveNames } from './advice.js';
import { errorsOf, type Row } from './entry.js';

const dcom = microsoft('KB5004442, DCOM server security feature bypass');
const hardening = (id: number): Row => [
  id,
  'DCOM hardening',
  'A DCOM call was refused because its authentication level is too low (hardening of 2023). No source ties a failure of DPM to it.',
  ['Install the current updates of Windows and DPM on both computers.'],
  null,
  dcom,
];

/** Events of the Windows logs that go with these errors. */
export const eventErrors = errorsOf('event', [
  [
    7024,
    'A service ended with an error',
    'A service ended with an error of its own. For DPMRA with 10048: another program has its port.',
    ['See error 10048.'],
    'dpm-prep preflight',
    microsoft('The protection agent service does not start (KB 947682)'),
  ],
  [
    10016,
    'DCOM permission missing',
    'An account lacks a DCOM permission. Where the event names the DPM RA service, the DPM server may not start the agent.',
    ['Run SetDpmServer again, or give the permission in Component Services.'],
    'dpm-prep set-dpm-server',
    observed('Seen by others together with error 42'),
  ],
  ...[10036, 10037, 10038].map(hardening),
]);

const portTaken = {
  name: 'Port in use (WSAEADDRINUSE)',
  meaning:
    'Another program listens on the port that the agent needs (5718 or 5719), so DPMRA does not start.',
  fix: [
    'Find the program (netstat -ano) and give it another port.',
    'Or change the ports of the agent with SetAgentCfg.exe from the DPM server: SetAgentCfg e dpmra <port> <alternate port>, then restart DPMRA.',
  ],
  source: microsoft('The protection agent service does not start (KB 947682)'),
} as const;

/** HRESULTs and Winsock errors that DPM passes on. */
export const windowsErrors = errorsOf('windows', [
  ['10048', portTaken.name, portTaken.meaning, portTaken.fix, 'dpm-prep preflight', portTaken.source],
  ['0x2740', portTaken.name, portTaken.meaning, portTaken.fix, 'dpm-prep preflight', portTaken.source],
  [
    '0x80004005',
    'Unspecified error',
    'Windows gives no reason. From the installer or SetDpmServer it most often means that WMI is not allowed in the firewall.',
    [
      'Allow Windows Management Instrumentation in Windows Firewall, and check that the service Winmgmt runs.',
    ],
    'dpm-prep preflight',
    microsoft('Troubleshoot DPM protection agent installation issues'),
  ],
  [
    '0x80070005',
    'Access denied',
    'Windows refused: the prompt is not elevated, or the DPM server lacks its permissions on the protected computer.',
    [
      'Run the tool in an elevated prompt.',
      'Run SetDpmServer again; it puts the DPM server into the groups that the agent trusts.',
    ],
    'dpm-prep set-dpm-server',
    microsoft('Agent communication errors (KB 970090)'),
  ],
  [
    '0x800706BA',
    'RPC server unavailable',
    'The other computer was not reached by RPC: a firewall, a wrong name, or a service that does not run.',
    [openPorts, resolveNames],
    'dpm-prep preflight',
    microsoft('Agent installation error 319 (KB 2981833)'),
  ],
  [
    '1641',
    'Restart begun',
    'The installer succeeded and has begun a restart (a general code of Windows Installer).',
    ['Go on after the restart.'],
    'dpm-prep resume',
    inferred('Codes of Windows Installer; those of DPMAgentInstaller are not documented'),
  ],
  [
    '3010',
    'Restart required',
    'The installer succeeded; Windows must be restarted (a general code of Windows Installer).',
    ['Restart when it suits; dpm-prep never does.'],
    'dpm-prep resume',
    inferred('Codes of Windows Installer; those of DPMAgentInstaller are not documented'),
  ],
]);
