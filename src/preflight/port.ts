import { couldNotCheck, fail, notApplicable, pass, warn } from '../checks/verdict.js';
import { certificatePort, firewallCommandFor, networkPorts } from '../dpm/network.js';
import { sideName } from '../steps/step.js';
import type { PreflightCheck, PreflightSubject } from './subject.js';

const blocked = ({ facts }: PreflightSubject, port: number, other: string): readonly string[] => {
  const there = sideName[facts.side === 'protected-computer' ? 'dpm-server' : 'protected-computer'];
  return [
    `Let TCP ${String(port)} to ${other} through every firewall between the two.`,
    `In the Windows firewall of ${there}: ${firewallCommandFor(port, '<DPM\\bin there>').command}`,
  ];
};

/** One port of the other computer. The four ways it can end are told apart, because each is fixed differently. */
export const portCheck = (port: number): PreflightCheck => {
  const row = networkPorts.find((one) => one.port === port);
  if (!row) throw new Error(`The network table has no port ${String(port)}.`);
  return {
    id: `port-${String(port)}`,
    title: `TCP ${String(port)} to the other computer`,
    required: `${row.use}: TCP ${String(port)} is open between the two computers, in both directions.`,
    source: row.source,
    severity: 'error',
    prevents: port === certificatePort ? [33235, 33304] : [41, 300, 308, 316, 319, 342],
    run: async (subject) => {
      const other = subject.otherName;
      if (other === null) return notApplicable('The name of the other computer is not given.');
      if (subject.facts.method !== null && !row.methods.includes(subject.facts.method)) {
        return notApplicable('Only certificate authentication uses it.');
      }
      const found = (await subject.ports(other)).find((one) => one.port === port);
      const at = `TCP ${String(port)} of ${other}${found?.address ? ` (${found.address})` : ''}`;
      const isMapper = port === 135;
      switch (found?.state) {
        case 'open':
          return pass(`${at} is open.`);
        case 'refused':
          return isMapper
            ? fail(
                `${at} is refused, and Windows always listens there: a firewall refuses it, or it is another computer.`,
                ...blocked(subject, port, other),
              )
            : warn(
                `${at} is refused: the computer is reached, and nothing listens there now.`,
                'The agent listens while it runs; before it is installed and configured there, this is normal.',
              );
        case 'filtered':
          return isMapper
            ? fail(
                `${at} is filtered: no answer came in time, so a firewall drops it.`,
                ...blocked(subject, port, other),
              )
            : warn(
                `${at} is filtered: no answer came in time. A firewall drops it, or nothing listens there and the Windows firewall hides that.`,
                ...blocked(subject, port, other),
              );
        case 'unreachable':
          return fail(
            `${at} is not reachable: the network has no way there (${found.code ?? 'no route'}).`,
            'Check the network between the two computers: address, gateway, VPN.',
          );
        case 'name-unknown':
          return couldNotCheck(`The name ${other} could not be resolved; see name-resolution.`);
        case 'error':
        case undefined:
          return couldNotCheck(`${at} could not be tried (${found?.code ?? 'no answer'}).`);
      }
    },
  };
};
