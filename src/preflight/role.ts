import { fail, pass } from '../checks/verdict.js';
import { page } from '../dpm/source.js';
import { sideName } from '../steps/step.js';
import type { PreflightCheck } from './subject.js';

export const role: PreflightCheck = {
  id: 'role',
  title: 'The right computer',
  required: 'The DPM server and the protected computer are two different computers.',
  source: page('Prepare machines in workgroups and untrusted domains for backup'),
  severity: 'error',
  prevents: [302],
  run: async (subject) => {
    const { role: found, isDpmServer } = await subject.installation();
    const { side, workloads } = subject.facts;
    if (side === 'protected-computer' && workloads.includes('secondary-dpm-server')) {
      return isDpmServer === true
        ? pass('This is a DPM server, and another DPM server is to protect it.')
        : fail(
            'This computer is not a DPM server, and the workload is one that another DPM server protects.',
            'Run the command on the primary DPM server, or leave out --workload secondary-dpm-server.',
          );
    }
    if (side === 'dpm-server' && found !== 'dpm-server') {
      return fail('This computer is not a DPM server.', 'Run the command on the DPM server.');
    }
    if (side === 'protected-computer' && found === 'dpm-server') {
      return fail(
        'This computer is a DPM server.',
        `Run the command on ${sideName[side]}. If another DPM server is to protect this DPM server, add --workload secondary-dpm-server.`,
      );
    }
    return pass(`This is ${sideName[side]}.`);
  },
};
