import { errorTable } from '../../dpm/source.js';
import { fail, notApplicable, pass, type Rule } from './rule.js';

export const machineStore: Rule = {
  id: 'machine-store',
  title: 'Store of the computer',
  required:
    'The certificate is in the personal store of the computer (LocalMachine\\My), not in that of a user.',
  source: errorTable(33231),
  severity: 'error',
  prevents: [33231],
  run: ({ origin }) => {
    if (origin.kind === 'file') return notApplicable('The certificate is in a file.');
    return origin.store === 'LocalMachine\\My'
      ? pass('The certificate is in LocalMachine\\My.')
      : fail(
          'The certificate is in CurrentUser\\My, the store of a user, where DPM does not look.',
          'Export it with its private key as .pfx (certmgr.msc: All Tasks > Export).',
          'Import it in certlm.msc (Certificates - Local Computer) > Personal, with "Mark this key as exportable".',
        );
  },
};
