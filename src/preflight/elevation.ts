import { fail, pass } from '../checks/verdict.js';
import { inferred } from '../dpm/source.js';
import type { PreflightCheck } from './subject.js';

export const elevation: PreflightCheck = {
  id: 'elevation',
  title: 'Elevated prompt',
  required: 'The tools run with administrator rights.',
  source: inferred('Microsoft, "Deploy the DPM protection agent" (elevated prompt); the name of error 32692'),
  severity: 'error',
  prevents: [32692],
  run: async (subject) =>
    (await subject.computer()).elevated
      ? pass('The prompt is elevated.')
      : fail(
          'The prompt is not elevated.',
          'Open a prompt with "Run as administrator" and run the command there.',
        ),
};
