import { fail, isRsa, notApplicable, pass, requestAnew, requirements, warn, type Rule } from './rule.js';

export const keyLength: Rule = {
  id: 'key-length',
  title: 'Key length',
  required: 'The RSA key has at least 1024 bits; 2048 are wise.',
  source: requirements,
  severity: 'error',
  prevents: [33234],
  run: ({ certificate }) => {
    const { bits } = certificate.publicKey;
    if (!isRsa(certificate)) {
      return notApplicable(`The key is ${certificate.publicKey.algorithm}, not RSA; see no-cng.`);
    }
    if (bits === null) return fail('The RSA key is not readable.', requestAnew);
    if (bits < 1024)
      return fail(`The RSA key has ${bits} bits.`, 'Request a certificate with a key of 2048 bits.');
    if (bits < 2048) {
      return warn(
        `The RSA key has ${bits} bits: DPM accepts that, but current Windows may not.`,
        'Request the next certificate with a key of 2048 bits.',
      );
    }
    return pass(`The RSA key has ${bits} bits.`);
  },
};
