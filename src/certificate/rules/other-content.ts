import { inferred } from '../../dpm/source.js';
import { notApplicable, pass, warn, type Rule } from './rule.js';

export const otherContent: Rule = {
  id: 'other-content',
  title: 'Nothing else in the file',
  required: 'A file holds the certificate of one computer, its private key and its chain.',
  source: inferred('Each computer needs its own certificate'),
  severity: 'advice',
  run: ({ origin, contents: { aside } }) => {
    if (origin.kind === 'store') return notApplicable('The certificate is in a store, not in a file.');
    if (aside.length === 0) return pass('The file holds nothing else.');
    return {
      ...warn(
        `The file also holds ${aside.join('; ')}. This was not checked.`,
        'Export the certificate of this computer alone, with its private key and its chain.',
      ),
      details: { aside },
    };
  },
};
