import { quoted } from '../../answers/replay.js';
import { checksOfOne } from '../../audit/checks/index.js';
import type { AuditDocument } from '../../audit/document.js';
import type { AuditSubject } from '../../audit/fleet.js';
import { couldNotCheck, fail, notApplicable, pass, warn } from '../../checks/verdict.js';
import type { Finding } from '../../checks/check.js';
import type { PureCheck } from '../../checks/run-checks.js';
import { mayBeSameComputer } from '../../dpm/names.js';
import { errorTable, page } from '../../dpm/source.js';
import type { PasswordSetHere } from '../../application/past-runs.js';
import type { SwitchState } from '../../application/switch-progress.js';

/** The DPM server's half of a change of the password here. */
export interface PasswordUpdate {
  readonly at: Date;
  readonly dpmServerName: string;
  readonly fix: string;
  /** It was noted here that the DPM server reached the agent with this password. */
  readonly isProved: boolean;
}

/** What the reading of `audit` shows of this computer, and what only its own records tell. */
interface StatusSubject {
  readonly audit: AuditSubject;
  /** Switches to certificates in progress that this computer has a part in. */
  readonly switches: readonly SwitchState[];
  /** When dpm-prep last set the password of the account here; null: never, or it is not recorded. */
  readonly passwordSetHere: PasswordSetHere | null;
  /** The last change of the password here, and what the DPM server must run for it; null: none. */
  readonly passwordUpdate: PasswordUpdate | null;
  /** This computer authenticates with NTLM, and Windows runs its cluster service; null: that could not be read. */
  readonly isNtlmNode: boolean | null;
  /** dpm-prep ran Set-DPMCredentials here. A DPM server that is protected itself has a certificate without that. */
  readonly credentialsSetHere: boolean;
  /** The computers that dpm-prep attached to this DPM server and did not remove. */
  readonly attachedHere: readonly string[];
  /** `dpm-prep remove` waits for a restart of Windows. */
  readonly removalWaits: boolean;
}

type StatusCheck = PureCheck<StatusSubject>;

const noDocument = notApplicable('Nothing was read.');

/** Half of the nodes of a switch have no agent: it says itself what comes next. */
const inSwitch = notApplicable('A switch to certificates is in progress; see switch-in-progress.');

const agentInstalled: StatusCheck = {
  id: 'agent-installed',
  title: 'Protection agent',
  required: 'The DPM protection agent is installed, and its service is registered.',
  source: page('Install the agent'),
  severity: 'error',
  prevents: [41],
  run: ({ audit: { document }, switches, removalWaits }) => {
    if (document === null) return noDocument;
    if (document.computer.role === 'dpm-server') return notApplicable('This is a DPM server.');
    if (document.protectedComputer !== null) return pass('The agent is installed.');
    if (switches.length > 0) return inSwitch;
    if (removalWaits) return notApplicable('The agent is being removed.');
    return fail('No working DPM protection agent is installed.', 'dpm-prep install-agent');
  },
};

const isConfigured = ({ document }: AuditSubject): boolean => {
  const agent = document?.protectedComputer ?? null;
  return agent !== null && (agent.owners.value !== null || agent.dpmServerName.value !== null);
};

const agentConfigured: StatusCheck = {
  id: 'agent-configured',
  title: 'DPM server of the agent',
  required: 'SetDpmServer configured the agent for a DPM server.',
  source: page('Install and configure the agent'),
  severity: 'error',
  prevents: [32691],
  run: ({ audit, switches }) => {
    const agent = audit.document?.protectedComputer;
    if (!agent) return notApplicable('See agent-installed.');
    if (isConfigured(audit)) return pass('The agent has a DPM server.');
    if (switches.length > 0) return inSwitch;
    return fail(
      'The agent names no DPM server, and dpm-prep has no record of one.',
      'dpm-prep set-dpm-server',
    );
  },
};

const toleranceMs = 15 * 60_000;
/** Where Windows itself said when dpm-prep had set it: Windows keeps whole seconds. */
const exactMs = 2_000;

const passwordSetElsewhere: StatusCheck = {
  id: 'password-set-elsewhere',
  title: 'Password that dpm-prep did not set',
  required: 'The DPM server has the current password of the account for NTLM.',
  source: errorTable(270, 308, 316),
  severity: 'error',
  prevents: [270, 308, 316],
  run: ({ audit: { document }, passwordSetHere }) => {
    const agent = document?.protectedComputer;
    const account = agent?.mode.value === 'ntlm' ? agent.account.value : null;
    if (account === null) return notApplicable('No account for NTLM was seen.');
    if (passwordSetHere === null) return notApplicable('dpm-prep did not set the password.');
    if (account.passwordSet === null) {
      return couldNotCheck(`When the password of ${account.name} was set could not be read.`);
    }
    const { at, isExact } = passwordSetHere;
    return Date.parse(account.passwordSet) > at.getTime() + (isExact ? exactMs : toleranceMs)
      ? warn(
          `The password of ${account.name} was set on ${account.passwordSet}. dpm-prep last set it on ${at.toISOString()}, so the DPM server may still use the old one.`,
          'Set a new password on both computers. It names the command for the DPM server. Begin here: dpm-prep update-password',
        )
      : pass('The password was not changed after dpm-prep set it.');
  },
};

const passwordOtherHalf: StatusCheck = {
  id: 'password-other-half',
  title: "The DPM server's half of a new password",
  required: 'The DPM server has the new password, and reached the agent with it.',
  source: page('Update the password'),
  severity: 'error',
  prevents: [270, 308, 316],
  run: ({ passwordUpdate }) => {
    if (passwordUpdate === null) return notApplicable('No password change here leaves this open.');
    const { at, dpmServerName, fix, isProved } = passwordUpdate;
    return isProved
      ? pass(
          `It was noted here that ${dpmServerName} reached the agent with the password of ${at.toISOString()}.`,
        )
      : couldNotCheck(
          `Unknown: whether ${dpmServerName} has the password that was set here on ${at.toISOString()}. This computer does not show it. A refresh on ${dpmServerName} after the change proves it; update-password there ends with one.`,
          fix,
          `After ${dpmServerName} reached the agent, note it here: dpm-prep update-password --server-state verified`,
        );
  },
};

const ntlmNode: StatusCheck = {
  id: 'cluster-node-ntlm',
  title: 'Cluster node with NTLM',
  required:
    'Clustered file servers, clustered SQL Servers and Hyper-V clusters are protected by certificate only, on every node.',
  source: page('Switch between NTLM and Certificate authentication'),
  severity: 'error',
  run: ({ audit: { document }, isNtlmNode }) => {
    const server = document?.dpmServer;
    const nodes = (server?.computers.value ?? []).filter(
      ({ clusterName, authentication }) => clusterName !== null && authentication === 'ntlm',
    );
    if (server && nodes.length === 0) return pass('DPM lists no cluster node with NTLM.');
    if (!server && isNtlmNode === null)
      return couldNotCheck('Whether this computer is a cluster node could not be read.');
    if (!server && isNtlmNode === false) return pass('This computer is not a cluster node with NTLM.');
    const which = server
      ? `DPM lists nodes of a cluster with NTLM: ${nodes.map(({ name }) => name).join(', ')}.`
      : 'This computer is a node of a cluster (service ClusSvc), and its agent uses NTLM.';
    return warn(
      `${which} DPM shows no clustered resources to protect.`,
      'Switch all nodes to certificates. Begin on the DPM server: dpm-prep switch-auth --plan <file> --cluster-name <cluster>',
      'If you protect only the System State of the nodes: dpm-prep status --ignore cluster-node-ntlm',
    );
  },
};

type CertificateConfiguration = 'configured' | 'not-configured' | 'unknown';

const wrapperOf = ({ services }: AuditDocument) =>
  services.value?.find(({ name, state }) => /cpwrapper/i.test(name) && state !== 'absent');

/**
 * Was Set-DPMCredentials run on this DPM server? Nothing documented shows it. It enables the service
 * DpmCPWrapperService (33236), and dpm-prep records its own runs. Null: not a DPM server.
 */
export const certificateConfigurationOf = (
  document: AuditDocument,
  credentialsSetHere: boolean,
): CertificateConfiguration | null => {
  if (document.computer.role !== 'dpm-server') return null;
  if (credentialsSetHere) return 'configured';
  if (document.services.value === null) return 'unknown';
  // SetDpmServer enables the service, too: this DPM server is protected by another one.
  if (document.configuredThumbprint.value !== null) return 'not-configured';
  const wrapper = wrapperOf(document);
  return wrapper !== undefined && (wrapper.state === 'running' || wrapper.startMode === 'automatic')
    ? 'unknown'
    : 'not-configured';
};

const wrapperText = (document: AuditDocument): string => {
  const wrapper = wrapperOf(document);
  if (wrapper === undefined) return 'not installed';
  return wrapper.startMode === 'disabled' ? 'disabled' : wrapper.state;
};

const serverCertificates: StatusCheck = {
  id: 'server-certificates',
  title: 'Certificate of this DPM server',
  required:
    'Each DPM server that protects computers by certificate is configured with Set-DPMCredentials, which enables the service DpmCPWrapperService.',
  source: page('Configure a certificate on the DPM server'),
  severity: 'error',
  prevents: [33230, 33236, 33304],
  run: ({ audit: { document }, credentialsSetHere }) => {
    const configuration = document && certificateConfigurationOf(document, credentialsSetHere);
    if (document === null || configuration === null) return notApplicable('Only a DPM server has it.');
    if (document.services.value === null) return notApplicable('See unread-services.');
    const text = wrapperText(document);
    if (configuration === 'configured') {
      const thumbprint = document.configuredThumbprint.value ?? 'an unknown thumbprint';
      return text === 'running'
        ? pass(`This DPM server is configured for certificates, with ${thumbprint}.`)
        : fail(
            `dpm-prep configured this DPM server with the certificate ${thumbprint}, and the service DpmCPWrapperService is ${text}.`,
            'Start the service DpmCPWrapperService. If it does not start: dpm-prep set-credentials',
          );
    }
    if (configuration === 'unknown') {
      return couldNotCheck(
        'The service DpmCPWrapperService is enabled, and dpm-prep has no record of Set-DPMCredentials here. Whether this DPM server is configured for certificates, and with which one, is unknown.',
        'To record its certificate, run: dpm-prep set-credentials',
        'If you configured it by hand and monitor its certificate elsewhere, run: dpm-prep status --ignore server-certificates',
      );
    }
    const by = (document.dpmServer?.computers.value ?? []).filter(
      ({ authentication }) => authentication === 'certificate',
    );
    return by.length > 0
      ? fail(
          `DPM lists ${by.map(({ name }) => name).join(', ')} by certificate, and the service DpmCPWrapperService is ${text}.`,
          'Configure this DPM server: dpm-prep set-credentials',
        )
      : pass(
          `This DPM server is not configured for certificates: dpm-prep has no record of it, and the service DpmCPWrapperService is ${text}. To protect a computer by certificate, first run: dpm-prep set-credentials`,
        );
  },
};

/** More commands than this are not printed. */
const mostCommands = 5;

const attachedNotListed: StatusCheck = {
  id: 'attached-not-listed',
  title: 'Attached computer that DPM does not list',
  required: 'DPM lists each computer that dpm-prep attached here and did not remove.',
  source: page('Attach the computer'),
  severity: 'error',
  prevents: [32683, 32684],
  run: ({ audit: { document }, attachedHere }) => {
    const server = document?.dpmServer;
    if (!server) return notApplicable('Only a DPM server has a list.');
    if (server.computers.value === null) return notApplicable('See unread-computers.');
    const listed = server.computers.value.map(({ name }) => name);
    const missing = attachedHere.filter((name) => !listed.some((one) => mayBeSameComputer(one, name)));
    const shown = missing.slice(0, 20).join(', ');
    const more = missing.length - 20;
    return missing.length === 0
      ? pass('DPM lists every computer that dpm-prep attached here.')
      : warn(
          `dpm-prep attached ${shown}${more > 0 ? ` and ${String(more)} more` : ''} here, and DPM no longer lists ${missing.length === 1 ? 'it' : 'them'}: no backups are made.`,
          'Attach each of them again: dpm-prep attach --handover <computer>.handover.json',
          'Or somebody removed it in the DPM console on purpose. To record that, and end this warning, run:',
          ...missing.slice(0, mostCommands).map((name) => `dpm-prep remove --ps-name ${quoted(name)}`),
        );
  },
};

const switchInProgress: StatusCheck = {
  id: 'switch-in-progress',
  title: 'Switch to certificates',
  required: 'No switch from NTLM to certificates waits for this computer to continue it.',
  source: page('Switch between NTLM and Certificate authentication'),
  severity: 'error',
  run: ({ switches }) => {
    const open = switches.filter(({ left }) => left !== null);
    if (open.length === 0) return pass('None waits.');
    return warn(
      open.map(({ text }) => text).join(' '),
      ...open.flatMap(({ left }) => (left === null ? [] : [left])),
    );
  },
};

/** An agent that nobody configured has no way of authentication that could be read. */
const needsConfiguration: ReadonlySet<string> = new Set(['unread-authentication']);

const shared: readonly StatusCheck[] = checksOfOne.map((check) => ({
  ...check,
  run: ({ audit }) =>
    needsConfiguration.has(check.id) && !isConfigured(audit)
      ? notApplicable('See agent-configured.')
      : check.run(audit),
}));

/** Every check of `status`, in the order in which findings are shown. */
export const statusChecks: readonly StatusCheck[] = [
  agentInstalled,
  agentConfigured,
  switchInProgress,
  ...shared,
  passwordSetElsewhere,
  passwordOtherHalf,
  ntlmNode,
  serverCertificates,
  attachedNotListed,
];

/** What decides the exit code, unless it is ignored by name: a warning and what is unknown need a person, too. */
export const needsPerson = ({ status }: Pick<Finding, 'status'>): boolean =>
  status !== 'pass' && status !== 'not-applicable';
