import { page } from '../../dpm/source.js';
import { couldNotCheck, fail, notApplicable, pass, type Rule } from './rule.js';

export const exportable: Rule = {
  id: 'exportable',
  title: 'Exportable private key',
  required:
    'The private key can be exported, where the certificate has yet to move to the store of the computer.',
  source: page('Configure a certificate on the protected computer'),
  severity: 'error',
  run: ({ key, origin }) => {
    if (origin.kind === 'file') return notApplicable('The certificate is in a file already.');
    if (origin.store === 'LocalMachine\\My') {
      return notApplicable(
        'The certificate is in the store of the computer already; nothing must be exported.',
      );
    }
    if (!key.present) return couldNotCheck('There is no private key here; see private-key.');
    if (key.exportable === null)
      return couldNotCheck(key.problem ?? 'Windows did not say whether the key can be exported.');
    return key.exportable
      ? pass('The private key can be exported.')
      : fail(
          'The private key cannot be exported, so the certificate cannot move to the store of the computer.',
          'Request it again with "Mark key as exportable" (in a template: Request Handling, Allow private key to be exported).',
        );
  },
};
