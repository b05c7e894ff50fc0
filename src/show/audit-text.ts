import { utcMinute } from '../dpm/date.js';
import type { AuditDocument, AuditedPasswordChange, Reading } from '../audit/document.js';

const row = (name: string, text: string): string => `  ${name.padEnd(16)} ${text}`;

const rowOf = <T>(name: string, { value, why }: Reading<T>, text: (value: T) => string): string =>
  row(name, why === null ? text(value) : `unknown: ${why}`);

const minute = (time: string | null): string => (time === null ? 'unknown' : utcMinute(time));

const day = (time: string | null): string => time?.slice(0, 10) ?? 'an invalid date';

const roleText = {
  'dpm-server': 'DPM server',
  'protected-computer': 'protected computer',
  neither: 'neither DPM server nor protected computer',
} as const;

const certificates = ({ certificates: read, configuredThumbprint }: AuditDocument): readonly string[] => {
  if (read.value === null) return [rowOf('Certificates', read, () => '')];
  return read.value.map(({ subject, notAfter, thumbprint, problems }) =>
    row(
      'Certificate',
      `${subject}, until ${day(notAfter)}, ${thumbprint}${
        thumbprint === configuredThumbprint.value ? ' (configured)' : ''
      }${problems.length === 0 ? '' : `; fails: ${problems.map(({ id }) => id).join(', ')}`}`,
    ),
  );
};

const changeText = ({ state, generation, back }: AuditedPasswordChange): string =>
  generation === null ? state : `${state} (${back ? 'back from ' : ''}generation ${generation})`;

const protectedComputer = ({ protectedComputer: read }: AuditDocument): readonly string[] => {
  if (read === null) return [];
  return [
    read.owners.value === null
      ? rowOf('DPM server', read.dpmServerName, (name) => name)
      : rowOf('DPM server', read.owners, (names) => names.join(', ')),
    rowOf('Authentication', read.mode, (mode) => (mode === 'ntlm' ? 'NTLM' : 'certificate')),
    ...(read.mode.value === 'certificate'
      ? []
      : [
          rowOf('Account', read.account, (account) =>
            [
              account.name,
              account.enabled ? 'enabled' : 'disabled',
              ...(account.locked === true ? ['locked out'] : []),
              `password set ${minute(account.passwordSet)}`,
              account.passwordExpiresAt === null
                ? account.passwordExpires === false
                  ? 'never expires'
                  : 'expiry unknown'
                : `expires ${minute(account.passwordExpiresAt)}`,
            ].join(', '),
          ),
        ]),
  ];
};

const dpmServer = ({ dpmServer: read }: AuditDocument): readonly string[] => {
  if (read === null) return [];
  return [
    rowOf(
      'Protected',
      read.computers,
      (computers) =>
        computers
          .map(
            ({ name, state, refresh, passwordChange }) =>
              `${name} (${state ?? 'no state'}${
                passwordChange === null || passwordChange.state === 'unchanged'
                  ? ''
                  : `, password ${changeText(passwordChange)}`
              }${refresh === null ? '' : refresh.answered ? ', answers' : ', does not answer'})`,
          )
          .join(', ') || 'none',
    ),
    rowOf('Alerts', read.alerts, (alerts) =>
      alerts.length === 0
        ? 'none about certificates'
        : alerts
            .map(
              ({ id, at, thumbprint }) =>
                `${String(id)} on ${day(at)}${thumbprint === null ? '' : ` for ${thumbprint}`}`,
            )
            .join(', '),
    ),
  ];
};

/** An audit document as lines for a screen. */
export const auditLines = (document: AuditDocument): readonly string[] => {
  const { computer, restart } = document;
  return [
    row(
      'Computer',
      `${computer.netbiosName}${computer.fqdn === null ? '' : ` (${computer.fqdn})`}, ${roleText[computer.role]}, read ${minute(document.readAt)} UTC`,
    ),
    row('Windows', computer.operatingSystem),
    ...(computer.role === 'neither' ? [] : [rowOf('Version', document.version, (version) => version)]),
    ...protectedComputer(document),
    ...dpmServer(document),
    ...certificates(document),
    rowOf(
      'Services',
      document.services,
      (services) => services.map(({ name, state }) => `${name} ${state}`).join(', ') || 'none of DPM',
    ),
    rowOf('Not in order', document.checks, (checks) => checks.map(({ id }) => id).join(', ') || 'nothing'),
    row('Restart', restart.pending ? `pending: ${restart.reasons.join(', ')}` : 'not pending'),
    rowOf(
      'Last change',
      document.lastChange,
      ({ at, by, command, exitCode }) =>
        `${minute(at)} UTC by ${by ?? 'unknown'}: ${command}${exitCode === null ? ' (interrupted)' : `, exit ${String(exitCode)}`}`,
    ),
  ];
};
