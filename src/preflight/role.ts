import { fail, pass } from '../checks/verdict.js';
import { page } from '../dpm/source.js';
import { sideName } from '../steps/step.js';
import type { PreflightCheck } from './subject.js';

export const role: PreflightCheck = {
  id: 'role',
  title: 'The right computer',
  required: 'A DPM server attaches; the computer that is to be protected is another one.',
  source: page('Prepare machines in workgroups and untrusted domains for backup'),
  severity: 'error',
  prevents: [302],
  run: async (subject) => {
    const { role: found } = await subject.installation();
    const { side } = subject.facts;
    if (side === 'dpm-server' && found !== 'dpm-server') {
      return fail(
        'DPM is not installed on this computer, so it is no DPM server.',
        'Run it on the DPM server.',
      );
    }
    if (side === 'protected-computer' && found === 'dpm-server') {
      return fail(
        'This computer is a DPM server.',
        `Run it on ${sideName[side]}; for a DPM server that another one protects, see: dpm-prep scenarios --workload secondary-dpm-server`,
      );
    }
    return pass(`This is ${sideName[side]}.`);
  },
};
