import { fail, pass, requirements, type Rule } from './rule.js';

export const subject: Rule = {
  id: 'subject',
  title: 'Subject name',
  required: 'The subject name of the certificate is not empty.',
  source: requirements,
  severity: 'error',
  prevents: [33234],
  run: ({ certificate }) =>
    certificate.subject.text === ''
      ? fail(
          `The subject is empty${certificate.dnsNames.length === 0 ? '' : `; the name ${certificate.dnsNames[0] ?? ''} is only an alternative name`}.`,
          'Request a new certificate with the fully qualified name as the common name. In a template: Subject Name tab, Build from this Active Directory information, format Common Name.',
        )
      : pass(`The subject is ${certificate.subject.text}.`),
};
