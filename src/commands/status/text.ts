import { utcMinute } from '../../dpm/date.js';
import type { Finding } from '../../checks/check.js';
import { rowLines, type Row } from '../../show/rows.js';
import { day } from '../../audit/checks/audit-check.js';
import { exitCode } from '../../exit-code.js';
import { needsPerson } from './checks.js';
import type { Status } from './data.js';

const labelWidth = 15;

const row = (name: string, text: string): Row => [name, text];

const roleText: Record<Status['role'], string> = {
  'dpm-server': 'DPM server',
  'protected-computer': 'protected computer (agent installed)',
  neither: 'neither DPM server nor protected computer',
};

const daysText = (daysLeft: number | null): string => {
  if (daysLeft === null) return 'end unknown';
  return daysLeft < 0 ? `ended ${String(-daysLeft)} days ago` : `${String(daysLeft)} days left`;
};

const certificateText = ({ subject, thumbprint, notAfter, daysLeft }: NonNullable<Status['certificate']>) =>
  `${subject}, until ${day(notAfter)} (${daysText(daysLeft)}), ${thumbprint}`;

const fromText: Record<NonNullable<Status['dpmServersFrom']>, string> = {
  'agent-configuration': "from the agent's configuration in the registry",
  'active-owner': "from the agent's ActiveOwner",
  record: 'from the record of dpm-prep; the agent itself names none',
};

const serverText = ({ configuredDpmServers, dpmServersFrom }: Status): string =>
  `${configuredDpmServers.join(', ')}${dpmServersFrom === null ? '' : ` (${fromText[dpmServersFrom]})`}`;

const changeText = ({
  state,
  generation,
  back,
}: NonNullable<NonNullable<Status['account']>['passwordChange']>): string =>
  generation === null ? state : `${state} (${back ? 'back from ' : ''}generation ${generation})`;

const accountText = ({
  name,
  enabled,
  locked,
  passwordSet,
  passwordExpires,
  daysLeft,
  passwordChange,
}: NonNullable<Status['account']>): string =>
  [
    name,
    enabled ? 'enabled' : 'DISABLED',
    ...(locked === true ? ['LOCKED OUT'] : []),
    `password set ${day(passwordSet)}`,
    ...(passwordChange === null || passwordChange.state === 'unchanged'
      ? []
      : [`change of the password: ${changeText(passwordChange)}`]),
    ...(passwordExpires === null ? [] : [`expires ${day(passwordExpires)} (${daysText(daysLeft)})`]),
  ].join(', ');

const verdictText = (status: Status, findings: readonly Finding[]): string => {
  if (status.healthy) return 'healthy: every check passed or does not apply (exit code 0)';
  const ids = findings.filter((one) => !one.ignored && needsPerson(one)).map(({ id }) => id);
  return `needs a person (exit code 3): ${ids.join(', ')}`;
};

const configurationText: Record<NonNullable<Status['certificateConfiguration']>, string> = {
  configured: 'this DPM server is configured for certificates',
  'not-configured': 'this DPM server is not configured for certificates',
  unknown: 'unknown whether this DPM server is configured for certificates',
};

const authenticationText = { ntlm: 'NTLM', certificate: 'certificate' } as const;

const endText = (code: number | null): string => {
  if (code === null) return 'interrupted';
  return code === exitCode.cancelled ? 'cancelled' : `exit ${String(code)}`;
};

/** What was seen, as rows. The findings stand before it. */
const statusRows = (status: Status, findings: readonly Finding[]): readonly Row[] => {
  const { computer, agent, dpm, account, certificate, services, protectedComputers, role } = status;
  // A finding stands above with its advice: nothing is said twice on one screen.
  const said = new Set(findings.filter(needsPerson).flatMap(({ found, fix }) => [found, ...(fix ?? [])]));
  const fqdn = computer.fqdn === null ? '' : ` (${computer.fqdn})`;
  return [
    row(
      'Computer',
      `${computer.netbiosName}${fqdn}, ${computer.membership} ${computer.membershipName ?? ''}`,
    ),
    row('Windows', `${computer.operatingSystem}${computer.elevated ? '' : '; this prompt is not elevated'}`),
    row('Role', roleText[role]),
    ...(dpm === null
      ? []
      : [
          row('DPM', `${dpm.version ?? 'unknown version'}${dpm.product === null ? '' : ` (${dpm.product})`}`),
        ]),
    ...(status.certificateConfiguration === null
      ? []
      : [row('Certificates', configurationText[status.certificateConfiguration])]),
    ...(role === 'dpm-server'
      ? []
      : [
          row(
            'Agent',
            agent === null
              ? 'not installed'
              : `${agent.version ?? 'unknown version'} in ${agent.installPath ?? 'an unknown folder'}`,
          ),
        ]),
    ...(status.configuredDpmServers.length > 0 ? [row('DPM server', serverText(status))] : []),
    ...(agent === null
      ? []
      : [
          row(
            'Authentication',
            status.authentication === null ? 'unknown' : authenticationText[status.authentication],
          ),
        ]),
    ...(account === null ? [] : [row('Account', accountText(account))]),
    ...(certificate === null ? [] : [row('Certificate', certificateText(certificate))]),
    ...(services.length > 0
      ? [row('Services', services.map(({ name, state }) => `${name} ${state}`).join(', '))]
      : []),
    ...(role !== 'dpm-server'
      ? []
      : [
          row(
            'Protected',
            protectedComputers === null
              ? 'unknown'
              : protectedComputers
                  .map(
                    ({ name, state, passwordChange }) =>
                      `${name} (${state ?? 'no state'}${
                        passwordChange === null || passwordChange.state === 'unchanged'
                          ? ''
                          : `, password ${changeText(passwordChange)}`
                      })`,
                  )
                  .join(', ') || 'none',
          ),
        ]),
    ...status.switches.filter(({ text }) => !said.has(text)).map(({ text }) => row('Switch', text)),
    ...status.running.map(({ tool, processId, started }) =>
      row(
        'Still running',
        `${tool}${processId === null ? '' : ` (process ${String(processId)})`}, since ${utcMinute(started)} UTC`,
      ),
    ),
    ...status.runs.map((past) =>
      row('Run', `${utcMinute(past.begun)} UTC  ${past.command}  ${endText(past.exitCode)}`),
    ),
    ...status.left.filter((text) => !said.has(text)).map((text) => row('Left to do', text)),
    row('Verdict', verdictText(status, findings)),
  ];
};

/** What was seen, as lines for a screen of this width. The findings stand before it. */
export const statusLines = (status: Status, findings: readonly Finding[], width: number): readonly string[] =>
  rowLines(statusRows(status, findings), width, labelWidth);
