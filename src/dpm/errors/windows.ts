import { inferred, microsoft, observed } from '../source.js';
import { openPorts, resolveNames } from './advice.js';
import { errorsOf, type Row } from './entry.js';

const dcom = microsoft('KB5004442, DCOM server security feature bypass');
const hardening = (id: number): Row => [
  id,
  'DCOM hardening',
  'Windows refused a DCOM call because its authentication level is too low (hardening of 2023). Microsoft documents no failure of DPM because of it.',
  ['Install the current updates of Windows and DPM on both computers.'],
  null,
  dcom,
];

/** Events of the Windows logs that belong to these errors. */
export const eventErrors = errorsOf('event', [
  [
    7024,
    'A service ended with an error',
    'A service ended with an error of its own. For DPMRA with 10048, another program uses its port.',
    ['See error 10048.'],
    'dpm-prep preflight',
    microsoft('The protection agent service does not start (KB 947682)'),
  ],
  [
    10016,
    'DCOM permission missing',
    'An account does not have a DCOM permission. If the event names the DPM RA service, AppID {2DF31D97-33CC-4966-8FF9-F47C90F7D0F3}, it is about the agent: the DPM server is not allowed to start it.',
    [
      'Run SetDpmServer again. It sets the permissions.',
      'Or give the account that the event names the permission "Local Activation" or "Remote Activation" for DPM RA in Component Services (dcomcnfg).',
    ],
    'dpm-prep set-dpm-server',
    observed('Seen by others together with error 42; the AppID from a public wiki page (EIDOLF)'),
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

const installerCodes = inferred('Codes of Windows Installer; those of DPMAgentInstaller are not documented');

/** HRESULTs and Winsock errors that DPM passes on, with an article about DPM. */
export const windowsErrors = errorsOf('windows', [
  ['10048', portTaken.name, portTaken.meaning, portTaken.fix, 'dpm-prep preflight', portTaken.source],
  ['0x2740', portTaken.name, portTaken.meaning, portTaken.fix, 'dpm-prep preflight', portTaken.source],
  [
    '0x80004005',
    'Unspecified error',
    'Windows gives no reason. From the installer or SetDpmServer, it usually means that Windows Firewall does not allow WMI.',
    [
      'Allow Windows Management Instrumentation in Windows Firewall, and check that the service Winmgmt runs.',
    ],
    'dpm-prep preflight',
    microsoft('Troubleshoot DPM protection agent installation issues'),
  ],
  [
    '0x80070005',
    'Access denied',
    'Windows denied access: the prompt is not elevated, or the DPM server does not have its permissions on the protected computer.',
    [
      'Run the tool in an elevated prompt.',
      'Run SetDpmServer again. It adds the DPM server to the groups that the agent trusts.',
    ],
    'dpm-prep set-dpm-server',
    microsoft('Agent communication errors (KB 970090)'),
  ],
  [
    '0x800706BA',
    'RPC server unavailable',
    'RPC did not reach the other computer: a firewall, a wrong name, or a service that does not run.',
    [openPorts, resolveNames],
    'dpm-prep preflight',
    microsoft('Agent installation error 319 (KB 2981833)'),
  ],
  [
    '1603',
    'Installation failed',
    'Windows Installer could not install the agent. The reason is further up in the installation log.',
    [
      'Look for "Return value 3" in the newest MSDPM*.* in %windir%\\Temp; the lines above it give the reason.',
    ],
    'dpm-prep preflight',
    installerCodes,
  ],
  [
    '1641',
    'Restart started',
    'The installer succeeded and started a restart (a general code of Windows Installer).',
    ['Continue after the restart.'],
    'dpm-prep resume',
    installerCodes,
  ],
  [
    '3010',
    'Restart required',
    'The installer succeeded, and Windows must be restarted (a general code of Windows Installer).',
    ['Restart the computer when it suits you. dpm-prep never restarts it.'],
    'dpm-prep resume',
    installerCodes,
  ],
]);
