import * as z from 'zod';
import { storeCertificateSchema, storeNameSchema } from '../certificate/store-certificate.js';

/*
 * What can be asked of a computer, and the shape of each answer. A question only reads; it changes nothing. One
 * question = one entry here, one powershell/ask-<question>.ps1, one answer of the practice pair
 * (rehearsal/answers/<question>.ts). Answers are tool output: they pass their schema before anything believes them.
 */

const text = z.string().max(4_096);
const list = <T extends z.ZodType>(item: T) => z.array(item).max(10_000);

const serviceState = z.enum(['running', 'stopped', 'starting', 'stopping', 'paused', 'absent', 'unknown']);

export const service = z.object({
  name: text,
  displayName: text.nullable(),
  state: serviceState,
  startMode: z.enum(['automatic', 'manual', 'disabled', 'unknown']),
});

export const firewallProfile = z.enum(['domain', 'private', 'public']);

export const questions = {
  /** Who is this computer: names as Windows has them, and what matters about its state. */
  computer: {
    input: z.object({}),
    output: z.object({
      netbiosName: text,
      /** Host name with the primary DNS suffix, or null where there is no suffix (usual in a workgroup). */
      fqdn: text.nullable(),
      /** Primary and connection-specific DNS suffixes, without duplicates. */
      dnsSuffixes: list(text),
      membership: z.enum(['workgroup', 'domain', 'unknown']),
      /** Name of the workgroup or domain. */
      membershipName: text.nullable(),
      elevated: z.boolean(),
      operatingSystem: z.object({ caption: text, version: text, server: z.boolean() }),
      systemDirectory: text,
      windowsDirectory: text,
      restartPending: z.boolean(),
      restartReasons: list(text),
    }),
  },

  /** What of DPM is installed here (Setup registry key, ActiveOwner, services, uninstall entries). */
  installation: {
    input: z.object({}),
    output: z.object({
      role: z.enum(['dpm-server', 'protected-computer', 'neither']),
      /** A DPM server that is looked at as a protected computer (protected-dpm-server.ts). */
      isDpmServer: z.literal(true).optional(),
      /** InstallPath of the Setup key, e.g. C:\Program Files\Microsoft Data Protection Manager\DPM\ */
      installPath: text.nullable(),
      /** `<InstallPath>bin` without a trailing backslash. */
      binFolder: text.nullable(),
      /** FileVersion of DPMRA.exe, e.g. 10.22.197.0 */
      version: text.nullable(),
      /** DPM servers named in `<InstallPath>ActiveOwner`; empty before protection starts. */
      owners: list(text),
      /**
       * The agent's configuration in the registry (Agent\\2.0, `configuration`): its content, and the DPM servers that it
       * authorizes. Null: there is none, or it cannot be read. Seen in Microsoft's diagnostics for domain computers.
       */
      agentConfiguration: z
        .object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), dpmServers: list(text) })
        .nullable(),
      services: list(service),
      products: list(z.object({ displayName: text, version: text.nullable(), productCode: text })),
    }),
  },

  /** Installer files: the given file or folder, or the folders that are known to hold them; newest version first. */
  'agent-installers': {
    input: z.object({ path: text.nullable() }),
    output: z.object({
      installers: list(z.object({ path: text, version: text.nullable() })),
      searched: list(text),
    }),
  },

  /**
   * Last lines of the newest logs, newest first of each kind: `%windir%\Temp\MSDPM*.*` of installers, `*.errlog` below
   * InstallPath, and on a DPM server `DPM\DPMLogs`; and the newest entries of its event log "DPM Alerts".
   */
  'installation-log': {
    input: z.object({ lines: z.number().int().min(1).max(500) }),
    output: z.object({
      files: z
        .array(
          z.object({
            path: text,
            kind: z.enum(['installation', 'agent', 'dpm-server']),
            lines: z.array(text).max(500),
          }),
        )
        .max(30),
      /** Empty where there is no such event log. */
      alerts: z.array(z.object({ time: z.iso.datetime(), id: z.number().int(), text })).max(50),
    }),
  },

  /** Local accounts (name and when the password was set), not their secrets. */
  'local-users': {
    /** The accounts that are asked about: those that exist are answered. Absent: every account. */
    input: z.object({ names: list(text).optional() }),
    output: z.object({
      users: list(
        z.object({
          name: text,
          enabled: z.boolean(),
          passwordLastSet: z.iso.datetime().nullable(),
          passwordExpires: z.boolean().nullable(),
          /** When the password ends; null: never, or unknown (see passwordExpires). Absent: not asked. */
          passwordExpiresAt: z.iso.datetime().nullable().optional(),
          /** Locked out after wrong passwords; null: could not be read. Absent: not asked. */
          locked: z.boolean().nullable().optional(),
          administrator: z.boolean().nullable(),
        }),
      ),
    }),
  },

  /** Inbound rules of Windows Firewall, allowing and blocking, that concern DPM: by program, by port, or by neither. */
  'firewall-rules': {
    input: z.object({}),
    output: z.object({
      /** On in at least one profile. Null where the firewall could not be asked. */
      enabled: z.boolean().nullable(),
      /** Each profile as it is in force: a group policy wins over the local setting. */
      profiles: z
        .array(
          z.object({
            profile: firewallProfile,
            /** Null: not set anywhere, so Windows' default (on) holds. */
            enabled: z.boolean().nullable(),
            /** False: a policy lets only its own rules count. */
            localRulesApply: z.boolean(),
          }),
        )
        .max(3),
      rules: list(
        z.object({
          name: text,
          enabled: z.boolean(),
          /** False: the rule blocks. */
          allow: z.boolean(),
          program: text.nullable(),
          protocol: text.nullable(),
          /** Ports and ranges with commas between, `RPC-EPMap`, `RPC`; null: the rule names none, so all. */
          localPorts: text.nullable(),
          /** Empty: in every profile. */
          profiles: z.array(firewallProfile).max(3),
          /** Null: any. */
          remoteAddresses: text.nullable(),
          /** The rule comes from a group policy. */
          fromPolicy: z.boolean(),
        }),
      ),
    }),
  },

  /** Parameters of a script or cmdlet as PowerShell's own Get-Command gives them. Nothing is run. */
  'command-parameters': {
    input: z.object({ command: text, module: text.nullable() }),
    output: z.object({
      exists: z.boolean(),
      /** Why PowerShell will not run the script (execution policy, syntax), a sentence; null: it will. */
      problem: text.nullable(),
      parameters: list(
        z.object({
          name: text,
          /** .NET type name, e.g. System.String, System.Security.SecureString */
          type: text,
          /** Other names by which it can be given. */
          aliases: z.array(text).max(20),
          mandatory: z.boolean(),
          position: z.number().int().nullable(),
        }),
      ),
    }),
  },

  /** The DPM server's own list (Get-DPMProductionServer). */
  'protected-computers': {
    input: z.object({ dpmServerName: text }),
    output: z.object({
      computers: list(
        z.object({
          serverName: text,
          machineName: text.nullable(),
          name: text.nullable(),
          domain: text.nullable(),
          clusterName: text.nullable(),
          /** ServerProtectionState, e.g. NoDatasourcesProtected, HasDatasourcesProtected, Deleted. */
          state: text.nullable(),
          connectivity: text.nullable(),
          /** Only where the object shows it; no property for it is documented. */
          agentVersion: text.nullable().optional(),
          /** Only where the object shows it; no property for it is documented. */
          authentication: z.enum(['ntlm', 'certificate']).nullable(),
        }),
      ),
    }),
  },

  /**
   * What can be protected on a protected computer, or is: Get-DPMDatasource. With `inquire` DPM asks the agent
   * (-ProductionServer … -Inquire), which also answers what nobody protects yet; without it DPM's own records answer.
   */
  'data-sources': {
    input: z.object({ dpmServerName: text, computerName: text, inquire: z.boolean() }),
    output: z.object({
      /** False: the DPM server lists no such computer (one in the state Deleted does not count). */
      found: z.boolean(),
      dataSources: list(
        z.object({
          name: text,
          /** As DPM names it, e.g. Volume, SQL Server 2019 database; null where the object does not show it. */
          type: text.nullable(),
          /** In active protection: its computer cannot be removed (ID 292). Null where the object does not show it. */
          protected: z.boolean().nullable(),
        }),
      ),
      /** Why the data sources could not be listed, e.g. because the agent did not answer; else null. */
      failure: text.nullable(),
    }),
  },

  /** The jobs in progress of each protected computer (Get-DPMJob -Status InProgress), as the DPM server knows them. */
  'running-jobs': {
    input: z.object({ dpmServerName: text }),
    output: z.object({
      /** Of the DPM server; 0: none runs, so no computer has one. */
      total: z.number().int().nonnegative(),
      /** Empty where none runs. */
      computers: list(
        z.object({
          name: text,
          /** JobType of each, where the object shows it; null: could not be read. */
          jobs: list(text).nullable(),
          /** Why not; null: they were read. */
          why: text.nullable(),
        }),
      ),
    }),
  },

  /** Whether the domain controller on this computer is read-only (an RODC). Asked only of domain controllers. */
  'domain-controller': {
    input: z.object({}),
    output: z.object({
      /** Null: it could not be read. */
      readOnly: z.boolean().nullable(),
      /** Why not; null: it was read. */
      problem: text.nullable(),
    }),
  },

  /**
   * The clusters that DPM knows (Get-DPMProductionCluster), and what the wanted one enumerates
   * (Get-DPMProductionVirtualName). Both are documented, the properties of their objects are not.
   */
  'cluster-resources': {
    input: z.object({ dpmServerName: text, clusterName: text }),
    output: z.object({
      clusters: list(text),
      /** The wanted one is among them, without doubt. */
      found: z.boolean(),
      /** Its virtual names; empty: it shows nothing to protect. */
      resources: list(text),
      /** Why they could not be listed; else null. */
      failure: text.nullable(),
    }),
  },

  /** When Windows was last started. */
  'last-start': {
    input: z.object({}),
    output: z.object({ started: z.iso.datetime() }),
  },

  /** Processes that run this program or script (full path), or this cmdlet or act (name); for resuming after a cut. */
  'running-tools': {
    input: z.object({ path: text }),
    output: z.object({
      processes: list(z.object({ id: z.number().int(), started: z.iso.datetime().nullable() })),
    }),
  },

  /** Local TCP ports that listen. */
  'listening-ports': {
    input: z.object({}),
    output: z.object({
      ports: list(z.object({ port: z.number().int().min(0).max(65_535), process: text.nullable() })),
    }),
  },

  /** Certificates of the given stores, with what Windows knows of their keys. */
  certificates: {
    input: z.object({
      stores: z.array(storeNameSchema).min(1),
      /** Only this one; null: all. 40 upper-case hexadecimal digits. */
      thumbprint: z
        .string()
        .regex(/^[0-9A-F]{40}$/)
        .nullable(),
    }),
    output: z.object({
      certificates: z.array(storeCertificateSchema).max(1_000),
    }),
  },

  /** Values of the registry, 64-bit view. Answered in the order of the question, one for each. */
  'registry-values': {
    input: z.object({
      /** `key` starts with HKLM\; an empty `name` is the key's default value. */
      values: z.array(z.object({ key: text, name: text })).max(100),
    }),
    output: z.object({
      values: list(
        z.object({
          key: text,
          name: text,
          exists: z.boolean(),
          /** A DWORD or QWORD as a number, a string as text, a multi-string as a list; null: absent or of another kind. */
          value: z.union([z.number(), text, z.array(text).max(1_000)]).nullable(),
        }),
      ),
    }),
  },

  /** State of Windows services by their short names; one that is not there has the state `absent`. */
  services: {
    input: z.object({ names: z.array(text).max(100) }),
    output: z.object({ services: list(service) }),
  },

  /** Entries of the Uninstall keys, 64-bit and 32-bit, whose display name contains one of the texts (any case). */
  'installed-programs': {
    input: z.object({ nameContains: z.array(text).min(1).max(20) }),
    output: z.object({
      programs: list(
        z.object({
          displayName: text,
          version: text.nullable(),
          /** Name of the key: an MSI product code, or any other text. */
          key: text,
          /** Which registry view it stands in. */
          view: z.enum(['64-bit', '32-bit']),
        }),
      ),
    }),
  },

  /** Fixed volumes that have a drive letter. */
  volumes: {
    input: z.object({}),
    output: z.object({
      volumes: z
        .array(
          z.object({
            /** e.g. C: */
            drive: text,
            /** e.g. NTFS, ReFS, FAT32; null where it cannot be read. */
            fileSystem: text.nullable(),
            sizeBytes: z.number().nonnegative().nullable(),
            freeBytes: z.number().nonnegative().nullable(),
            /** Holds Windows (in Windows' own words: the boot volume). */
            holdsWindows: z.boolean(),
          }),
        )
        .max(64),
    }),
  },

  /** What of IPsec can be in the way: an assigned (legacy) policy, connection security rules. */
  ipsec: {
    input: z.object({}),
    output: z.object({
      /** Names of assigned IP security policies, local and by group policy; null: could not be read. */
      assignedPolicies: list(text).nullable(),
      /** Connection security rules of the Windows firewall; null: could not be read. */
      connectionRules: list(
        z.object({
          name: text,
          enabled: z.boolean(),
          /** InboundSecurity and OutboundSecurity. */
          inbound: z.enum(['none', 'request', 'require', 'unknown']),
          outbound: z.enum(['none', 'request', 'require', 'unknown']),
        }),
      ).nullable(),
    }),
  },

  /** Is PowerShell's module of DPM there (Get-Module -ListAvailable DataProtectionManager, or below InstallPath)? */
  'dpm-module': {
    input: z.object({}),
    output: z.object({ available: z.boolean(), path: text.nullable(), version: text.nullable() }),
  },

  /**
   * What the computer's own resolver (hosts file, DNS, NetBIOS) makes of names. Answered by machine/network.ts, on
   * Windows and on the practice pair, not by a script.
   */
  'name-resolution': {
    input: z.object({ names: z.array(text).max(20), timeoutMs: z.number().int().min(1).max(60_000) }),
    output: z.object({
      names: list(
        z.object({
          name: text,
          addresses: list(text),
          /** `resolved`, `unknown` (nobody knows the name), or `no-answer` (time over, or the resolver failed). */
          state: z.enum(['resolved', 'unknown', 'no-answer']),
        }),
      ),
    }),
  },

  /** Can TCP connections be opened to these ports of another computer? Answered by machine/network.ts. */
  'port-probe': {
    input: z.object({
      host: text,
      ports: z.array(z.number().int().min(1).max(65_535)).max(20),
      timeoutMs: z.number().int().min(1).max(60_000),
    }),
    output: z.object({
      ports: list(
        z.object({
          port: z.number().int(),
          /** `filtered`: no answer in time. `unreachable`: the network says that there is no way. */
          state: z.enum(['open', 'refused', 'filtered', 'unreachable', 'name-unknown', 'error']),
          /** The address that was tried. */
          address: text.nullable(),
          /** The system's error code, such as EHOSTUNREACH. */
          code: text.nullable(),
        }),
      ),
    }),
  },

  /** How far the other computer's clock is from this one's (SNTP). Answered by machine/network.ts. */
  'clock-difference': {
    input: z.object({ host: text, timeoutMs: z.number().int().min(1).max(60_000) }),
    output: z.object({
      /** Seconds that the other clock is ahead; null: it cannot be seen. */
      aheadSeconds: z.number().nullable(),
      /** Why it cannot be seen. */
      why: text.nullable(),
    }),
  },

  /** Every root certificate of LocalMachine\\Root by its thumbprint: what this computer trusts. */
  'trusted-roots': {
    input: z.object({}),
    output: z.object({ thumbprints: z.array(z.string().regex(/^[0-9A-F]{40}$/)).max(2_000) }),
  },

  /** Which of these CA certificates are in the machine's stores. */
  'ca-certificates': {
    input: z.object({ thumbprints: z.array(z.string().regex(/^[0-9A-F]{40}$/)).max(50) }),
    output: z.object({
      present: list(
        z.object({ thumbprint: text, store: z.enum(['LocalMachine\\Root', 'LocalMachine\\CA']) }),
      ),
    }),
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;

type Questions = typeof questions;
export type QuestionName = keyof Questions;
export type QuestionInput<Q extends QuestionName> = z.input<Questions[Q]['input']>;
export type Answer<Q extends QuestionName> = z.output<Questions[Q]['output']>;

export type ProtectedComputer = Answer<'protected-computers'>['computers'][number];
