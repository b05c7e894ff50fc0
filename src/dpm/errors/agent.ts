import { microsoft } from '../source.js';
import { openPorts, resolveNames } from './advice.js';
import { errorsOf } from './entry.js';

const restart = 'Restart the protected computer, then refresh its agent on the DPM server.';
const password =
  'The password of the NTLM account may have changed or expired: update it on the protected computer, then on the DPM server.';
const reinstall =
  'Uninstall the agent on the protected computer, restart, install the right version, attach it again.';
const clock = 'Set the clocks of both computers right.';

/** Errors of the agent: reaching it, installing it, its version. */
export const agentErrors = errorsOf('dpm', [
  [
    30,
    'Restart outstanding',
    'The agent is installed, but the computer was not restarted since; DPM does not talk to it before that.',
    [restart],
    'dpm-prep status',
  ],
  [
    41,
    'Computer unreachable',
    'The DPM server cannot reach the protected computer over the network.',
    [resolveNames, openPorts, 'Check that the computer is switched on.'],
    'dpm-prep preflight',
  ],
  [
    42,
    'Access denied to the agent',
    'The protected computer was reached, but its agent refused the DPM server.',
    [
      'Run SetDpmServer again: it sets the accounts, groups and permissions.',
      'Give the DPM server DCOM launch and access permission on the protected computer (event 10016 names what is missing).',
      clock,
    ],
    'dpm-prep set-dpm-server',
  ],
  [
    48,
    'Restart outstanding',
    'The protected computer waits for a restart, as a rule the one after the agent was installed.',
    [restart],
    'dpm-prep status',
  ],
  [
    238,
    'Restart outstanding',
    'The computer cannot take recovered data because it was not restarted since the agent was installed.',
    [restart],
    'dpm-prep status',
  ],
  [
    270,
    'No communication with the agent',
    'DPM cannot talk to the agent: it is gone, it belongs to another DPM server, or the password of the workgroup account no longer fits.',
    [
      password,
      'Use one form of the names (NetBIOS or FQDN) in SetDpmServer, attach and the password update.',
      'If the agent belongs to another DPM server, end its protection there first.',
    ],
    'dpm-prep update-password',
  ],
  [
    290,
    'Agent could not be removed',
    'DPM cannot remove the agent from that computer; only the record on the DPM server can be removed from here.',
    ['Remove the record on the DPM server, then uninstall the agent on the protected computer itself.'],
    'dpm-prep switch-auth',
  ],
  [
    292,
    'Still protected',
    'The computer still has data sources in protection groups, so it can neither be removed nor lose its agent.',
    [
      'Take the data sources of that computer out of their protection groups (stop protection), then try again.',
    ],
    null,
  ],
  [
    295,
    'Coordinator or prerequisites',
    'The agent coordinator was left behind, or .NET Framework 4.0 or the Visual C++ 2012 redistributable is missing on the protected computer.',
    [
      'Install the Visual C++ 2012 x64 redistributable and .NET Framework 4.',
      'Uninstall the DPM agent coordinator on the protected computer.',
    ],
    'dpm-prep preflight',
  ],
  [
    296,
    'Agent too old',
    'The version of the agent does not fit the DPM server, and updating it failed.',
    ['Install the agent that comes with the DPM server (DPM\\ProtectionAgents\\RA, newest version).'],
    'dpm-prep install-agent',
  ],
  [
    297,
    'Agent incompatible',
    'The version of the agent does not fit the DPM server; every backup of this computer fails until it does.',
    [reinstall],
    'dpm-prep install-agent',
  ],
  [
    300,
    'No communication',
    'The DPM server cannot communicate with the computer: the name, a firewall, or IPsec on only one of the two computers.',
    [resolveNames, openPorts, 'IPsec must be configured on both computers or on neither.'],
    'dpm-prep preflight',
  ],
  [
    302,
    'Agent not accessible',
    "DPM reaches the computer but cannot use its agent: the computer is a DPM server itself, or another DPM server's agent is on it. A wrong password shows as this too (seen by others).",
    [
      'Attach with the password that was given to SetDpmServer.',
      'If the agent belongs to another DPM server, end its protection there and run SetDpmServer for this one.',
    ],
    'dpm-prep attach',
  ],
  [
    303,
    'Agent operation failed',
    'Another installation runs on that computer, or the volume that Windows is on is FAT.',
    ['Wait until the other installation is done.', 'Windows must be on an NTFS volume.'],
    'dpm-prep preflight',
  ],
  [
    306,
    'Another version is installed',
    'Another version of the agent is on that computer; two cannot live side by side.',
    [reinstall],
    'dpm-prep install-agent',
  ],
  [
    307,
    'Unknown agent',
    'There is an agent that this DPM server does not know, as after moving to a new DPM server. SetDpmServer alone does not fix it (seen by others).',
    ['Uninstall agent and agent coordinator, restart, install the agent, run SetDpmServer, attach.'],
    'dpm-prep install-agent',
  ],
  [
    308,
    'No communication with the agent service',
    'DPM cannot talk to the service DPMRA on the protected computer.',
    [password, 'Check that the service DPMRA runs; restart it.', openPorts],
    'dpm-prep update-password',
  ],
  [
    310,
    'ADMIN$ not accessible',
    'The administrative share of the computer cannot be used: rights, or clocks that differ. It matters when DPM installs the agent by itself.',
    ['Install the agent on the protected computer itself; the share is not needed then.', clock],
    'dpm-prep install-agent',
  ],
  [
    313,
    'The installer failed',
    'The installation program of the agent failed on that computer.',
    ['Read the newest msdpm*.log in %windir%\\temp on the protected computer.', 'Restart, then try again.'],
    'dpm-prep explain',
  ],
  [
    316,
    'The agent service does not respond',
    'DPM asked the agent for something and got no answer.',
    [
      password,
      'The protected computer must resolve the name of the DPM server, by NetBIOS if that is how it was configured.',
      'The DPM server needs an IPsec exception for workgroup computers, where IPsec is used.',
      'Look at the Application event log of the protected computer, source DPMRA.',
    ],
    'dpm-prep preflight',
  ],
  [
    319,
    'No communication with the coordinator',
    'DPM cannot talk to the agent coordinator (dpmac.exe) on that computer: as a rule a firewall.',
    [openPorts, 'Allow dpmac.exe and DPMRA.exe in the Windows firewall.'],
    'dpm-prep preflight',
    microsoft('Agent installation error 319 (KB 2981833)'),
  ],
  [
    324,
    'The coordinator does not respond',
    'The agent coordinator on that computer does not answer.',
    [
      'Install the agent on the protected computer itself and attach it.',
      'Look at the Application event log of the protected computer, source DPMAC.',
      clock,
    ],
    'dpm-prep install-agent',
  ],
  [
    325,
    'Agent not active before a restart',
    'The agent is installed, but not active before the computer is restarted.',
    [restart],
    'dpm-prep status',
  ],
  [
    330,
    'Windows Installer disabled',
    'The Windows Installer service of that computer is disabled, so the agent cannot be installed.',
    ['Set the service msiserver to manual start; it can be disabled again afterwards.'],
    'dpm-prep preflight',
  ],
  [
    337,
    'Access denied',
    'The agent cannot be installed because the computer refused: another DPM server protects it, or the clocks differ.',
    ['End the protection by the other DPM server first.', clock],
    'dpm-prep preflight',
  ],
  [
    340,
    'A newer agent is installed',
    'The computer has a newer agent than the one that was to be installed.',
    ['Uninstall the newer agent, or keep it and update the DPM server.'],
    'dpm-prep install-agent',
  ],
  [
    341,
    'Rights not sufficient',
    'The account has not the rights it needs on that computer, or clocks or DNS settings make its logon fail.',
    ['Install the agent on the protected computer itself, in an elevated prompt.', clock, resolveNames],
    'dpm-prep install-agent',
  ],
  [
    342,
    'No communication with the computer',
    'The DPM server cannot talk to that computer.',
    [resolveNames, openPorts, 'Start the Remote Registry service for the time of the operation.'],
    'dpm-prep preflight',
  ],
  [
    343,
    'Unknown processor',
    'The computer is neither x86 nor x64, so there is no agent for it.',
    ['Only x86 and x64 computers can be protected.'],
    null,
  ],
  [
    344,
    'Right agent not found',
    'DPM does not find the agent version that it needs on that computer, often just after the agent was updated.',
    ['Install the agent that comes with the DPM server.', 'Attach the computer once more and refresh.'],
    'dpm-prep attach',
  ],
  [
    347,
    'Coordinator could not be created',
    'The agent coordinator service could not be created. On Windows 7 and Server 2008 R2 the Windows Management Framework is missing.',
    [
      'On an old Windows: install the Windows Management Framework (5.1, or 4.0).',
      'Install the agent on the protected computer itself.',
    ],
    'dpm-prep install-agent',
    microsoft('Troubleshoot DPM protection agent installation issues'),
  ],
  [
    372,
    'Agent newer than the DPM server',
    'The computer has a newer agent than the DPM server knows.',
    ['Update the DPM server, or install the agent that comes with it.'],
    'dpm-prep install-agent',
  ],
  [
    400,
    'WMI not reachable',
    'The DPM server got no answer from Windows Management Instrumentation on that computer.',
    [
      'Allow WMI in the firewall of the protected computer, and check that the service Winmgmt runs.',
      'Install the agent on the protected computer itself and attach it.',
    ],
    'dpm-prep preflight',
  ],
  [
    31008,
    'Agent status refreshed',
    'DPM asks the agents for their status by itself every 30 minutes.',
    ['Wait half an hour, or refresh the agent by hand.'],
    null,
    microsoft('Troubleshoot DPM protection agent installation issues'),
  ],
]);
