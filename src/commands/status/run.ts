import * as z from 'zod';
import type { Machine } from '../../machine/machine.js';
import { report } from '../../run/report.js';
import { agentIsInstalled } from '../../steps/agent.js';
import { printReport } from '../../show/report-text.js';
import type { CommandContext, CommandModule, KeysOf } from '../../application/command.js';
import { computerFacts, type ComputerFacts } from '../../application/facts.js';
import { requiredMachineFor } from '../../application/machine.js';
import {
  configuredThumbprint,
  existingJournal,
  lastNtlmNames,
  lastPasswordUpdate,
  unfinishedRun,
} from '../../application/past-runs.js';
import {
  knownSwitches,
  openSwitches,
  switchState,
  type SwitchState,
} from '../../application/switch-progress.js';
import { configuredCertificate } from '../../application/store-certificates.js';
import type { spec } from './spec.js';

type Keys = KeysOf<typeof spec>;

const dataSchema = z.strictObject({
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
  configuredDpmServers: z
    .array(z.string())
    .describe('as the agent shows them; where it shows none, as the last run here configured it'),
  services: z.array(z.strictObject({ name: z.string(), state: z.string(), startMode: z.string() })),
  protectedComputers: z.array(z.strictObject({ name: z.string(), state: z.string().nullable() })).nullable(),
  certificate: z
    .object({
      thumbprint: z.string(),
      subject: z.string(),
      notAfter: z.string().nullable(),
      daysLeft: z.number().int().nullable().describe('below 0: it has ended'),
    })
    .nullable()
    .describe('what dpm-prep configured this computer with, or its successor of the same subject'),
  switches: z
    .array(z.strictObject({ planFile: z.string(), text: z.string() }))
    .describe('switches from NTLM to certificates in progress that this computer has a part in'),
  runs: z.array(
    z.strictObject({
      run: z.string(),
      command: z.string(),
      begun: z.string(),
      exitCode: z.number().nullable().describe('null: the run was interrupted'),
    }),
  ),
  left: z.array(z.string()).describe('what is left to do'),
});

type Status = z.infer<typeof dataSchema>;

const dayMs = 86_400_000;
const renewDays = 30;

/** Only what the computer itself shows: status asks no revocation server. */
const certificateOf = async (
  context: CommandContext,
  machine: Machine,
  facts: ComputerFacts,
): Promise<Status['certificate']> => {
  // Status shows what is there: no check is ignored.
  const unfiltered = { ...context, answers: { ...context.answers, ignore: undefined } };
  const found = (await configuredCertificate(unfiltered, machine, facts, { offline: true }))?.certificate;
  if (!found) return null;
  const { thumbprint, subject, notAfter } = found;
  const daysLeft = notAfter === null ? null : Math.floor((Date.parse(notAfter) - Date.now()) / dayMs);
  return { thumbprint, subject, notAfter, daysLeft };
};

const certificateLeft = (
  configured: string | undefined,
  certificate: Status['certificate'],
): readonly string[] => {
  if (configured === undefined) return [];
  if (certificate === null) {
    return [
      `LocalMachine\\My no longer holds the certificate ${configured} that this computer was configured with.`,
    ];
  }
  const { daysLeft, thumbprint } = certificate;
  if (daysLeft === null || daysLeft >= renewDays) return [];
  const when = daysLeft < 0 ? 'has ended' : `ends in ${String(daysLeft)} days`;
  return [`The certificate ${when}: dpm-prep renew-cert NEW.pfx --thumbprint ${thumbprint}`];
};

/** The DPM server's half of a new password. Whether it was done there cannot be seen from here. */
const passwordLeft = (
  context: CommandContext,
  machine: Machine,
  { installation }: ComputerFacts,
): readonly string[] => {
  const update = installation.role === 'protected-computer' ? lastPasswordUpdate(context, machine) : null;
  if (update === null) return [];
  const server = update.dpmServerName ?? '<DPM server>';
  const psName = lastNtlmNames(context, machine)?.psName ?? '<this computer>';
  const when = update.at.toISOString().slice(0, 16).replace('T', ' ');
  return [
    `A new password was set here on ${when} UTC. If ${server} does not have it yet, run there: dpm-prep update-password --dpm-server-name ${server} --ps-name ${psName}`,
  ];
};

const leftToDo = (
  context: CommandContext,
  machine: Machine,
  facts: ComputerFacts,
  certificate: Status['certificate'],
  switches: readonly SwitchState[],
): readonly string[] => {
  const { installation, computer } = facts;
  // What a switch has to do next comes before everything that a computer without one would do.
  const inSwitch = switches.length > 0;
  const cut = unfinishedRun(existingJournal(context, machine));
  const names = lastNtlmNames(context, machine);
  const thumbprint = configuredThumbprint(context, machine);
  const configured = installation.owners.length > 0 || names !== null || thumbprint !== undefined;
  return [
    ...(cut ? [`The run "dpm-prep ${cut.run.command}" did not come to its end: dpm-prep resume`] : []),
    ...(computer.restartPending ? ['Windows must be restarted.'] : []),
    ...switches.flatMap(({ left }) => left ?? []),
    ...certificateLeft(thumbprint, certificate),
    ...(installation.role === 'neither' && !inSwitch
      ? ['To protect this computer, install the agent: dpm-prep install-agent']
      : []),
    ...(installation.role === 'protected-computer' &&
    agentIsInstalled(installation) &&
    !configured &&
    !inSwitch
      ? ['Make the agent recognize the DPM server: dpm-prep set-dpm-server']
      : []),
    ...passwordLeft(context, machine, facts),
    ...(installation.role === 'protected-computer' && names?.psName !== undefined && !inSwitch
      ? [`If it is not attached yet, on the DPM server ${names.dpmServerName ?? ''}: dpm-prep attach`]
      : []),
  ];
};

const listed = async (machine: Machine, facts: ComputerFacts): Promise<Status['protectedComputers']> => {
  if (facts.installation.role !== 'dpm-server') return null;
  const { computers } = await machine.ask('protected-computers', {
    dpmServerName: facts.computer.netbiosName,
  });
  return computers.map(({ serverName, state }) => ({ name: serverName, state }));
};

const run: CommandModule<Keys>['run'] = async (context) => {
  const machine = await requiredMachineFor(context, 'protected-computer');
  const facts = await computerFacts(machine);
  const { computer, installation } = facts;
  const journal = existingJournal(context, machine);
  const certificate = await certificateOf(context, machine, facts);
  const switches = openSwitches(await knownSwitches(machine, facts, journal)).map((one) => ({
    path: one.path,
    state: switchState(one),
  }));
  const states = switches.flatMap(({ state }) => state ?? []);
  const recorded =
    installation.role === 'protected-computer' ? lastNtlmNames(context, machine)?.dpmServerName : undefined;
  const data: Status = {
    computer: {
      netbiosName: computer.netbiosName,
      fqdn: computer.fqdn,
      membership: computer.membership,
      membershipName: computer.membershipName,
      elevated: computer.elevated,
      operatingSystem: computer.operatingSystem.caption,
      restartPending: computer.restartPending,
    },
    role: installation.role,
    agent: agentIsInstalled(installation)
      ? { version: installation.version, installPath: installation.installPath }
      : null,
    configuredDpmServers:
      installation.owners.length > 0 || recorded === undefined ? [...installation.owners] : [recorded],
    services: installation.services.map(({ name, state, startMode }) => ({ name, state, startMode })),
    protectedComputers: await listed(machine, facts),
    certificate,
    switches: switches.flatMap(({ path, state }) =>
      state === null ? [] : [{ planFile: path, text: state.text }],
    ),
    runs: (journal?.runs ?? []).slice(-5).map((past) => ({
      run: past.run.run,
      command: past.run.command,
      begun: past.run.at,
      exitCode: past.finished?.exitCode ?? null,
    })),
    left: [...leftToDo(context, machine, facts, certificate, states)],
  };
  return report({
    command: context.spec.name,
    rehearsal: machine.rehearsal,
    computer: machine.label,
    restartRequired: computer.restartPending,
    data,
  });
};

const roleText: Record<Status['role'], string> = {
  'dpm-server': 'DPM server',
  'protected-computer': 'protected computer (agent installed)',
  neither: 'neither DPM server nor protected computer',
};

const certificateText = ({
  subject,
  thumbprint,
  notAfter,
  daysLeft,
}: NonNullable<Status['certificate']>): string => {
  const days =
    daysLeft === null
      ? 'end unknown'
      : daysLeft < 0
        ? `ended ${String(-daysLeft)} days ago`
        : `${String(daysLeft)} days left`;
  return `${subject}, until ${notAfter?.slice(0, 10) ?? '?'} (${days}), ${thumbprint}`;
};

const row = (name: string, text: string): string => `  ${name.padEnd(16)} ${text}`;

export default {
  run,
  dataSchema,
  print: (result, screen) => {
    const status = dataSchema.safeParse(result.data);
    if (!status.success) {
      printReport(result, screen, []);
      return;
    }
    const { computer, agent, ...rest } = status.data;
    const fqdn = computer.fqdn === null ? '' : ` (${computer.fqdn})`;
    printReport(result, screen, [
      row(
        'Computer',
        `${computer.netbiosName}${fqdn}, ${computer.membership} ${computer.membershipName ?? ''}`,
      ),
      row(
        'Windows',
        `${computer.operatingSystem}${computer.elevated ? '' : '; this prompt is not elevated'}`,
      ),
      row('Role', roleText[rest.role]),
      row(
        'Agent',
        agent === null
          ? 'not installed'
          : `${agent.version ?? 'unknown version'} in ${agent.installPath ?? '?'}`,
      ),
      ...(rest.configuredDpmServers.length > 0
        ? [row('DPM server', rest.configuredDpmServers.join(', '))]
        : []),
      ...(rest.certificate === null ? [] : [row('Certificate', certificateText(rest.certificate))]),
      ...(rest.services.length > 0
        ? [row('Services', rest.services.map(({ name, state }) => `${name} ${state}`).join(', '))]
        : []),
      ...(rest.protectedComputers === null
        ? []
        : [
            row(
              'Protected',
              rest.protectedComputers
                .map(({ name, state }) => `${name} (${state ?? 'no state'})`)
                .join(', ') || 'none',
            ),
          ]),
      ...rest.switches.map(({ text }) => row('Switch', text)),
      ...rest.runs.map((past) =>
        row(
          'Run',
          `${past.begun.slice(0, 16).replace('T', ' ')} UTC  ${past.command}  ${past.exitCode === null ? 'interrupted' : `exit ${String(past.exitCode)}`}`,
        ),
      ),
      ...rest.left.map((text) => row('Left to do', text)),
    ]);
  },
} satisfies CommandModule<Keys>;
