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
    const { role: found } = await subject.installation();
    const { side } = subject.facts;
    if (side === 'dpm-server' && found !== 'dpm-server') {
      return fail('This computer is not a DPM server.', 'Run the command on the DPM server.');
    }
    if (side === 'protected-computer' && found === 'dpm-server') {
      return fail(
        'This computer is a DPM server.',
        `Run the command on ${sideName[side]}. For a DPM server that another DPM server protects: dpm-prep scenarios --workload secondary-dpm-server`,
      );
    }
    return pass(`This is ${sideName[side]}.`);
  },
};
