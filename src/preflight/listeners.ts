import { fail, pass, warn } from '../checks/verdict.js';
import { certificatePort } from '../dpm/network.js';
import { microsoft } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

const ofDpm = /dpm/i;

export const listeners: PreflightCheck = {
  id: 'local-ports',
  title: 'Ports of the agent on this computer',
  required: 'No other program listens on TCP 5718 or 5719 (with certificates 6076).',
  source: microsoft('The protection agent service does not start (KB 947682)'),
  severity: 'error',
  prevents: [],
  run: async (subject) => {
    const wanted = [5718, 5719, ...(subject.facts.method === 'ntlm' ? [] : [certificatePort])];
    const { ports } = await subject.ask('listening-ports', {});
    const taken = ports.filter(({ port }) => wanted.includes(port));
    const others = taken.filter(({ process }) => process !== null && !ofDpm.test(process));
    const fix = [
      'Give the other program another port.',
      'Or change the ports of the agent: SetAgentCfg e dpmra <port> <alternate port>, then restart DPMRA (error 10048).',
    ];
    if (others.length > 0) {
      const list = others.map(({ port, process }) => `${String(port)} by ${process ?? ''}`).join(', ');
      return fail(`TCP ${list} is taken.`, ...fix);
    }
    const unknown = taken.filter(({ process }) => process === null);
    if (unknown.length > 0) {
      return warn(
        `TCP ${unknown.map(({ port }) => String(port)).join(', ')} is in use; by which program could not be seen.`,
        'If it is not DPM: give the other program another port.',
      );
    }
    return pass(
      taken.length === 0
        ? `TCP ports ${wanted.join(', ')} are free.`
        : `DPM listens on TCP ${taken.map(({ port }) => String(port)).join(', ')}.`,
    );
  },
};
