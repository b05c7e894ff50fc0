import { microsoft } from '../source.js';
import { openPorts, resolveNames } from './advice.js';
import { errorsOf } from './entry.js';

const restart = 'Restart the protected computer, then refresh its agent on the DPM server.';
const password =
  'The password of the NTLM account may have changed or expired. Update it on the protected computer, then on the DPM server.';
const reinstall =
  'Uninstall the agent on the protected computer, restart the computer, install the right version, and attach it again.';
const clock = 'Synchronize the clocks of both computers.';
/** The service starts on demand, so that it is stopped says nothing; that it cannot start does. */
const startService =
  'Restart the service DPMRA on the protected computer. It starts on demand, so a stopped service is normal. If it does not start, install the agent again.';
const eventLog = 'Read the Application event log of the protected computer, source DPMRA.';
const byHand = 'Install the agent on the protected computer itself, then attach the computer.';
const crashes = microsoft('Error ID 43 or 60 when you use DPM (KB 3082409)', 'DPM 2012 and 2012 R2');

/** Errors of the agent: reaching it, installing it, its version. */
export const agentErrors = errorsOf('dpm', [
  [
    30,
    'Restart pending',
    'The agent is installed, but the computer was not restarted since then. DPM does not contact it before the restart.',
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
    'The DPM server reached the protected computer, but the agent denied access.',
    [
      'Run SetDpmServer again. It sets the accounts, groups and permissions.',
      'Give the DPM server DCOM launch and access permission on the protected computer. Event 10016 names what is missing.',
      clock,
    ],
    'dpm-prep set-dpm-server',
  ],
  [
    43,
    'Agent does not respond',
    'The agent on the protected computer does not respond. Usually DPMRA.exe crashes.',
    [
      eventLog,
      'Read DPMRACURR.ERRLOG in the Temp folder of the agent.',
      'Check that the protected computer reaches the DPM server, also through the firewall of the DPM server.',
      startService,
    ],
    'dpm-prep preflight',
    crashes,
  ],
  [
    48,
    'Restart pending',
    'The protected computer must be restarted, usually because the agent was installed.',
    [restart, 'If data of this computer is already protected, run a consistency check after the restart.'],
    'dpm-prep status',
  ],
  [
    52,
    'No communication with the agent',
    'The DPM service cannot communicate with the agent on the protected computer.',
    [startService],
    'dpm-prep preflight',
  ],
  [
    60,
    'Agent in an unexpected state',
    'The agent could not respond for a moment. Usually DPMRA.exe crashes. An open file on the protected computer can cause it too.',
    ['Try the operation again.', eventLog, 'Read DPMRACURR.ERRLOG in the Temp folder of the agent.'],
    'dpm-prep preflight',
    crashes,
  ],
  [
    104,
    'Unexpected error in a job',
    'A job ended with an error that DPM does not know. The code in the details gives the reason.',
    [
      'Explain the code that follows "Details".',
      'DPM does not support a SQL Server database whose files are on a remote share.',
    ],
    'dpm-prep explain',
  ],
  [
    238,
    'Restart pending',
    'The computer cannot receive recovered data, because it was not restarted since the agent was installed.',
    [restart],
    'dpm-prep status',
  ],
  [
    270,
    'No communication with the agent',
    'DPM cannot communicate with the agent: it is not there, it belongs to another DPM server, or the password of the workgroup account does not match.',
    [
      password,
      'Use one form of the names (NetBIOS or FQDN) in SetDpmServer, in the attach and in the password update.',
      'If the agent belongs to another DPM server, stop its protection there first.',
    ],
    'dpm-prep update-password',
  ],
  [
    290,
    'Agent could not be removed',
    'DPM cannot remove the agent from that computer. The DPM server can only remove its own record of the computer.',
    ['Remove the record on the DPM server, then uninstall the agent on the protected computer itself.'],
    'dpm-prep switch-auth',
  ],
  [
    292,
    'Still protected',
    'The computer still has data sources in protection groups. Until they are removed, neither the computer nor its agent can be removed.',
    [
      'Remove the data sources of that computer from their protection groups (stop protection), then try again.',
    ],
    null,
  ],
  [
    295,
    'Coordinator or prerequisites',
    'The agent coordinator could not be removed, or .NET Framework 4.0 or Visual C++ 2012 is missing on the protected computer.',
    [
      'Install the Visual C++ 2012 x64 redistributable and .NET Framework 4. For DPM 2025, install Visual C++ 2013.',
      'Uninstall the DPM agent coordinator on the protected computer.',
    ],
    'dpm-prep preflight',
  ],
  [
    296,
    'Agent too old',
    'The version of the agent does not fit the DPM server, and the update of the agent failed.',
    [
      'On the protected computer, run the installer that comes with the DPM server (DPM\\ProtectionAgents\\RA, newest version).',
      'Then refresh the computer on the DPM server.',
    ],
    'dpm-prep install-agent',
  ],
  [
    297,
    'Agent incompatible',
    'The version of the agent does not fit the DPM server. Every backup of this computer fails until it does.',
    [reinstall],
    'dpm-prep install-agent',
  ],
  [
    300,
    'No communication',
    'The DPM server cannot communicate with the computer: the name, a firewall, or IPsec on only one of the two computers.',
    [resolveNames, openPorts, 'Configure IPsec on both computers or on neither.'],
    'dpm-prep preflight',
  ],
  [
    302,
    'Agent not accessible',
    'DPM reaches the computer but cannot use its agent: the computer is a DPM server itself, or its agent belongs to another DPM server. A wrong password can also end in this error (seen by others).',
    [
      'Attach with the password that was given to SetDpmServer.',
      'If the agent belongs to another DPM server, stop its protection there and run SetDpmServer for this DPM server.',
    ],
    'dpm-prep attach',
  ],
  [
    303,
    'Agent operation failed',
    'Another installation is running on that computer, or Windows is on a FAT volume.',
    ['Wait until the other installation has finished.', 'Windows must be on an NTFS volume.'],
    'dpm-prep preflight',
  ],
  [
    306,
    'Another version is installed',
    'Another version of the agent is on that computer. Two versions cannot be installed at the same time.',
    [reinstall],
    'dpm-prep install-agent',
  ],
  [
    307,
    'Unknown agent',
    'The computer has an agent that this DPM server does not know, for example after a move to a new DPM server. SetDpmServer alone does not fix it (seen by others).',
    [
      'Uninstall the agent and the agent coordinator, restart, install the agent, run SetDpmServer, and attach.',
    ],
    'dpm-prep install-agent',
  ],
  [
    308,
    'No communication with the agent service',
    'DPM cannot communicate with the service DPMRA on the protected computer.',
    [password, startService, openPorts],
    'dpm-prep update-password',
  ],
  [
    310,
    'ADMIN$ not accessible',
    'The administrative share of the computer cannot be used, because of rights or different clocks. DPM needs the share only to push the agent.',
    [byHand, clock],
    'dpm-prep install-agent',
  ],
  [
    311,
    'Agent does not work',
    'The agent on that computer is missing or does not work.',
    ['Install the agent. If it is installed but does not work, uninstall it first.'],
    'dpm-prep install-agent',
  ],
  [
    313,
    'The installer failed',
    'The installation program of the agent failed on that computer.',
    [
      'Read the newest msdpm*.log in %windir%\\temp on the protected computer.',
      'Try again. If it fails again, restart the computer and try once more.',
    ],
    'dpm-prep explain',
  ],
  [
    316,
    'The agent service does not respond',
    'DPM asked the agent to do something and got no answer.',
    [
      password,
      'The protected computer must resolve the name of the DPM server, by NetBIOS if SetDpmServer was given a NetBIOS name.',
      'If IPsec is used, the DPM server needs an exception for workgroup computers.',
      eventLog,
      startService,
    ],
    'dpm-prep preflight',
  ],
  [
    319,
    'No communication with the coordinator',
    'DPM cannot communicate with the agent coordinator (dpmac.exe) on that computer. Usually a firewall is the cause. The coordinator is there only during a push installation.',
    [
      byHand,
      openPorts,
      'For a push installation, allow dpmac.exe (TCP 5719) and DPMRA.exe in Windows Firewall.',
    ],
    'dpm-prep preflight',
    microsoft('Agent installation error 319 (KB 2981833)'),
  ],
  [
    320,
    'Agent not installed',
    'The agent could not be updated, because no agent is installed on that computer.',
    [
      'Remove the record of the computer on the DPM server, install the agent on the computer, and attach it.',
    ],
    'dpm-prep install-agent',
  ],
  [
    323,
    'Update interrupts backups',
    'DPM warns before an update of agents: backup jobs that are running on these computers fail, and replicas can become inconsistent.',
    [
      'Update agents when no backup is running. Run a consistency check afterwards if a replica is inconsistent.',
    ],
    null,
  ],
  [
    324,
    'The coordinator does not respond',
    'The agent coordinator on that computer does not respond.',
    [
      byHand,
      'To update an agent: run DPMAgentInstaller on the computer, then refresh the computer on the DPM server.',
      'Read the Application event log of the protected computer, source DPMAC.',
      clock,
    ],
    'dpm-prep install-agent',
  ],
  [
    325,
    'Agent not active before a restart',
    'The agent is installed, but it is not active until the computer is restarted.',
    [restart],
    'dpm-prep status',
  ],
  [
    326,
    'Access denied to the DPM server',
    'The computer denied access to this DPM server: another DPM server protects it, the agent coordinator was left there, or another agent operation is running.',
    [
      'If another DPM server protects the computer, stop its protection there first.',
      'Uninstall the DPM agent coordinator on the protected computer, if Windows lists it.',
      'Wait until other agent operations on that computer have finished.',
    ],
    'dpm-prep preflight',
  ],
  [
    330,
    'Windows Installer disabled',
    'The Windows Installer service of that computer is disabled, so the agent cannot be installed.',
    ['Set the service msiserver to manual start. You can disable it again afterwards.'],
    'dpm-prep preflight',
  ],
  [
    337,
    'Access denied',
    'The agent cannot be installed, because access to the computer was denied: another DPM server protects it, or the clocks differ.',
    ['Stop the protection by the other DPM server first.', clock],
    'dpm-prep preflight',
  ],
  [
    340,
    'A newer agent is installed',
    'The computer has a newer agent than the one that you tried to install.',
    ['Keep the newer agent and update the DPM server, or uninstall the newer agent.'],
    'dpm-prep install-agent',
  ],
  [
    341,
    'Rights not sufficient',
    'The account does not have the rights that it needs on that computer, or different clocks or wrong DNS settings make its logon fail.',
    ['Install the agent on the protected computer itself, in an elevated prompt.', clock, resolveNames],
    'dpm-prep install-agent',
  ],
  [
    342,
    'No communication with the computer',
    'The DPM server cannot communicate with that computer.',
    [resolveNames, openPorts, 'Start the Remote Registry service while the operation runs.'],
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
    'DPM does not find the agent version that it needs on that computer, often just after an update of the agent.',
    ['Install the agent that comes with the DPM server.', 'Attach the computer again and refresh it.'],
    'dpm-prep attach',
  ],
  [
    346,
    'Configuration not readable',
    'DPM cannot read the configuration of that computer over WMI.',
    [
      'Start the service Winmgmt on the protected computer.',
      'Allow WMI in Windows Firewall of that computer.',
    ],
    'dpm-prep preflight',
  ],
  [
    347,
    'Coordinator could not be created',
    'The agent coordinator service could not be created. On Windows 7 and Server 2008 R2, the Windows Management Framework is missing.',
    ['On an old Windows: install the Windows Management Framework (5.1, or 4.0).', byHand],
    'dpm-prep install-agent',
    microsoft('Troubleshoot DPM protection agent installation issues', 'DPM 2016'),
  ],
  [
    348,
    'No communication with the coordinator',
    'The DPM server could not talk to the agent coordinator: it does not respond, or COM permissions are missing on that computer.',
    [
      byHand,
      'Check the COM security limits of the computer (dcomcnfg): Distributed COM Users need local and remote launch, activation and access.',
    ],
    'dpm-prep install-agent',
  ],
  [
    369,
    'Cluster node without an agent',
    'A node of the cluster has no agent. Backups can fail after a failover to that node.',
    ['Install and attach the agent on every node of the cluster.'],
    'dpm-prep install-agent',
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
      'Allow WMI in Windows Firewall of the protected computer, and check that the service Winmgmt runs.',
      byHand,
    ],
    'dpm-prep preflight',
  ],
  [
    405,
    'Cluster not detected',
    'DPM could not detect whether the computer is a node of a cluster. The installation of the agent can continue.',
    [
      'If it is a node: install the agent on every node.',
      'Check that the service Winmgmt runs there and that the DPM server reaches it.',
    ],
    'dpm-prep preflight',
  ],
  [
    31008,
    'Agent status refreshed',
    'DPM refreshes the status of the agents every 30 minutes.',
    ['Wait half an hour, or refresh the agent by hand.'],
    null,
    microsoft('Troubleshoot DPM protection agent installation issues'),
  ],
]);
