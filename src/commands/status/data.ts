import * as z from 'zod';
import { listedCheckSchema } from '../../checks/finding-schema.js';

const passwordChange = z.strictObject({
  state: z.enum(['unchanged', 'computer-only', 'server-told', 'verified']),
  generation: z.string().nullable(),
  back: z.boolean().describe('true: the return to the password from before that generation'),
  at: z.string().nullable(),
});

const seen = z.strictObject({
  healthy: z.boolean().describe('true: exit code 0'),
  computer: z.strictObject({
    netbiosName: z.string(),
    fqdn: z.string().nullable(),
    membership: z.string(),
    membershipName: z.string().nullable(),
    elevated: z.boolean(),
    operatingSystem: z.string(),
    restartPending: z.boolean(),
  }),
  role: z.enum(['dpm-server', 'protected-computer', 'neither']),
  agent: z.strictObject({ version: z.string().nullable(), installPath: z.string().nullable() }).nullable(),
  dpm: z
    .strictObject({ version: z.string().nullable(), product: z.string().nullable() })
    .nullable()
    .describe('on a DPM server'),
  certificateConfiguration: z
    .enum(['configured', 'not-configured', 'unknown'])
    .nullable()
    .describe('of a DPM server: was Set-DPMCredentials run here? See the finding server-certificates'),
  authentication: z.enum(['ntlm', 'certificate']).nullable().describe('null: unknown, or no agent'),
  configuredDpmServers: z.array(z.string()).describe('the DPM servers of this computer; see their source'),
  dpmServersFrom: z
    .enum(['agent-configuration', 'active-owner', 'record'])
    .nullable()
    .describe(
      'agent-configuration: registry, Agent\\2.0; active-owner: files of the agent; record: what dpm-prep configured here',
    ),
  account: z
    .strictObject({
      name: z.string(),
      enabled: z.boolean(),
      locked: z.boolean().nullable(),
      passwordSet: z.string().nullable(),
      passwordExpires: z.string().nullable().describe('null: never, or unknown (see the findings)'),
      daysLeft: z.number().int().nullable(),
      passwordChange: passwordChange.nullable().describe('null: not known'),
    })
    .nullable()
    .describe('the local account for NTLM'),
  services: z.array(z.strictObject({ name: z.string(), state: z.string(), startMode: z.string() })),
  protectedComputers: z
    .array(
      z.strictObject({
        name: z.string(),
        state: z.string().nullable(),
        passwordChange: passwordChange.nullable().describe('null: by certificate'),
      }),
    )
    .nullable()
    .describe('null: not a DPM server, or its list could not be read (unread-computers)'),
  certificate: z
    .strictObject({
      thumbprint: z.string(),
      subject: z.string(),
      notAfter: z.string().nullable(),
      daysLeft: z.number().int().nullable().describe('below 0: it has ended'),
    })
    .nullable()
    .describe('what dpm-prep configured this computer with, or its successor of the same subject and root'),
  switches: z
    .array(z.strictObject({ planFile: z.string(), text: z.string() }))
    .describe('switches from NTLM to certificates in progress that this computer has a part in'),
  running: z
    .array(z.strictObject({ tool: z.string(), processId: z.number().nullable(), started: z.string() }))
    .describe('tools that dpm-prep started here and that still run'),
  runs: z.array(
    z.strictObject({
      run: z.string(),
      command: z.string(),
      begun: z.string(),
      exitCode: z.number().nullable().describe('null: the run was interrupted'),
    }),
  ),
  left: z.array(z.string()).describe('what is left to do, apart from what the findings say'),
});

export type Status = z.infer<typeof seen>;

export const dataSchema = z.union([
  seen,
  z.strictObject({ checks: z.array(listedCheckSchema).describe('with --list-checks') }),
]);

/** What was seen, in a report's data; null: something else was asked. */
export const statusIn = (data: unknown): Status | null => {
  const parsed = seen.safeParse(data);
  return parsed.success ? parsed.data : null;
};
