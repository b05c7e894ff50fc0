import { couldNotCheck, fail, pass, requirements, type Rule } from './rule.js';

export const privateKey: Rule = {
  id: 'private-key',
  title: 'Private key',
  required: 'The private key is present, and it is the one that belongs to the certificate.',
  source: requirements,
  severity: 'error',
  prevents: [33234],
  run: ({ key, origin }) => {
    if (!key.present) {
      return origin.kind === 'store'
        ? fail(
            'The store has the certificate without its private key.',
            'Import the .pfx that holds the key, or repair the link to it: certutil -repairstore My THUMBPRINT',
          )
        : fail(
            `The ${origin.format} file holds the certificate without its private key.`,
            'Export it on the computer that has the key, with "Yes, export the private key", as .pfx.',
            'If the certificate is already in the store of this computer, check it there by its thumbprint.',
          );
    }
    if (key.belongs === false) {
      return fail(
        `There is a private key, but ${key.problem ?? 'it does not belong to the certificate'}.`,
        'Export the certificate again together with its own key.',
      );
    }
    if (origin.kind === 'store') {
      return key.problem === null
        ? pass('Windows has a private key for the certificate.')
        : couldNotCheck(
            `Windows records a private key for the certificate. ${key.problem}`,
            'Run it in an elevated prompt. If the key is lost, import the .pfx that holds it.',
          );
    }
    return key.belongs === null
      ? couldNotCheck(`There is a private key, but ${key.problem ?? 'it could not be tried out'}.`)
      : pass('The private key is there and belongs to the certificate.');
  },
};
