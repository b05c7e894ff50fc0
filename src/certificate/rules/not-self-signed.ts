import { fail, pass, requirements, type Rule } from './rule.js';

export const notSelfSigned: Rule = {
  id: 'not-self-signed',
  title: 'Not self-signed',
  required: 'The certificate is issued by a CA: its signature is not made by its own key.',
  source: requirements,
  severity: 'error',
  prevents: [33234],
  run: ({ certificate, selfSigned }) =>
    selfSigned
      ? fail(
          'The signature of the certificate is made by its own key: it is self-signed.',
          'Request a certificate for this computer from a CA that both computers trust.',
        )
      : pass(
          `It is issued by ${certificate.issuer.text === '' ? 'a CA without a name' : certificate.issuer.text}.`,
        ),
};
