import type { ParameterKey } from '../answers/parameters.js';
import type { CommandModule } from './command.js';

/** What --help says of a command; its code is loaded when it runs. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly group: 'The procedure' | 'Certificates' | 'Before and after' | 'Practice and reference';
  /** More than the summary, as paragraphs. */
  readonly description?: readonly string[];
  /** Positional arguments in commander's notation, with what they are. */
  readonly positional?: { readonly notation: string; readonly help: string };
  readonly parameters: readonly ParameterKey[];
  readonly examples: readonly { readonly does: string; readonly line: string }[];
  readonly load: () => Promise<CommandModule>;
}

const passwords: readonly ParameterKey[] = ['passwordFile', 'passwordStdin', 'password', 'silenceSeconds'];
const checks: readonly ParameterKey[] = ['ignore', 'strict'];
/** What is to be protected: refused where Microsoft does not support it. */
const scenario: readonly ParameterKey[] = ['workload', 'cluster', 'environment'];

export const commands: readonly CommandSpec[] = [
  {
    name: 'guide',
    group: 'The procedure',
    summary: 'ask what is needed, show the plan, run it (the default command)',
    description: ['Finds out by itself what this computer is, and asks only what it cannot know.'],
    parameters: [
      ...scenario,
      'plan',
      'auth',
      'dpmServerName',
      'psName',
      'userName',
      'productionServerDnsSuffix',
      'installer',
      'acceptEula',
      'handover',
      'handoverFolder',
      'outputFilePath',
      'thumbprint',
      'dpmCredential',
      'psCredential',
      ...passwords,
      ...checks,
    ],
    examples: [
      { does: 'On the computer you want to protect, or on the DPM server', line: 'dpm-prep' },
      { does: 'Practise it first', line: 'dpm-prep guide --rehearse' },
    ],
    load: async () => (await import('./guide.js')).default,
  },
  {
    name: 'install-agent',
    group: 'The procedure',
    summary: 'protected computer: install the DPM protection agent',
    parameters: [...scenario, 'installer', 'acceptEula', ...checks],
    examples: [
      { does: 'From the DPM medium', line: 'dpm-prep install-agent --installer D:\\Agents --accept-eula' },
      {
        does: 'Show what would run',
        line: 'dpm-prep install-agent --installer D:\\Agents --accept-eula --dry-run',
      },
    ],
    load: async () => (await import('./install-agent.js')).default,
  },
  {
    name: 'set-dpm-server',
    group: 'The procedure',
    summary: 'protected computer: make the agent recognize the DPM server (SetDpmServer)',
    parameters: [
      ...scenario,
      'auth',
      'dpmServerName',
      'psName',
      'userName',
      'productionServerDnsSuffix',
      'dpmCredential',
      'outputFilePath',
      'thumbprint',
      'handover',
      'handoverFolder',
      ...passwords,
      ...checks,
    ],
    examples: [
      {
        does: "The page's example 1: NetBIOS names",
        line: 'dpm-prep set-dpm-server --dpm-server-name Server01 --user-name mark',
      },
      {
        does: "The page's example 2: conflicting NetBIOS names",
        line: 'dpm-prep set-dpm-server --dpm-server-name Server01.corp.contoso.com --user-name mark --production-server-dns-suffix widgets.corp.com',
      },
      {
        does: 'Unattended',
        line: 'dpm-prep set-dpm-server --dpm-server-name Server01 --user-name mark --password-file C:\\secret.txt --yes',
      },
    ],
    load: async () => (await import('./set-dpm-server.js')).default,
  },
  {
    name: 'set-credentials',
    group: 'The procedure',
    summary: 'DPM server: configure it for certificate authentication (Set-DPMCredentials)',
    parameters: [
      ...scenario,
      'action',
      'dpmServerName',
      'outputFilePath',
      'thumbprint',
      'authCaThumbprint',
      'psName',
      'inventory',
      'handoverFolder',
      ...checks,
    ],
    examples: [
      {
        does: 'For the first time',
        line: 'dpm-prep set-credentials --dpm-server-name dpmserver.contoso.com --output-file-path C:\\CertMetaData --ps-name Finance01.widgets.corp.com',
      },
      {
        does: 'The credential file was lost',
        line: 'dpm-prep set-credentials --action regenerate --output-file-path C:\\CertMetaData',
      },
    ],
    load: async () => (await import('./set-credentials.js')).default,
  },
  {
    name: 'attach',
    group: 'The procedure',
    summary: 'DPM server: attach the protected computer',
    parameters: [
      ...scenario,
      'auth',
      'dpmServerName',
      'psName',
      'userName',
      'psCredential',
      'handover',
      'inventory',
      'confirm',
      ...passwords,
      ...checks,
    ],
    examples: [
      {
        does: 'With the file from the protected computer',
        line: 'dpm-prep attach --handover Finance01.handover.json',
      },
      {
        does: 'By names',
        line: 'dpm-prep attach --dpm-server-name Server01 --ps-name Finance01 --user-name mark',
      },
    ],
    load: async () => (await import('./attach.js')).default,
  },
  {
    name: 'update-password',
    group: 'The procedure',
    summary: 'both computers: change the password of the NTLM account',
    parameters: [...scenario, 'dpmServerName', 'psName', 'handover', 'inventory', ...passwords, ...checks],
    examples: [
      {
        does: 'First on the protected computer',
        line: 'dpm-prep update-password --dpm-server-name Server01',
      },
      {
        does: 'Then on the DPM server',
        line: 'dpm-prep update-password --dpm-server-name Server01 --ps-name Finance01',
      },
    ],
    load: async () => (await import('./update-password.js')).default,
  },
  {
    name: 'request-cert',
    group: 'Certificates',
    summary: 'write a certificate request that DPM will accept, for a CA of your own',
    description: [
      'Template on the CA: duplicate "RAS and IAS Server" (Client and Server Authentication) at the level "Windows Server 2003 Enterprise": a later level yields CNG keys, which DPM does not support. Request Handling: "Allow private key to be exported". Then issue it: Certificate Templates > New > Certificate Template to Issue.',
      'Enrolment: Subject Name > "Build from this Active Directory information", Common Name and DNS name; Security > Enroll (or Autoenroll) for authenticated users. A computer outside the domain cannot enrol that way: it needs the request that this command writes.',
    ],
    parameters: [
      ...scenario,
      'psName',
      'keyLength',
      'template',
      'requestFolder',
      'ca',
      'submit',
      'silenceSeconds',
    ],
    examples: [
      { does: 'Write the request and show the three certreq commands', line: 'dpm-prep request-cert' },
      {
        does: 'Run them too',
        line: "dpm-prep request-cert --template DPMAuthentication --submit --ca 'ca01.contoso.com\\Contoso Issuing CA' --yes",
      },
    ],
    load: async () => (await import('./request-cert.js')).default,
  },
  {
    name: 'check-cert',
    group: 'Certificates',
    summary: 'judge certificates as DPM will: files, folders, patterns, or a thumbprint of the store',
    description: [
      'Works on every operating system. What a file is, is found from its content: PFX, PEM, DER or PKCS#7.',
      '--password-file holds one password for all files, or a list of lines: file, tab, password.',
    ],
    positional: { notation: '[inputs...]', help: 'files, folders, patterns (*.pfx), thumbprints' },
    parameters: [
      'thumbprint',
      'trust',
      'other',
      'replaces',
      'authCaThumbprint',
      'psName',
      'minDays',
      'environment',
      'offline',
      'format',
      'passwordFile',
      'passwordStdin',
      'password',
      ...checks,
      'listChecks',
    ],
    examples: [
      { does: 'One file; the password is asked for', line: 'dpm-prep check-cert finance01.pfx' },
      {
        does: 'In CI, before certificates are shipped',
        line: 'dpm-prep check-cert certificates --password-file passwords.tsv --trust root.pem --strict --format junit',
      },
      {
        does: 'A certificate of the store, as the thumbprint was pasted',
        line: 'dpm-prep check-cert "cf 82 2d 9b a1 c8 01 ef 40 d4 b3 1d e0 cf cb 20 0a 8a 24 96"',
      },
      { does: 'What is checked, and where that is written', line: 'dpm-prep check-cert --list-checks' },
    ],
    load: async () => (await import('./check-cert.js')).default,
  },
  {
    name: 'convert-cert',
    group: 'Certificates',
    summary: 'write a .pfx that imports into a CSP with the key type exchange, also from a CNG key',
    description: [
      'The certificate, its key and so its thumbprint stay the same. RSA keys only. Never overwrites a file.',
    ],
    positional: { notation: '<input>', help: 'the .pfx, or a PEM file with certificate and key' },
    parameters: [
      'out',
      'passwordFile',
      'passwordStdin',
      'password',
      'newPasswordFile',
      'newPasswordStdin',
      'newPassword',
    ],
    examples: [
      {
        does: 'Both passwords are asked for',
        line: 'dpm-prep convert-cert finance01.pfx --out finance01-csp.pfx',
      },
      {
        does: 'Unattended',
        line: 'dpm-prep convert-cert in.pfx --out out.pfx --password-file old.txt --new-password-file new.txt',
      },
    ],
    load: async () => (await import('./convert-cert.js')).default,
  },
  {
    name: 'import-cert',
    group: 'Certificates',
    summary: 'check a .pfx and import it where and how DPM needs it (LocalMachine\\My, CSP, exchange key)',
    positional: {
      notation: '[file]',
      help: 'the .pfx; without it --thumbprint of a certificate in CurrentUser\\My',
    },
    parameters: [...scenario, 'thumbprint', 'installChain', ...passwords, ...checks],
    examples: [
      { does: 'From a file; the password is asked for', line: 'dpm-prep import-cert finance01.pfx' },
      {
        does: 'One that was enrolled into the User store',
        line: 'dpm-prep import-cert --thumbprint cf822d9ba1c801ef40d4b31de0cfcb200a8a2496',
      },
    ],
    load: async () => (await import('./import-cert.js')).default,
  },
  {
    name: 'renew-cert',
    group: 'Certificates',
    summary: 'import the successor of a certificate, if import is enough; else say what must be done again',
    positional: { notation: '<file>', help: 'the new .pfx' },
    parameters: [...scenario, 'thumbprint', 'installChain', ...passwords, ...checks],
    examples: [
      {
        does: 'Same subject and same root as the old one',
        line: 'dpm-prep renew-cert new.pfx --thumbprint cf822d9ba1c801ef40d4b31de0cfcb200a8a2496',
      },
    ],
    load: async () => (await import('./renew-cert.js')).default,
  },
  {
    name: 'switch-auth',
    group: 'The procedure',
    summary: 'all computers: switch a cluster or a computer from NTLM to certificates',
    description: [
      'A plan file goes from computer to computer: on each, run the same command with it. It does what is next there, and says where to go on. Begin on the DPM server.',
      'The order is that of the page: all nodes are removed, then the agent is taken off all of them, then each is configured by certificate, then all are attached.',
    ],
    parameters: [
      ...scenario,
      'plan',
      'clusterName',
      'psName',
      'node',
      'dpmServerName',
      'thumbprint',
      'authCaThumbprint',
      'dpmCredential',
      'outputFilePath',
      'installer',
      'acceptEula',
      ...checks,
    ],
    examples: [
      {
        does: 'Begin on the DPM server',
        line: 'dpm-prep switch-auth --plan Cluster01.switch.json --cluster-name Cluster01',
      },
      {
        does: 'Then on each computer that it names',
        line: 'dpm-prep switch-auth --plan Cluster01.switch.json',
      },
      { does: 'Practise it first', line: 'dpm-prep rehearse --switch --nodes 3' },
    ],
    load: async () => (await import('./switch-auth.js')).default,
  },
  {
    name: 'preflight',
    group: 'Before and after',
    summary: 'check this computer, the names and the network before anything is changed',
    description: [
      'Changes nothing. The same checks run before every procedure; the more of the plan is given, the more can be judged.',
      'Exit code 3: a check failed. A handover file gives the names and the method.',
    ],
    parameters: [
      ...scenario,
      'auth',
      'dpmServerName',
      'psName',
      'userName',
      'productionServerDnsSuffix',
      'thumbprint',
      'handover',
      'inventory',
      ...checks,
      'listChecks',
    ],
    examples: [
      {
        does: 'On the computer that is to be protected',
        line: 'dpm-prep preflight --auth ntlm --dpm-server-name Server01 --ps-name Finance01 --user-name mark',
      },
      {
        does: 'On the DPM server, before the attach',
        line: 'dpm-prep preflight --handover Finance01.handover.json',
      },
      { does: 'What is checked, and where that is written', line: 'dpm-prep preflight --list-checks' },
    ],
    load: async () => (await import('./preflight.js')).default,
  },
  {
    name: 'status',
    group: 'Before and after',
    summary: 'what this computer shows, and what is left to do',
    parameters: [],
    examples: [{ does: 'For a monitoring system', line: 'dpm-prep status --json' }],
    load: async () => (await import('./status.js')).default,
  },
  {
    name: 'collect',
    group: 'Before and after',
    summary: 'one text file for a report: what this computer shows of DPM, without names and secrets',
    description: [
      "Versions, services, ports, the parameters of Microsoft's scripts as PowerShell gives them, exit codes and last lines of the tools of earlier runs, and which assumptions about DPM held. Changes nothing.",
      'Names of computers and users are replaced, each by the same alias everywhere; read the file before you pass it on.',
    ],
    parameters: ['out', 'names'],
    examples: [
      { does: 'To attach to a report', line: 'dpm-prep collect --out collected.txt' },
      { does: 'See what it would look like', line: 'dpm-prep collect --rehearse' },
    ],
    load: async () => (await import('./collect.js')).default,
  },
  {
    name: 'resume',
    group: 'Before and after',
    summary: 'go on with a run that was cut off',
    parameters: [...passwords, ...checks],
    examples: [{ does: 'After a power cut or Ctrl-C', line: 'dpm-prep resume' }],
    load: async () => (await import('./resume.js')).default,
  },
  {
    name: 'rehearse',
    group: 'Practice and reference',
    summary: 'play the whole procedure on a practice pair of computers',
    parameters: [
      'auth',
      'switch',
      'nodes',
      'dpmServerName',
      'psName',
      'userName',
      'productionServerDnsSuffix',
      ...passwords,
    ],
    examples: [
      { does: "The page's example 1", line: 'dpm-prep rehearse' },
      {
        does: "The page's example 2",
        line: 'dpm-prep rehearse --dpm-server-name Server01.corp.contoso.com --production-server-dns-suffix widgets.corp.com',
      },
      {
        does: 'A cluster switched from NTLM to certificates',
        line: 'dpm-prep rehearse --switch --nodes 3',
      },
      { does: 'With something broken on purpose', line: 'dpm-prep rehearse --fault restart-pending' },
    ],
    load: async () => (await import('./rehearse.js')).default,
  },
  {
    name: 'scenarios',
    group: 'Practice and reference',
    summary: 'what can be protected, where, and by which authentication',
    parameters: ['workload', 'environment', 'auth'],
    examples: [
      { does: 'What certificates can protect', line: 'dpm-prep scenarios --auth certificate' },
      { does: 'One workload', line: 'dpm-prep scenarios --workload hyper-v-cluster' },
    ],
    load: async () => (await import('./scenarios.js')).default,
  },
  {
    name: 'explain',
    group: 'Practice and reference',
    summary: 'what DPM error ids mean here, and what to do; ids or logs, also by pipe',
    positional: {
      notation: '[ids...]',
      help: 'DPM error ids, HRESULTs, or paths of logs; without them a log on standard input',
    },
    parameters: [],
    examples: [
      { does: 'One id', line: 'dpm-prep explain 33234' },
      { does: 'Everything in a log', line: 'dpm-prep explain msdpmAgentInstall.log' },
      { does: 'The same by pipe', line: 'dpm-prep explain < msdpmAgentInstall.log' },
    ],
    load: async () => (await import('./explain.js')).default,
  },
  {
    name: 'completion',
    group: 'Practice and reference',
    summary: 'print a completion script for powershell, bash, zsh or fish',
    positional: { notation: '<shell>', help: 'powershell, bash, zsh or fish' },
    parameters: [],
    examples: [
      {
        does: 'In a PowerShell profile',
        line: 'dpm-prep completion powershell | Out-String | Invoke-Expression',
      },
      { does: 'In .bashrc', line: 'eval "$(dpm-prep completion bash)"' },
    ],
    load: async () => (await import('./completion.js')).default,
  },
  {
    name: 'schema',
    group: 'Practice and reference',
    summary: 'print the JSON Schema of a document: report, answers, handover, switch-plan',
    positional: { notation: '<document>', help: 'report, answers, handover or switch-plan' },
    parameters: [],
    examples: [{ does: 'For an editor that completes answer files', line: 'dpm-prep schema answers' }],
    load: async () => (await import('./schema.js')).default,
  },
];

export const defaultCommand = 'guide';
