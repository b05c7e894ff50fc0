import type { PureCheck } from '../../checks/run-checks.js';
import type { Problem } from '../../problem.js';
import { fail, pass, requirements } from './rule.js';

/** Judges an input before there is any certificate to judge: the only check that such an input gets. */
export const readable: PureCheck<{ readonly problem: Problem | null }> = {
  id: 'readable',
  title: 'Readable certificate',
  required:
    'The input holds a certificate: a PFX, PEM, DER or PKCS#7 file, or an entry of a certificate store.',
  source: requirements,
  severity: 'error',
  prevents: [33233],
  run: ({ problem }) =>
    problem === null ? pass('It holds a certificate.') : fail(problem.message, ...problem.fix),
};
