import * as z from 'zod';
import { cleanText } from '../clean.js';
import { carriedFile, judged } from '../dpm/carried-file.js';
import { parseComputerName, parseNetbiosName, type Parsed } from '../dpm/names.js';
import { parseThumbprint } from '../dpm/thumbprint.js';
import type { Immutable } from '../immutable.js';

/*
 * The audit document: what one computer showed of itself at one time. It holds no secrets. What could not be read is
 * null, with the reason beside it, so that nobody takes "not read" for "not there".
 */

export const auditSchemaVersion = 1;
const kind = 'dpm-prep audit';

/** Foreign text was cleaned before it was written; what is not clean was not written by dpm-prep. */
const line = z
  .string()
  .max(1_000)
  .refine((text) => cleanText(text) === text);
const when = z.iso.datetime();
const computerName = judged(parseComputerName);
const thumbprint = judged(parseThumbprint);

const reading = <T extends z.ZodType>(value: T) =>
  z.union([
    z.strictObject({ value, why: z.null() }),
    z.strictObject({ value: z.null(), why: line.min(1).describe('why it could not be read') }),
  ]);

/** What was read, or null and why it could not be. */
export type Reading<T> =
  { readonly value: T; readonly why: null } | { readonly value: null; readonly why: string };

const certificate = z.strictObject({
  thumbprint,
  subject: line,
  issuer: line,
  notBefore: when.nullable(),
  notAfter: when.nullable(),
  root: z
    .strictObject({ subject: line, thumbprint })
    .nullable()
    .describe('null where the chain does not reach a root'),
  importedAt: when.nullable().describe('by dpm-prep; null: by hand, or unknown'),
  problems: z
    .array(z.strictObject({ id: line, found: line }))
    .max(60)
    .describe(
      'checks of "dpm-prep check-cert" that failed when it was read; validity is judged by the dates',
    ),
  crls: z
    .array(z.strictObject({ address: line, outcome: line, nextUpdate: when.nullable() }))
    .max(60)
    .describe('revocation addresses of the whole chain, as they answered this computer'),
});

const passwordChange = z.strictObject({
  state: z
    .enum(['unchanged', 'computer-only', 'server-told', 'verified'])
    .describe('how far the last change of the password has come, as this computer knows it'),
  generation: line.nullable().describe('null: without --generation, or no change'),
  back: z.boolean().describe('true: the return to the password from before that generation'),
  at: when.nullable(),
});

const listedComputer = z.strictObject({
  name: line.min(1),
  machineName: line.nullable(),
  state: line.nullable().describe('ServerProtectionState; computers in the state Deleted are left out'),
  connectivity: line.nullable(),
  clusterName: line.nullable(),
  agentVersion: line.nullable().describe('only where DPM shows it'),
  authentication: z.enum(['ntlm', 'certificate']).nullable(),
  passwordToldAt: when
    .nullable()
    .describe('when dpm-prep last told this DPM server the password and DPM then reached the agent'),
  passwordChange: passwordChange.nullable().describe('null: protected by certificate'),
  runningJobs: reading(z.array(line).max(1_000))
    .default({ value: null, why: 'An older dpm-prep wrote this document.' })
    .describe('types of its jobs in progress (Get-DPMJob) when the document was read'),
  refresh: z
    .strictObject({ answered: z.boolean(), why: line.nullable() })
    .nullable()
    .describe('null: not asked (--refresh)'),
});

export const auditSchema = z.strictObject({
  kind: z.literal(kind),
  schemaVersion: z.literal(auditSchemaVersion),
  rehearsal: z.boolean().describe('true: a practice computer wrote it'),
  madeBy: line.describe('version of dpm-prep'),
  readAt: when,
  computer: z.strictObject({
    netbiosName: judged(parseNetbiosName),
    fqdn: computerName.nullable(),
    role: z.enum(['dpm-server', 'protected-computer', 'neither']),
    membership: z.enum(['workgroup', 'domain', 'unknown']),
    membershipName: line.nullable(),
    operatingSystem: line,
    elevated: z.boolean(),
  }),
  restart: z.strictObject({ pending: z.boolean(), reasons: z.array(line).max(50) }),
  lastStart: reading(when),
  version: reading(line).describe('of the agent, or of the DPM server'),
  services: reading(z.array(z.strictObject({ name: line, state: line, startMode: line })).max(50)).describe(
    "DPM's own services",
  ),
  firewall: reading(
    z.strictObject({
      enabled: z.boolean(),
      profiles: z.array(z.strictObject({ profile: line, enabled: z.boolean().nullable() })).max(3),
    }),
  ),
  ports: reading(
    z.array(z.strictObject({ port: z.number().int(), process: line.nullable() })).max(50),
  ).describe('TCP ports of DPM that listen'),
  clock: reading(z.strictObject({ other: line, aheadSeconds: z.number() })).describe(
    "how far the partner's clock is ahead of this one",
  ),
  checks: reading(
    z
      .array(z.strictObject({ id: line, status: z.enum(['fail', 'warn', 'could-not-check']), found: line }))
      .max(100),
  ).describe('checks of "dpm-prep preflight" that did not pass'),
  roots: reading(z.array(thumbprint).max(2_000)).describe('thumbprints in LocalMachine\\Root'),
  configuredThumbprint: reading(thumbprint).describe('what this computer was configured with'),
  certificates: reading(z.array(certificate).max(100)).describe(
    'LocalMachine\\My: the configured one and those that could follow it; all, if none is known to be configured',
  ),
  lastChange: reading(
    z.strictObject({ at: when, by: line.nullable(), command: line, exitCode: z.number().int().nullable() }),
  ).describe('the last run of dpm-prep here that changed or could change something'),
  protectedComputer: z
    .strictObject({
      owners: reading(z.array(line).max(20)).describe('DPM servers that the agent names'),
      dpmServerName: reading(computerName).describe('as the agent was configured'),
      mode: reading(z.enum(['ntlm', 'certificate'])),
      account: reading(
        z.strictObject({
          name: line,
          enabled: z.boolean(),
          locked: z.boolean().nullable(),
          passwordSet: when.nullable(),
          passwordExpires: z.boolean().nullable(),
          passwordExpiresAt: when.nullable(),
        }),
      ).describe('the local account for NTLM'),
      passwordChange: reading(passwordChange),
    })
    .nullable()
    .describe('null: no agent is installed here'),
  dpmServer: z
    .strictObject({
      computers: reading(z.array(listedComputer).max(10_000)).describe("the DPM server's own list"),
      alerts: reading(
        z
          .array(
            z.strictObject({ at: when, id: z.number().int(), thumbprint: thumbprint.nullable(), text: line }),
          )
          .max(50),
      ).describe('DPM alerts 33323 to 33326: a certificate that is in use ends'),
    })
    .nullable()
    .describe('null: not a DPM server'),
});

export type AuditDocument = Immutable<z.infer<typeof auditSchema>>;
export type AuditCertificate = NonNullable<AuditDocument['certificates']['value']>[number];
export type AuditedPasswordChange = NonNullable<AuditedListing['passwordChange']>;
export type AuditedListing = NonNullable<
  NonNullable<AuditDocument['dpmServer']>['computers']['value']
>[number];

export const maxAuditBytes = 8 * 1024 * 1024;

const file = carriedFile({
  kind,
  schemaVersion: auditSchemaVersion,
  schema: auditSchema,
  noun: 'audit document',
});

export const serializeAudit = (document: AuditDocument): string =>
  // Written, not changed: the reader's types are read-only, the schema's are not.
  file.serialize(document as z.infer<typeof auditSchema>);

/** Reads an audit document's text. The problem is a sentence that continues "The audit document X". */
export const parseAudit = (text: string): Parsed<AuditDocument> => file.parse(text);

/** `<computer>.audit.json` */
export const auditFileName = (name: string): string => `${name}.audit.json`;

/** True if a text says of itself that it is an audit document, whole or not: it may be replaced by a newer one. */
export const looksLikeAudit = (text: string): boolean => /^\s*\{\s*"kind": "dpm-prep audit",/.test(text);

/** True if a text is an audit document of a schema that this program does not know yet. */
export const isNewerAudit = (text: string): boolean => {
  try {
    const head = z
      .object({ kind: z.literal(kind), schemaVersion: z.number() })
      .safeParse(JSON.parse(text) as unknown);
    return head.success && head.data.schemaVersion > auditSchemaVersion;
  } catch {
    return false;
  }
};
