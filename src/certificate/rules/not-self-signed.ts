import { couldNotCheck, fail, pass, requirements, type Rule } from './rule.js';

export const notSelfSigned: Rule = {
  id: 'not-self-signed',
  title: 'Not self-signed',
  required: 'A CA issued the certificate: its own key did not make its signature.',
  source: requirements,
  severity: 'error',
  prevents: [33234],
  run: ({ certificate, selfSigned }) => {
    const issuer = certificate.issuer.text === '' ? 'a CA without a name' : certificate.issuer.text;
    if (selfSigned === true) {
      return fail(
        'The certificate is self-signed: its own key made its signature.',
        'Request a certificate for this computer from a CA that both computers trust.',
      );
    }
    if (selfSigned === null) {
      return couldNotCheck(
        `The certificate names ${issuer} as its issuer, but its signature cannot be verified here (${certificate.refused ?? certificate.signatureAlgorithm}).`,
        'Check it on Windows with: certutil -verify CERTIFICATE.cer',
      );
    }
    return pass(`It is issued by ${issuer}.`);
  },
};
