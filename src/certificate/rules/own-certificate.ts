import type { PureCheck } from '../../checks/run-checks.js';
import type { CertificateCase } from '../facts.js';
import { fail, pass, requirements } from './rule.js';

export const ownCertificate: PureCheck<Pick<CertificateCase, 'twins'>> = {
  id: 'own-certificate',
  title: 'A certificate of its own',
  required: 'Each computer has its own certificate and its own key.',
  source: requirements,
  severity: 'error',
  run: ({ twins }) => {
    if (twins.length === 0) return pass('No other input has the same certificate or the same key.');
    const shown = twins.slice(0, 5).map(({ name, same }) => `${name} has the same ${same}`);
    const more = twins.length > 5 ? ', and more' : '';
    return {
      ...fail(
        `${shown.join('; ')}${more}.`,
        'Request a certificate for each computer, with a key made on that computer.',
        'If the files are for one and the same computer, check only one of them.',
      ),
      details: { twins },
    };
  },
};
