import { fail, pass, warn } from '../checks/verdict.js';
import { certificatePort } from '../dpm/network.js';
import { microsoft } from '../dpm/source.js';
import type { Answer } from '../machine/questions.js';
import type { PreflightCheck } from './subject.js';

type Port = Answer<'listening-ports'>['ports'][number];

const ofDpm = /dpm/i;

/** The service of DPM that listens on the port; while it runs, the port is taken to be its own. */
const serviceOf: Readonly<Record<number, string>> = {
  5718: 'DPMRA',
  5719: 'DPMAC',
  [certificatePort]: 'DpmCPWrapperService',
};

const list = (ports: readonly Port[]): string =>
  ports.map(({ port, process }) => `${String(port)}${process === null ? '' : ` (${process})`}`).join(', ');

export const listeners: PreflightCheck = {
  id: 'local-ports',
  title: 'Ports of the agent on this computer',
  required:
    'No other program listens on TCP 5718 (with certificates also 6076). TCP 5719 is used only during a push installation.',
  source: microsoft('The protection agent service does not start (KB 947682)'),
  severity: 'error',
  prevents: [],
  run: async (subject) => {
    const wanted = [5718, 5719, ...(subject.facts.method === 'ntlm' ? [] : [certificatePort])];
    const { ports } = await subject.ask('listening-ports', {});
    const { services } = await subject.installation();
    const running = new Set(
      services.filter(({ state }) => state === 'running').map(({ name }) => name.toUpperCase()),
    );
    const taken = ports.filter(({ port }) => wanted.includes(port));
    const own = taken.filter(({ port, process }) =>
      process === null ? running.has((serviceOf[port] ?? '').toUpperCase()) : ofDpm.test(process),
    );
    const others = taken.filter((one) => !own.includes(one));
    const inTheWay = others.filter(({ port, process }) => port !== 5719 && process !== null);
    if (inTheWay.length > 0) {
      return fail(
        `Another program listens on TCP ${list(inTheWay)}.`,
        'Give the other program another port.',
        'Or change the ports of the agent: SetAgentCfg e dpmra <port> <alternate port>, then restart the service DPMRA (error 10048).',
      );
    }
    const unknown = others.filter(({ port }) => port !== 5719);
    if (unknown.length > 0) {
      return warn(
        `TCP ${list(unknown)} is in use, but the service of DPM that uses it is not running here.`,
        'Find the program with: netstat -ano',
        'If it is not DPM, give that program another port.',
      );
    }
    const push = others.filter(({ port }) => port === 5719);
    if (push.length > 0) {
      return pass(
        `TCP ${list(push)} is in use by another program. Only a push installation by the DPM server needs it.`,
      );
    }
    return pass(
      own.length === 0 ? `TCP ports ${wanted.join(', ')} are free.` : `DPM listens on TCP ${list(own)}.`,
    );
  },
};
