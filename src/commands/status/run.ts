import { utcMinute } from '../../dpm/date.js';
import { certificatesOf, effectiveOf, usesCertificates } from '../../audit/certificates.js';
import { daysTo } from '../../audit/checks/audit-check.js';
import type { AuditDocument } from '../../audit/document.js';
import { subjectAlone } from '../../audit/fleet.js';
import { attachedHere } from '../../application/attach/history.js';
import { readAudit } from '../../application/audit/read.js';
import {
  placingOf,
  type CommandContext,
  type CommandModule,
  type KeysOf,
} from '../../application/command.js';
import { recordedOwnFiles } from '../../application/credential-facts.js';
import { computerFacts, type ComputerFacts } from '../../application/facts.js';
import { checkRow, refuseUnknownChecks } from '../../application/listed-checks.js';
import { requiredMachineFor } from '../../application/machine.js';
import {
  existingJournal,
  lastNtlmNames,
  lastPasswordUpdate,
  passwordSetHere,
  stateFolderOf,
} from '../../application/past-runs.js';
import {
  knownSwitches,
  openSwitches,
  switchState,
  type SwitchState,
} from '../../application/switch-progress.js';
import { placedText } from '../../application/where-the-reader-stands.js';
import { runPureChecks } from '../../checks/run-checks.js';
import { productOf } from '../../dpm/versions.js';
import { exitCode } from '../../exit-code.js';
import { KeptResults } from '../../machine/keeper/results.js';
import type { Machine } from '../../machine/machine.js';
import { clusterService } from '../../preflight/service.js';
import type { Journal } from '../../run/journal.js';
import { report } from '../../run/report.js';
import { checkLines } from '../../show/check-list.js';
import { printReport } from '../../show/report-text.js';
import { agentIsInstalled } from '../../steps/agent.js';
import { certificateConfigurationOf, needsPerson, statusChecks, type PasswordUpdate } from './checks.js';
import { dataSchema, statusIn, type Status } from './data.js';
import type { spec } from './spec.js';
import { statusLines } from './text.js';

type Keys = KeysOf<typeof spec>;

const defaultMinDays = 30;

/** The DPM servers of this computer, and what names them. */
const dpmServersOf = (
  { installation }: ComputerFacts,
  { protectedComputer }: AuditDocument,
): Pick<Status, 'configuredDpmServers' | 'dpmServersFrom'> => {
  const configured = installation.agentConfiguration?.dpmServers ?? [];
  if (configured.length > 0) {
    return { configuredDpmServers: [...configured], dpmServersFrom: 'agent-configuration' };
  }
  if (installation.owners.length > 0) {
    return { configuredDpmServers: [...installation.owners], dpmServersFrom: 'active-owner' };
  }
  const recorded = protectedComputer?.dpmServerName.value ?? null;
  return recorded === null
    ? { configuredDpmServers: [], dpmServersFrom: null }
    : { configuredDpmServers: [recorded], dpmServersFrom: 'record' };
};

const daysLeft = (end: string | null, now: Date): number | null =>
  end === null ? null : daysTo(Date.parse(end), now);

const accountOf = ({ protectedComputer }: AuditDocument, now: Date): Status['account'] => {
  const account = protectedComputer?.mode.value === 'ntlm' ? protectedComputer.account.value : null;
  if (account === null) return null;
  const { name, enabled, locked, passwordSet, passwordExpiresAt } = account;
  return {
    name,
    enabled,
    locked,
    passwordSet,
    passwordExpires: passwordExpiresAt,
    daysLeft: daysLeft(passwordExpiresAt, now),
    passwordChange: protectedComputer?.passwordChange.value ?? null,
  };
};

const certificateOf = (document: AuditDocument, now: Date): Status['certificate'] => {
  if (usesCertificates(document) !== true) return null;
  const effective = effectiveOf(certificatesOf(document, now));
  if (effective === null) return null;
  const { thumbprint, subject, notAfter } = effective;
  return { thumbprint, subject, notAfter, daysLeft: daysLeft(notAfter, now) };
};

/** The DPM server's half of a new password. Whether it was done there cannot be seen from here. */
const passwordUpdateOf = (
  context: CommandContext,
  machine: Machine,
  { installation }: ComputerFacts,
  { protectedComputer }: AuditDocument,
): PasswordUpdate | null => {
  // A change with a generation has a state of its own, which the findings judge.
  const change = protectedComputer?.passwordChange.value ?? null;
  if (change !== null && change.generation !== null) return null;
  const update = installation.role === 'protected-computer' ? lastPasswordUpdate(context, machine) : null;
  if (update === null) return null;
  const dpmServerName = update.dpmServerName ?? '<DPM server>';
  const psName = lastNtlmNames(context, machine)?.psName ?? '<this computer>';
  const when = utcMinute(update.at.toISOString());
  return {
    at: update.at,
    dpmServerName,
    isProved: change?.state === 'verified',
    fix: `A new password was set here on ${when} UTC. If it is not set there yet, run on the DPM server ${dpmServerName}: dpm-prep update-password --dpm-server-name ${dpmServerName} --ps-name ${psName}`,
  };
};

/** A removal stopped for the restart of Windows; what is left of it comes after the restart. */
const removalWaits = (journal: Journal | null): boolean => {
  const last = journal?.runs.at(-1);
  return last?.run.procedure === 'remove' && last.finished?.exitCode === exitCode.restartRequired;
};

/** What no check can judge: the part of the other computer. What a switch has to do next comes before everything. */
const leftToDo = (
  context: CommandContext,
  machine: Machine,
  facts: ComputerFacts,
  switches: readonly SwitchState[],
  passwordUpdate: PasswordUpdate | null,
): readonly string[] => {
  const { installation, computer } = facts;
  const names = lastNtlmNames(context, machine);
  // Protection has started where ActiveOwner names a DPM server, so it was attached.
  const isAttached = installation.owners.length > 0;
  return [
    ...(removalWaits(existingJournal(context, machine))
      ? [
          `Finish the removal of the agent after the restart: dpm-prep remove --confirm ${computer.netbiosName}`,
        ]
      : []),
    ...switches.flatMap(({ left }) => left ?? []),
    ...(passwordUpdate === null || passwordUpdate.isProved ? [] : [passwordUpdate.fix]),
    ...(installation.role === 'protected-computer' &&
    names?.psName !== undefined &&
    switches.length === 0 &&
    !isAttached
      ? [`If it is not attached yet, on the DPM server ${names.dpmServerName ?? ''}: dpm-prep attach`]
      : []),
  ];
};

/** The agent uses NTLM, and this computer is a node of a cluster; null: that could not be read. */
const isNtlmNode = async (
  machine: Machine,
  { protectedComputer }: AuditDocument,
): Promise<boolean | null> => {
  if (protectedComputer?.mode.value !== 'ntlm') return false;
  const { services } = await machine.ask('services', { names: [clusterService] });
  const [service] = services;
  if (service === undefined || service.state === 'unknown') return null;
  return service.state !== 'absent' && service.startMode !== 'disabled';
};

const ofThisComputer = async (context: CommandContext<Keys>) => {
  const { answers, screen, spec } = context;
  const own = new Set(statusChecks.map(({ id }) => id));
  await refuseUnknownChecks(answers.ignore?.filter((id) => !own.has(id)));
  const machine = await requiredMachineFor(context, 'protected-computer');
  screen.passing('  Reading this computer …');
  const facts = await computerFacts(machine);
  const document = await readAudit(context, machine, facts, { offline: true, refresh: false });
  screen.settle();
  const { computer, installation } = facts;
  const now = new Date();
  const journal = existingJournal(context, machine);
  const switches = openSwitches(await knownSwitches(machine, facts, journal)).flatMap((one) => {
    const state = switchState(one);
    return state === null ? [] : [{ path: one.path, state }];
  });
  const passwordUpdate = passwordUpdateOf(context, machine, facts, document);
  const credentialsSetHere = recordedOwnFiles(journal).length > 0;
  const works = new KeptResults(stateFolderOf(context, machine)).working;
  const states = switches.map(({ state }) => state);
  const findings = runPureChecks(
    statusChecks,
    {
      audit: subjectAlone(document, { now, minDays: answers.minDays ?? defaultMinDays }),
      switches: states,
      passwordSetHere: passwordSetHere(journal),
      passwordUpdate,
      credentialsSetHere,
      attachedHere: attachedHere(journal),
      isNtlmNode: await isNtlmNode(machine, document),
      removalWaits: removalWaits(journal),
    },
    { ignore: answers.ignore ?? [] },
  );
  const placing = placingOf(context);
  const healthy = !findings.some((finding) => !finding.ignored && needsPerson(finding));
  const data: Status = {
    healthy,
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
    dpm:
      installation.role === 'dpm-server'
        ? { version: installation.version, product: productOf(installation.version)?.product ?? null }
        : null,
    certificateConfiguration: certificateConfigurationOf(document, credentialsSetHere),
    authentication: document.protectedComputer?.mode.value ?? null,
    ...dpmServersOf(facts, document),
    account: accountOf(document, now),
    services: [...(document.services.value ?? [])],
    protectedComputers:
      document.dpmServer?.computers.value?.map(({ name, state, passwordChange }) => ({
        name,
        state,
        passwordChange,
      })) ?? null,
    certificate: certificateOf(document, now),
    switches: switches.map(({ path, state }) => ({ planFile: path, text: state.text })),
    running: works.map(({ line, processId, started }) => ({
      tool: line.split(' ', 1)[0] ?? line,
      processId,
      started: started.toISOString(),
    })),
    runs: (journal?.runs ?? []).slice(-5).map((past) => ({
      run: past.run.run,
      command: past.run.command,
      begun: past.run.at,
      exitCode: past.finished?.exitCode ?? null,
    })),
    left: [
      ...(works.length === 0
        ? []
        : [
            'A tool that dpm-prep started still runs. Do not start it again. To wait for it and continue, run: dpm-prep resume',
          ]),
      ...leftToDo(context, machine, facts, states, passwordUpdate),
    ].map((text) => placedText(text, placing)),
  };
  return report({
    command: spec.name,
    rehearsal: machine.rehearsal,
    computer: machine.label,
    exitCode: healthy ? exitCode.done : exitCode.checkFailed,
    restartRequired: computer.restartPending,
    findings,
    data,
  });
};

const run: CommandModule<Keys>['run'] = async (context) =>
  context.answers.listChecks === true
    ? report({ command: context.spec.name, data: { checks: statusChecks.map(checkRow) } })
    : ofThisComputer(context);

export default {
  run,
  dataSchema,
  print: (result, screen, answers) => {
    const status = statusIn(result.data);
    if (status !== null) printReport(result, screen, statusLines(status, result.findings, screen.width));
    else if (answers.listChecks === true) {
      screen.print(checkLines(statusChecks, screen.result, screen.width).join('\n'));
    } else printReport(result, screen, []);
  },
} satisfies CommandModule<Keys>;
