import type { AuditDocument, AuditedListing, AuditedPasswordChange, Reading } from '../../audit/document.js';
import { auditSchemaVersion } from '../../audit/document.js';
import { dpmPorts } from '../../dpm/network.js';
import { sameName } from '../../dpm/names.js';
import { parseThumbprint } from '../../dpm/thumbprint.js';
import type { Machine } from '../../machine/machine.js';
import { preflight } from '../../preflight/index.js';
import type { Journal } from '../../run/journal.js';
import { agentIsInstalled, ownersOf } from '../../steps/agent.js';
import { ListedComputers } from '../../steps/protected-computers.js';
import { refreshAct, whyNotReached } from '../../steps/update-password.js';
import type { CommandContext } from '../command.js';
import type { ComputerFacts } from '../facts.js';
import { existingJournal } from '../past-runs.js';
import { computerPassword, serverPasswords, unchanged, type PasswordState } from '../password-state.js';
import { plannedFacts } from '../planned-facts.js';
import { readCertificates } from './certificates.js';
import { configuredAgent, configuredWith, importsOf, type Configured } from './configured.js';
import { known, lineOf, lineOrNull, reading, timeOf, unread } from './reading.js';
import { passwordsTold } from './told.js';

export interface AuditOptions {
  /** No revocation server is asked. */
  readonly offline: boolean;
  /** On a DPM server: each listed computer is asked to answer ("Refresh information"). */
  readonly refresh: boolean;
  /** Called before each of them. */
  readonly onRefresh?: (name: string, index: number, count: number) => void;
}

/** Checks of preflight that also hold for a computer that works: what the connection needs, nothing of installing. */
const standing: ReadonlySet<string> = new Set([
  'name-resolution',
  'port-135',
  'port-6076',
  'local-ports',
  'firewall-rules',
  'ipsec',
  'ntlm-policy',
  'service-com-plus',
  'service-wmi',
  'service-cryptographic',
  'service-cpwrapper',
]);

const readChecks = async (
  machine: Machine,
  facts: ComputerFacts,
  journal: Journal | null,
  configured: Configured,
  byCertificate: boolean,
): Promise<{ id: string; status: 'fail' | 'warn' | 'could-not-check'; found: string }[]> => {
  const { value: name } = configured.dpmServerName;
  const side = facts.installation.role === 'dpm-server' ? 'dpm-server' : 'protected-computer';
  // A DPM server without our certificate has nothing to do with the service for certificates.
  const method = side === 'dpm-server' ? (byCertificate ? 'certificate' : 'ntlm') : configured.mode.value;
  const planned = plannedFacts({ side, procedure: null, answers: {}, journal });
  const findings = await preflight(
    machine,
    { ...planned, method, dpmServerName: side === 'dpm-server' ? null : name },
    { timeoutMs: 20_000, only: standing },
  );
  return findings.flatMap(({ id, status, found }) =>
    status === 'fail' || status === 'warn' || status === 'could-not-check'
      ? [{ id, status, found: lineOf(found) }]
      : [],
  );
};

const readClock = async (
  machine: Machine,
  other: Reading<string>,
): Promise<Reading<{ other: string; aheadSeconds: number }>> => {
  if (other.value === null) return other;
  const asked = await reading(async () =>
    machine.ask('clock-difference', { host: other.value, timeoutMs: 5_000 }),
  );
  if (asked.value === null) return asked;
  const { aheadSeconds, why } = asked.value;
  return aheadSeconds === null
    ? unread(why ?? `${other.value} did not answer.`)
    : known({ other: other.value, aheadSeconds: Math.round(aheadSeconds * 10) / 10 });
};

const readAccount = async (machine: Machine, userName: Reading<string>) => {
  const asked = userName.value;
  if (asked === null) return userName;
  return reading(async () => {
    const { users } = await machine.ask('local-users', { names: [asked] });
    const user = users.find(({ name }) => sameName(name, asked));
    if (user === undefined) throw new Error(`The local account ${asked} does not exist.`);
    return {
      name: lineOf(user.name),
      enabled: user.enabled,
      locked: user.locked ?? null,
      passwordSet: timeOf(user.passwordLastSet),
      passwordExpires: user.passwordExpires,
      passwordExpiresAt: timeOf(user.passwordExpiresAt),
    };
  });
};

const changeShown = ({ state, change, at }: PasswordState): AuditedPasswordChange => ({
  state,
  generation: change?.generation ?? null,
  back: change?.back ?? false,
  at: timeOf(at),
});

const passwordChangeOf = (
  journal: Journal | null,
  { value: account, why }: NonNullable<AuditDocument['protectedComputer']>['account'],
): Reading<AuditedPasswordChange> => {
  if (account === null) return unread(why);
  return account.passwordSet === null
    ? unread('When the password was set could not be read.')
    : known(changeShown(computerPassword(journal, new Date(account.passwordSet))));
};

const readProtectedComputer = async (
  machine: Machine,
  { installation }: ComputerFacts,
  configured: Configured,
  journal: Journal | null,
): Promise<AuditDocument['protectedComputer']> => {
  if (!agentIsInstalled(installation)) return null;
  const owners = ownersOf(installation).map(lineOf).slice(0, 20);
  const account = await readAccount(machine, configured.userName);
  return {
    owners:
      owners.length > 0
        ? known(owners)
        : unread(
            'The agent does not show which DPM server it belongs to; it may show none before protection starts.',
          ),
    dpmServerName: configured.dpmServerName,
    mode: configured.mode,
    account,
    passwordChange: passwordChangeOf(journal, account),
  };
};

/** The jobs in progress of a listed computer, as far as the DPM server could be asked. */
const jobsOf = async (
  machine: Machine,
  dpmServerName: string,
): Promise<(name: string) => AuditedListing['runningJobs']> => {
  const asked = await reading(async () => machine.ask('running-jobs', { dpmServerName }));
  return (name) => {
    if (asked.value === null) return asked;
    const one = asked.value.computers.find((computer) => sameName(computer.name, name));
    if (asked.value.total === 0) return known([]);
    if (one === undefined) return unread(`DPM did not list ${lineOf(name)} when its jobs were read.`);
    return one.jobs === null
      ? unread(lineOf(one.why ?? 'DPM did not say why.'))
      : known(one.jobs.slice(0, 1_000).map(lineOf));
  };
};

const refreshOf = async (
  context: CommandContext,
  machine: Machine,
  dpmServerName: string,
  psName: string,
): Promise<NonNullable<AuditedListing['refresh']>> => {
  const result = await machine.perform(refreshAct({ dpmServerName, psName }), {
    attended: false,
    signal: context.signal,
  });
  const why = whyNotReached({ dpmServerName, psName }, result);
  return why === null ? { answered: true, why } : { answered: false, why: lineOf(result.error ?? why) };
};

const readListed = async (
  context: CommandContext,
  machine: Machine,
  { computer }: ComputerFacts,
  journal: Journal | null,
  { refresh, onRefresh }: AuditOptions,
): Promise<AuditedListing[]> => {
  const dpmServerName = computer.netbiosName;
  const told = passwordsTold(journal);
  const changes = serverPasswords(journal);
  const listed = await ListedComputers.of(machine, dpmServerName);
  const jobs = await jobsOf(machine, dpmServerName);
  const rows: AuditedListing[] = [];
  for (const [index, one] of listed.all.entries()) {
    if (refresh) onRefresh?.(one.serverName, index, listed.all.length);
    rows.push({
      name: lineOf(one.serverName),
      machineName: lineOrNull(one.machineName),
      state: lineOrNull(one.state),
      connectivity: lineOrNull(one.connectivity),
      clusterName: lineOrNull(one.clusterName),
      agentVersion: lineOrNull(one.agentVersion),
      authentication: one.authentication,
      passwordToldAt: told.get(one.serverName.toLowerCase()) ?? null,
      passwordChange:
        one.authentication === 'certificate'
          ? null
          : changeShown(changes.get(one.serverName.toLowerCase()) ?? unchanged),
      runningJobs: jobs(one.serverName),
      refresh: refresh ? await refreshOf(context, machine, dpmServerName, one.serverName) : null,
    });
  }
  return rows;
};

const certificateAlerts: ReadonlySet<number> = new Set([33323, 33324, 33325, 33326]);

/** The thumbprint that an alert carries: 40 hexadecimal digits, with or without spaces between them. */
const thumbprintIn = (text: string): string | null => {
  const found = /(?<![0-9a-f])(?:[0-9a-f]{2}[ :]?){19}[0-9a-f]{2}(?![0-9a-f])/i.exec(text);
  const parsed = found === null ? null : parseThumbprint(found[0].replace(/[ :]/g, ''));
  return parsed?.ok === true ? parsed.value : null;
};

const readAlerts = async (machine: Machine) => {
  const { alerts } = await machine.ask('installation-log', { lines: 1 });
  return alerts.flatMap(({ time, id, text }) => {
    const at = timeOf(time);
    return certificateAlerts.has(id) && at !== null
      ? [{ at, id, thumbprint: thumbprintIn(text), text: lineOf(text) }]
      : [];
  });
};

const readDpmServer = async (
  context: CommandContext,
  machine: Machine,
  facts: ComputerFacts,
  journal: Journal | null,
  options: AuditOptions,
): Promise<AuditDocument['dpmServer']> => {
  if (facts.installation.role !== 'dpm-server') return null;
  return {
    computers: await reading(async () => readListed(context, machine, facts, journal, options)),
    alerts: await reading(async () => readAlerts(machine)),
  };
};

const lastChange = (journal: Journal | null): AuditDocument['lastChange'] => {
  const last = journal?.runs.at(-1);
  if (last === undefined) return unread('dpm-prep has not changed anything here yet.');
  return known({
    at: last.run.at,
    by: lineOrNull(last.run.operator),
    command: lineOf(last.run.command),
    exitCode: last.finished?.exitCode ?? null,
  });
};

/** DPM's own services, as the installation lists them. */
const servicesOf = ({ installation }: ComputerFacts): AuditDocument['services'] =>
  known(
    installation.services
      .slice(0, 50)
      .map(({ name, state, startMode }) => ({ name: lineOf(name), state, startMode })),
  );

/**
 * What this computer shows of itself now. Reads only; with `refresh` the DPM server also asks each computer, as it does
 * by itself every half hour. A question that fails leaves its part null, with the reason.
 */
export const readAudit = async (
  context: CommandContext,
  machine: Machine,
  facts: ComputerFacts,
  options: AuditOptions,
): Promise<AuditDocument> => {
  const { computer, installation } = facts;
  const now = new Date();
  const journal = existingJournal(context, machine);
  const configured = configuredAgent(journal, installation);
  const configuredThumbprint = configuredWith(context, machine, journal);
  const [lastStart, firewall, ports, clock, checks, roots, certificates, protectedComputer, dpmServer] =
    await Promise.all([
      reading(async () => (await machine.ask('last-start', {})).started),
      reading(async () => {
        const { enabled, profiles } = await machine.ask('firewall-rules', {});
        if (enabled === null) throw new Error('Windows Firewall could not be queried.');
        return { enabled, profiles: profiles.map((one) => ({ profile: one.profile, enabled: one.enabled })) };
      }),
      reading(async () => {
        const answer = await machine.ask('listening-ports', {});
        return answer.ports
          .filter(({ port }) => dpmPorts.has(port))
          .slice(0, 50)
          .map(({ port, process }) => ({ port, process: lineOrNull(process) }));
      }),
      readClock(
        machine,
        installation.role === 'protected-computer'
          ? configured.dpmServerName
          : unread('Only a protected computer has one DPM server to compare with.'),
      ),
      reading(async () =>
        readChecks(machine, facts, journal, configured, configuredThumbprint.value !== null),
      ),
      reading(async () => (await machine.ask('trusted-roots', {})).thumbprints),
      reading(async () =>
        readCertificates(context, machine, {
          configured: configuredThumbprint.value,
          expectedName: computer.fqdn ?? computer.netbiosName,
          imports: importsOf(journal),
          offline: options.offline,
          now,
        }),
      ),
      readProtectedComputer(machine, facts, configured, journal),
      readDpmServer(context, machine, facts, journal, options),
    ]);
  return {
    kind: 'dpm-prep audit',
    schemaVersion: auditSchemaVersion,
    rehearsal: machine.rehearsal,
    madeBy: context.version,
    readAt: now.toISOString(),
    computer: {
      netbiosName: computer.netbiosName,
      fqdn: computer.fqdn,
      role: installation.role,
      membership: computer.membership,
      membershipName: lineOrNull(computer.membershipName),
      operatingSystem: lineOf(computer.operatingSystem.caption),
      elevated: computer.elevated,
    },
    restart: {
      pending: computer.restartPending,
      reasons: computer.restartReasons.map(lineOf).slice(0, 50),
    },
    lastStart,
    version:
      installation.version === null
        ? unread(
            installation.role === 'neither'
              ? 'No part of DPM is installed here.'
              : 'The version could not be read.',
          )
        : known(lineOf(installation.version)),
    services: servicesOf(facts),
    firewall,
    ports,
    clock,
    checks,
    roots,
    configuredThumbprint,
    certificates,
    lastChange: lastChange(journal),
    protectedComputer,
    dpmServer,
  };
};
