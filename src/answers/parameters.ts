import { parseTemplateName } from '../dpm/certificate-request.js';
import { parseDate } from '../dpm/date.js';
import { parseDuration } from '../dpm/duration.js';
import { parseComputerName, parseDnsSuffix, parseUserName } from '../dpm/names.js';
import { parseGeneration } from '../dpm/password-change.js';
import { scenarios, workloadIds } from '../dpm/scenarios.js';
import { parseThumbprint } from '../dpm/thumbprint.js';
import {
  absolutePath,
  define,
  definePath,
  oneOf,
  parsedText,
  plainText,
  someOf,
  wholeNumber,
  yesNo,
  type Parameter,
  type PathParameter,
} from './parameter.js';

/**
 * Every parameter once. Names are Microsoft's parameter names, so that a reader of the page knows the flags. This
 * table loads for --help: it must not import anything heavy.
 */
const parameters = {
  // What the page's tools take
  auth: define({
    value: 'method',
    help: 'how DPM and the computer authenticate: ntlm or certificate',
    schema: oneOf('ntlm', 'certificate'),
    prompt: {
      kind: 'choice',
      message: 'Authentication',
      explain:
        'NTLM uses a local account that SetDpmServer creates; certificates need a CA that both computers trust.',
      choices: [
        { value: 'ntlm', name: 'NTLM, with a local user account' },
        { value: 'certificate', name: 'Certificate' },
      ],
    },
  }),
  dpmServerName: define({
    value: 'name',
    help: 'the DPM server, as NetBIOS name or FQDN; use the same form everywhere',
    schema: parsedText(parseComputerName),
    prompt: {
      kind: 'text',
      message: 'Name of the DPM server',
      explain:
        'NetBIOS name (Server01) or FQDN. Use the form by which both computers reach each other, the same on both.',
    },
  }),
  psName: define({
    value: 'name',
    help: 'the protected computer, in the same name form as the DPM server',
    schema: parsedText(parseComputerName),
    prompt: {
      kind: 'text',
      message: 'Name of the protected computer',
      explain:
        'As the DPM server reaches it: NetBIOS name (Finance01), or FQDN if the DPM server is named by FQDN.',
    },
  }),
  userName: define({
    value: 'name',
    help: 'the local account for NTLM; SetDpmServer creates it; each protected computer needs its own',
    schema: parsedText(parseUserName),
    prompt: {
      kind: 'text',
      message: 'User name',
      explain:
        'A new local account, without domain or computer prefix; used by this one protected computer only (ID 32689).',
    },
  }),
  productionServerDnsSuffix: define({
    value: 'suffix',
    help: 'the DNS suffix by which the DPM server reaches a computer that has several; needs FQDNs',
    schema: parsedText(parseDnsSuffix),
    prompt: {
      kind: 'text',
      message: 'DNS suffix of the protected computer',
      explain: 'Only if it has several DNS suffixes, or if its NetBIOS name is not unique.',
    },
  }),
  installer: definePath({
    value: 'path',
    help: 'DPMAgentInstaller_x64.exe, or a folder or medium that holds it',
    schema: plainText,
    prompt: {
      kind: 'path',
      message: 'DPMAgentInstaller_x64.exe',
      explain:
        'On the DPM medium under Agents, or on the DPM server under DPM\\ProtectionAgents\\RA\\<version>\\amd64.',
    },
  }),
  acceptEula: define({
    help: "accept Microsoft's licence terms of the DPM agent (passed on as /IAcceptEULA)",
    schema: yesNo,
    prompt: {
      kind: 'confirm',
      message: "Do you accept Microsoft's licence terms?",
      explain: 'The silent installation passes your acceptance on as /IAcceptEULA. The terms come with DPM.',
    },
  }),
  thumbprint: define({
    value: 'hex',
    help: 'thumbprint of the certificate; spaces and hidden characters of a pasted one are removed',
    schema: parsedText(parseThumbprint),
    prompt: {
      kind: 'text',
      message: 'Thumbprint of the certificate',
      explain:
        'Certificates (Local Computer) > Personal > the certificate > Details > Thumbprint. Paste it as it is.',
    },
  }),
  authCaThumbprint: define({
    value: 'hex',
    help: 'thumbprint of the CA in the chain that DPM must trust (default: the root)',
    schema: parsedText(parseThumbprint),
  }),
  action: define({
    value: 'action',
    help: 'configure (first time) or regenerate (the file was lost)',
    schema: oneOf('configure', 'regenerate'),
  }),
  outputFilePath: definePath({
    value: 'folder',
    help: 'folder for the credential file (.bin) that is generated',
    schema: absolutePath,
    prompt: {
      kind: 'path',
      message: "Folder for this computer's own credential file (.bin)",
      explain: 'The tool that writes the file needs an existing folder; dpm-prep creates it.',
    },
  }),
  dpmCredential: definePath({
    value: 'file',
    help: "the DPM server's credential file (.bin), copied to the protected computer",
    schema: plainText,
    prompt: {
      kind: 'path',
      message: 'Path of the .bin that Set-DPMCredentials wrote on the DPM server',
      explain:
        'Its name is CertificateConfiguration_<DPM server FQDN>.bin. "dpm-prep set-credentials" writes it on the DPM server; copy it here.',
    },
  }),
  psCredential: definePath({
    value: 'file',
    help: "the protected computer's credential file (.bin); never the DPM server's own",
    schema: plainText,
    prompt: {
      kind: 'path',
      message: 'Path of the .bin that SetDpmServer wrote on the protected computer',
      explain:
        "Never the DPM server's own .bin: attaching with that one removes every computer that is protected by certificate.",
    },
  }),

  installChain: define({
    help: 'also import the CA certificates of the file into the machine stores Root and CA',
    schema: yesNo,
    prompt: {
      kind: 'confirm',
      message: 'Import the CA certificates of the file into the machine stores too?',
      explain:
        'Both computers must trust the root; a root in LocalMachine\\Root is trusted for everything on this computer.',
    },
  }),
  importRoot: define({
    value: 'hex',
    help: "thumbprint of the other computer's root CA: import it, and the CAs below it, into the machine stores here; may be repeated",
    schema: (z) => z.array(parsedText(parseThumbprint)(z)).max(50),
    many: true,
  }),
  requestFolder: define({
    value: 'folder',
    help: 'where to write the certificate request (default: the current folder)',
    schema: absolutePath,
  }),
  keyLength: define({
    value: 'bits',
    help: 'length of the RSA key (default 2048)',
    schema: wholeNumber(1_024, 16_384),
  }),
  ca: define({
    value: 'config',
    help: 'the CA to submit to, as "server\\CA name" (certutil -config - -ping shows it)',
    schema: plainText,
    prompt: {
      kind: 'text',
      message: 'CA to submit to',
      explain:
        'As "server\\CA name"; "certutil -config - -ping" shows it. Without it certreq opens a window.',
    },
  }),
  template: define({
    value: 'name',
    help: "the certificate template's name (not its display name); an enterprise CA refuses a request without one",
    schema: parsedText(parseTemplateName),
  }),
  submit: define({ help: 'run the certreq commands instead of only showing them', schema: yesNo }),

  // Certificates in files
  trust: define({
    value: 'file',
    help: 'CA certificates that are trusted: the chain must end at a root among them',
    schema: plainText,
  }),
  other: define({
    value: 'file',
    help: 'the certificate of another computer, which must be a different one; may be repeated',
    schema: (z) => z.array(plainText(z)).max(200),
    many: true,
  }),
  replaces: define({
    value: 'file',
    help: 'the old certificate; if subject and root are the same, DPM needs no new configuration',
    schema: plainText,
  }),
  minDays: define({
    value: 'days',
    help: 'warn if the certificate expires within this many days (default 30)',
    schema: wholeNumber(0, 36_500),
  }),
  offline: define({ help: 'do not ask revocation servers', schema: yesNo }),
  workload: define({
    value: 'id',
    help: 'what you want to protect, as "dpm-prep scenarios" lists it; unsupported workloads are refused; may be repeated',
    schema: someOf(...workloadIds),
    many: true,
    prompt: {
      kind: 'choice',
      message: 'What do you want to protect?',
      explain: 'It decides which authentication is possible ("dpm-prep scenarios" shows the whole table).',
      choices: scenarios.map(({ id, workload }) => ({ value: id, name: workload })),
    },
  }),
  cluster: define({
    help: 'the workload runs on a cluster',
    schema: yesNo,
    prompt: {
      kind: 'confirm',
      message: 'Does it run on a cluster?',
      explain: 'Clusters need certificates where a single server can use NTLM.',
    },
  }),
  environment: define({
    value: 'kind',
    help: 'where the computer is: workgroup (default) or untrusted-domain',
    schema: oneOf('workgroup', 'untrusted-domain'),
  }),
  at: define({
    value: 'date',
    help: 'judge as of this date (2027-01-31, or with a time and zone); revocation is asked as of today',
    schema: parsedText(parseDate),
  }),
  expect: define({
    value: 'file',
    help: 'compare the results with this file, and fail on any difference; "dpm-prep fixtures" writes one',
    schema: plainText,
  }),
  format: define({
    value: 'format',
    help: 'text (default), html (one page), or json; check-cert: also junit; audit: also nagios, prometheus; may be repeated',
    schema: (z) => z.array(oneOf('text', 'junit', 'html', 'json', 'nagios', 'prometheus')(z)).max(8),
    many: true,
  }),
  output: define({
    value: 'file',
    help: 'write the result to this file; the first --output gets the first --format; without --format, the ending of the file decides',
    schema: (z) => z.array(plainText(z)).max(8),
    many: true,
  }),
  merge: define({
    help: 'compare the given audit documents; works on every operating system',
    schema: yesNo,
  }),
  roster: define({
    value: 'file',
    help: 'a CSV or YAML file with the name of every expected protected computer (psName)',
    schema: plainText,
  }),
  maxAge: define({
    value: 'time',
    help: 'ignore what older documents say: 90m, 26h (default), 7d',
    schema: parsedText(parseDuration),
  }),
  refresh: define({
    help: 'on a DPM server: let DPM ask each computer now ("Refresh information"), one after the other',
    schema: yesNo,
  }),
  serverAudit: define({
    value: 'file',
    help: "the DPM server's audit document: an update of the agent is refused while it shows running jobs of this computer",
    schema: plainText,
  }),
  generation: define({
    value: 'name',
    help: 'a name for the new password, such as 2026-11; a password of one generation is set once only',
    schema: parsedText(parseGeneration),
  }),
  back: define({
    help: 'return to the password from before --generation; give the old password',
    schema: yesNo,
  }),
  serverState: define({
    value: 'state',
    help: 'on the protected computer: note what the DPM server says of the password that is set here: server-told or verified',
    schema: oneOf('server-told', 'verified'),
  }),
  names: define({ help: 'leave the names of computers and users as they are', schema: yesNo }),
  out: define({
    value: 'file',
    help: 'the file to write; only audit replaces a file, its own older document',
    schema: plainText,
  }),

  // How the two computers hand over
  handover: definePath({
    value: 'file',
    help: 'the <computer>.handover.json that the other computer wrote; it holds the names',
    schema: plainText,
    prompt: {
      kind: 'path',
      message: 'Handover file',
      explain: 'The <computer>.handover.json that the other computer wrote, copied here.',
    },
  }),
  handoverFolder: define({
    value: 'folder',
    help: 'where to write <computer>.handover.json (default: the current folder)',
    schema: absolutePath,
  }),
  inventory: define({
    value: 'file',
    help: 'a CSV or YAML file of protected computers: one plan for all of them',
    schema: plainText,
  }),
  plan: definePath({
    value: 'file',
    help: 'the <cluster>.switch.json that goes from computer to computer; the DPM server begins it',
    schema: absolutePath,
    prompt: {
      kind: 'path',
      message: 'Plan file of the switch',
      explain:
        'You copy it from computer to computer; it records what each has done. On the DPM server: a new file.',
    },
  }),
  clusterName: define({
    value: 'name',
    help: 'every node of this cluster, as the DPM server lists them',
    schema: plainText,
  }),
  node: define({
    value: 'name',
    help: 'a node to switch, where the DPM server does not list the cluster; may be repeated',
    schema: (z) => z.array(parsedText(parseComputerName)(z)).max(64),
    many: true,
  }),
  confirm: define({
    value: 'name',
    help: 'the name of the protected computer or cluster, to confirm a command that asks for it',
    schema: plainText,
  }),
  silenceSeconds: define({
    value: 'seconds',
    help: 'stop a tool after this many seconds without output (default 120); installers are not stopped',
    schema: wholeNumber(1, 86_400),
  }),
  timeout: define({
    value: 'time',
    help: 'stop waiting for an installer after this time: 30m, 2h (default: no limit); the installer itself continues',
    schema: parsedText(parseDuration),
  }),

  switch: define({ help: 'rehearse switching a cluster from NTLM to certificates', schema: yesNo }),
  nodes: define({
    value: 'number',
    help: 'how many nodes the practice cluster has (default 3)',
    schema: wholeNumber(1, 16),
  }),

  // Passwords: never a flag
  passwordFile: define({
    value: 'file',
    help: 'read the password from the first line of this file',
    schema: plainText,
  }),
  passwordStdin: define({ help: 'read the password from the first line of standard input', schema: yesNo }),
  password: define({ help: 'the password', schema: (z) => z.string().max(1_024), secret: true }),
  newPasswordFile: define({
    value: 'file',
    help: 'read the password of the new file from the first line of this file',
    schema: plainText,
  }),
  newPasswordStdin: define({
    help: 'read the password of the new file from standard input, after that of the old one',
    schema: yesNo,
  }),
  newPassword: define({ help: 'the new password', schema: (z) => z.string().max(1_024), secret: true }),

  // Checks
  ignore: define({
    value: 'id',
    help: 'continue although this check fails; it is still shown; may be repeated',
    schema: (z) => z.array(plainText(z)).max(200),
    many: true,
  }),
  strict: define({ help: 'also stop for warnings and for checks that could not be made', schema: yesNo }),
  listChecks: define({ help: 'list the checks with their sources and stop', schema: yesNo }),

  // How the program runs
  answers: define({
    value: 'file',
    help: 'read answers from this YAML or JSON file; flags override it',
    schema: plainText,
  }),
  dryRun: define({
    help: 'show the plan and the exact commands; change nothing',
    schema: yesNo,
    alias: '--what-if',
  }),
  yes: define({ help: 'do not ask before the plan runs', schema: yesNo }),
  input: define({
    help: 'never prompt; missing answers are an error',
    schema: yesNo,
    negated: true,
  }),
  json: define({ help: 'write exactly one JSON document to standard output', schema: yesNo }),
  verbose: define({ help: "show every line of the tools' output", schema: yesNo }),
  color: define({ help: 'do not use colors', schema: yesNo, negated: true }),
  stateDir: define({
    value: 'folder',
    help: 'folder of the journal and the lock',
    schema: absolutePath,
  }),
  rehearse: define({ help: 'use the practice pair instead of this computer', schema: yesNo }),
  world: define({
    value: 'folder',
    help: 'folder of the practice pair (default: a new one)',
    schema: absolutePath,
  }),
  fault: define({
    value: 'name',
    help: 'break the practice pair on purpose from now on ("none" repairs it); may be repeated',
    schema: (z) => z.array(plainText(z)).max(100),
    many: true,
  }),
  on: define({
    value: 'machine',
    help: 'which practice computer this is: dpm-server, protected-computer, or a name',
    schema: plainText,
  }),
} as const;

type Parameters = typeof parameters;
export type ParameterKey = keyof Parameters;
export type Answer<K extends ParameterKey> = Parameters[K] extends Parameter<infer T> ? T : never;
/** The parameters whose question asks for a path. */
export type PathKey = {
  [K in ParameterKey]: Parameters[K] extends PathParameter<Answer<K>> ? K : never;
}[ParameterKey];
/** Answers that are known; a missing key was not given by anyone. */
export type Answers = { readonly [K in ParameterKey]?: Answer<K> | undefined };
/** The answers to these parameters alone: to read another one is a compile error. Undefined: nobody gave it. */
export type AnswersOf<K extends ParameterKey> = { readonly [P in K]: Answer<P> | undefined };

export const parameterKeys = Object.keys(parameters) as readonly ParameterKey[];

export const isParameterKey = (key: string): key is ParameterKey => Object.hasOwn(parameters, key);
export const parameterOf = (key: ParameterKey): Parameter => parameters[key];

/** How the program runs, not what it does. Every command has these; a saved answer file has none of them. */
export const runParameters = [
  'answers',
  'dryRun',
  'yes',
  'input',
  'json',
  'verbose',
  'color',
  'stateDir',
  'rehearse',
  'world',
  'fault',
  'on',
] as const satisfies readonly ParameterKey[];
export type RunKey = (typeof runParameters)[number];

export const isRunParameter = (key: ParameterKey): key is RunKey =>
  (runParameters as readonly ParameterKey[]).includes(key);

/** What was given of these parameters, and nothing else. */
export const pickAnswers = <K extends ParameterKey>(answers: Answers, keys: readonly K[]): AnswersOf<K> =>
  Object.fromEntries(
    keys.filter((key) => answers[key] !== undefined).map((key) => [key, answers[key]]),
  ) as AnswersOf<K>;
