import {
  couldNotCheck,
  fail,
  importIntoCsp,
  isRsa,
  notApplicable,
  pass,
  requirements,
  type Rule,
} from './rule.js';

export const keyType: Rule = {
  id: 'key-type',
  title: 'Key type',
  required: 'The key type is exchange (KeySpec 1, AT_KEYEXCHANGE).',
  source: requirements,
  severity: 'error',
  prevents: [33234],
  run: (subject) => {
    const { certificate, key, origin } = subject;
    if (!isRsa(certificate)) {
      return notApplicable(
        `A key type is for RSA keys, and this key is ${certificate.publicKey.algorithm}; see no-cng.`,
      );
    }
    if (!key.present) return couldNotCheck('There is no private key here; see private-key.');
    switch (key.keySpec) {
      case 'exchange':
        return pass('The key type is exchange.');
      case 'signature':
        return fail('The key type is signature (KeySpec 2, AT_SIGNATURE).', ...importIntoCsp(subject));
      case 'cng':
        return notApplicable('The key is a CNG key, which has no key type (KeySpec 0); see no-cng.');
      case null:
        return couldNotCheck(
          origin.kind === 'file'
            ? 'The file does not record the key type; how it is imported decides.'
            : (key.problem ?? 'Windows did not say of what type the key is.'),
          ...importIntoCsp(subject),
          'Then see the type with: certutil -v -store My THUMBPRINT (wanted: KeySpec = 1 -- AT_KEYEXCHANGE)',
        );
    }
  },
};
