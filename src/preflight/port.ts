import { couldNotCheck, fail, notApplicable, pass, warn } from '../checks/verdict.js';
import type { Verdict } from '../checks/check.js';
import {
  certificatePort,
  firewallCommandFor,
  networkPorts,
  perimeterNote,
  type NetworkPort,
} from '../dpm/network.js';
import { sideName } from '../steps/step.js';
import type { PreflightCheck, PreflightSubject } from './subject.js';

const blocked = ({ facts }: PreflightSubject, port: number, other: string): readonly string[] => {
  const there = sideName[facts.side === 'protected-computer' ? 'dpm-server' : 'protected-computer'];
  return [
    `Allow TCP ${String(port)} to ${other} in every firewall between the two computers.`,
    `In Windows Firewall on ${there}: ${firewallCommandFor(port, '<DPM\\bin there>').command}`,
  ];
};

const onlyDuringPush =
  'Only the agent coordinator (dpmac.exe) listens there, and only while the DPM server pushes an agent.';

const refused = (
  at: string,
  { listener, port }: NetworkPort,
  other: string,
  fix: readonly string[],
): Verdict => {
  if (listener === 'windows') {
    return fail(
      `${at} is refused. Windows always listens there, so a firewall refuses the connection, or the name leads to a different computer.`,
      ...fix,
    );
  }
  if (listener === 'push') return pass(`${at} is refused: nothing listens there. ${onlyDuringPush}`);
  if (port !== certificatePort) {
    return pass(
      `${at} is refused: nothing listens there now. The agent starts on demand, so this is normal.`,
    );
  }
  return warn(
    `${at} is refused: nothing listens there now.`,
    `Before certificates are configured on ${other}, this is normal. Afterwards, restart the service DpmCPWrapperService on ${other}.`,
  );
};

/** `mapperIsOpen`: TCP 135 of the same computer answers, so no firewall hides that computer as a whole. */
const filtered = (
  at: string,
  { listener, port }: NetworkPort,
  mapperIsOpen: boolean,
  fix: readonly string[],
): Verdict => {
  if (listener === 'windows') {
    return fail(`${at} is filtered: no answer came in time, so a firewall drops the connection.`, ...fix);
  }
  if (!mapperIsOpen || port === certificatePort) {
    return warn(
      `${at} is filtered: no answer came in time. A firewall drops the connection, or nothing listens there and Windows Firewall hides that.`,
      ...fix,
    );
  }
  return notApplicable(
    listener === 'push'
      ? `${at} is filtered. ${onlyDuringPush}`
      : `${at} is filtered, and TCP 135 is open. While the agent there is stopped, which is normal, Windows Firewall hides the port. Firewalls between the two computers must allow TCP ${String(port)}.`,
  );
};

/** One port of the other computer. The four ways it can end are told apart, because each is fixed differently. */
export const portCheck = (port: number): PreflightCheck => {
  const row = networkPorts.find((one) => one.port === port);
  if (!row) throw new Error(`The network table has no port ${String(port)}.`);
  return {
    id: `port-${String(port)}`,
    title: `TCP ${String(port)} to the other computer`,
    required:
      row.listener === 'push'
        ? `${row.use}: needed only when the DPM server pushes an agent; an agent that was installed manually does not listen on TCP ${String(port)}.`
        : `${row.use}: TCP ${String(port)} is open between the two computers, in both directions.`,
    source: row.source,
    severity: 'error',
    prevents: port === certificatePort ? [33235, 33304] : [41, 300, 308, 316, 319, 342],
    run: async (subject) => {
      const other = subject.otherName;
      if (other === null) return notApplicable('The name of the other computer is not given.');
      if (subject.facts.method !== null && !row.methods.includes(subject.facts.method)) {
        return notApplicable('Only certificate authentication uses it.');
      }
      const ports = await subject.ports(other);
      const found = ports.find((one) => one.port === port);
      const at = `TCP ${String(port)} of ${other}${found?.address ? ` (${found.address})` : ''}`;
      const fix = blocked(subject, port, other);
      switch (found?.state) {
        case 'open':
          return pass(`${at} is open.`);
        case 'refused':
          return refused(at, row, other, fix);
        case 'filtered':
          return filtered(
            at,
            row,
            ports.some((one) => one.port === 135 && one.state === 'open'),
            [...fix, perimeterNote.text],
          );
        case 'unreachable':
          return fail(
            `${at} is not reachable: the network has no route to it (${found.code ?? 'no route'}).`,
            'Check the network between the two computers: address, gateway, VPN.',
            perimeterNote.text,
          );
        case 'name-unknown':
          return couldNotCheck(`The name ${other} could not be resolved; see name-resolution.`);
        case 'error':
        case undefined:
          return couldNotCheck(`The connection to ${at} could not be tried (${found?.code ?? 'no answer'}).`);
      }
    },
  };
};
