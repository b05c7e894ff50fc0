import { inferred } from '../../dpm/source.js';
import { fail, pass, requestAnew, type Rule } from './rule.js';

export const encoding: Rule = {
  id: 'encoding',
  title: 'Encoding',
  required: 'The certificate and its extensions are encoded as X.509 says.',
  source: inferred(
    'X.509 v3 in the requirements of the page; what is not encoded so is read differently by each program',
  ),
  severity: 'error',
  prevents: [33233],
  run: ({ certificate }) => {
    if (certificate.refused !== null) {
      return fail(`OpenSSL does not accept the certificate: ${certificate.refused}.`, requestAnew);
    }
    if (certificate.malformed.length > 0) {
      return fail(`Not encoded as they should be: ${certificate.malformed.join(', ')}.`, requestAnew);
    }
    return pass('The certificate and its extensions are readable.');
  },
};
