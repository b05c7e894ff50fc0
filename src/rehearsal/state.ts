import * as z from 'zod';
import { firewallProfile, service } from '../machine/questions.js';

/*
 * What is kept of a practice pair: one world.json, and per computer one state.json. Both are read with their schema, so
 * that a damaged or foreign folder is a clear Problem and never half believed.
 */

const name = z.string().min(1).max(255);
const line = z.string().max(4_096);

/** How the practice tools behave where Microsoft documents nothing, and how long they take. */
export const behaviourSchema = z.object({
  /** Milliseconds that the agent installer works. */
  installMs: z.number().int().min(0).max(3_600_000).default(400),
  /** Milliseconds that SetDpmServer works after it has its password. */
  configureMs: z.number().int().min(0).max(3_600_000).default(150),
  /** Milliseconds from the end of an attach script to the record in the DPM server's list. */
  attachDelayMs: z.number().int().min(0).max(3_600_000).default(300),
  /** Milliseconds that a script of the DPM server works. */
  scriptMs: z.number().int().min(0).max(3_600_000).default(50),
  /** Exit codes; DPMAgentInstaller's and SetDpmServer's are not documented. */
  exitCodes: z
    .object({
      installed: z.number().int().default(0),
      installFailed: z.number().int().default(1),
      configured: z.number().int().default(0),
      configureFailed: z.number().int().default(1),
      /** The page wants a restart after the uninstallation; 3010 is what Windows Installer says then. */
      uninstalled: z.number().int().default(3010),
    })
    .prefault({}),
  /** Type of the password parameter of the scripts; it is not documented. */
  scriptPassword: z.enum(['System.String', 'System.Security.SecureString']).default('System.String'),
  /** Name of the credential files, with `{name}` for the computer's. */
  credentialFile: line.default('CertificateConfiguration_{name}.bin'),
  /** What SetDpmServer asks for a new password, one question after the other. */
  passwordPrompts: z.array(line).max(4).default(['Enter the password: ', 'Confirm the password: ']),
  /** What a tool prints when its work is done; Windows speaks many languages. */
  successText: line.default('Configuration completed successfully!!!'),
});

const computer = z.object({
  /** Unique in the world; also the name of its folder. */
  id: name,
  role: z.enum(['dpm-server', 'protected-computer']),
  netbiosName: name,
  fqdn: name.nullable(),
  dnsSuffixes: z.array(name).max(20),
  /** An address of the block that is set aside for documentation. */
  address: line,
});

export const worldSchema = z.object({
  kind: z.literal('dpm-prep practice world'),
  schemaVersion: z.literal(1),
  created: z.iso.datetime(),
  computers: z.array(computer).min(2).max(5_000),
  /** Names of faults (faults.ts), each with an optional @computer. */
  faults: z.array(line).max(500),
  behaviour: behaviourSchema,
  /** Name of the cluster that all protected computers are nodes of. */
  cluster: name.nullable().default(null),
});

const sealed = z.object({ salt: line, hash: line });

const account = z.object({
  name,
  enabled: z.boolean(),
  passwordLastSet: z.iso.datetime().nullable(),
  passwordExpires: z.boolean(),
  locked: z.boolean().default(false),
  administrator: z.boolean(),
  /** The password as a salted hash: a practice password may be a real one. */
  password: sealed.nullable(),
});

const rule = z.object({
  name: line,
  enabled: z.boolean(),
  allow: z.boolean(),
  program: line.nullable(),
  protocol: line.nullable(),
  localPorts: line.nullable(),
  profiles: z.array(firewallProfile).max(3).default([]),
  remoteAddresses: line.nullable().default(null),
  fromPolicy: z.boolean().default(false),
});

const product = z.object({ displayName: line, version: line.nullable(), productCode: line });

const storedCertificate = z.object({
  store: z.enum(['LocalMachine\\My', 'CurrentUser\\My', 'LocalMachine\\Root', 'LocalMachine\\CA']),
  /** DER in base64. */
  der: z.string().max(200_000),
  /** SHA-1 of the DER, 40 upper-case hexadecimal digits. */
  thumbprint: z.string().regex(/^[0-9A-F]{40}$/),
  key: z
    .object({
      /** PKCS #8 in PEM; made for practice, worth nothing. */
      pem: z.string().max(50_000),
      provider: line.nullable(),
      keySpec: z.enum(['exchange', 'signature', 'cng']).nullable(),
      exportable: z.boolean(),
    })
    .nullable(),
});

const pendingKey = z.object({
  /** SubjectPublicKeyInfo, PEM. */
  publicKey: z.string().max(20_000),
  key: storedCertificate.shape.key.unwrap(),
});

/** What SetDpmServer has made of the agent. */
const configuration = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('none') }),
  z.object({ mode: z.literal('domain'), dpmServerName: name }),
  z.object({
    mode: z.literal('ntlm'),
    dpmServerName: name,
    userName: name,
    productionServerDnsSuffix: name.nullable(),
  }),
  z.object({
    mode: z.literal('certificate'),
    dpmServerName: name,
    thumbprint: line,
    /** SHA-256 of the credential file that was made here. */
    credential: line,
  }),
]);

const agent = z.object({
  version: line,
  configuration,
  /** This installation of the agent was once configured for NTLM: clusters then enumerate nothing. */
  onceNtlm: z.boolean(),
});

const dataSource = z.object({ name: line, kind: line, protected: z.boolean() });

const record = z.object({
  serverName: name,
  /** Which practice computer it is. */
  computer: name,
  authentication: z.enum(['ntlm', 'certificate']),
  userName: name.nullable(),
  /** The password that the DPM server knows. */
  password: sealed.nullable(),
  /** SHA-256 of the credential file that it was attached with: what the DPM server knows of its certificate. */
  credential: line.nullable().default(null),
  clusterName: name.nullable(),
  /** Version of the agent when it was attached; null in worlds that tests wrote without tools. */
  attachedVersion: line.nullable().default(null),
  /** Not shown before: a record appears some time after the script has ended. */
  visibleFrom: z.iso.datetime(),
  deleted: z.boolean(),
  /** What the last refresh found. */
  connected: z.boolean(),
  dataSources: z.array(dataSource).max(1_000),
});

const server = z.object({
  version: line,
  records: z.array(record).max(10_000),
  /** What Set-DPMCredentials configured. */
  credentials: z
    .object({
      thumbprint: line,
      authCaThumbprint: line.nullable(),
      /** Thumbprint of the root above its certificate: every protected computer must trust it. */
      root: line,
      /** SHA-256 of every .bin that it wrote. */
      files: z.array(line).max(1_000),
    })
    .nullable(),
});

export const stateSchema = z.object({
  schemaVersion: z.literal(1),
  membership: z.enum(['workgroup', 'domain']),
  membershipName: line,
  restartReasons: z.array(line).max(50),
  /** When Windows was last started. */
  lastStart: z.iso.datetime(),
  agent: agent.nullable(),
  /** Present on the DPM server alone. */
  server: server.nullable(),
  services: z.array(service).max(500),
  products: z.array(product).max(500),
  accounts: z.array(account).max(10_000),
  firewall: z.object({ enabled: z.boolean(), rules: z.array(rule).max(1_000) }),
  ports: z.array(z.object({ port: z.number().int(), process: line.nullable() })).max(1_000),
  owners: z.array(name).max(100),
  certificates: z.array(storedCertificate).max(1_000),
  /** Keys of certificate requests whose certificate has not come yet. */
  pendingKeys: z.array(pendingKey).max(100),
});

export type Behaviour = z.output<typeof behaviourSchema>;
export type WorldFile = z.output<typeof worldSchema>;
export type PracticeComputer = z.output<typeof computer>;
export type State = z.output<typeof stateSchema>;
export type ServerRecord = z.output<typeof record>;
export type StoredCertificate = z.output<typeof storedCertificate>;
export type SealedPassword = z.output<typeof sealed>;
