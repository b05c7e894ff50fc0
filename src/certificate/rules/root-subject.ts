import { couldNotCheck, fail, notApplicable, pass, requirements, rootOf, type Rule } from './rule.js';

export const rootSubject: Rule = {
  id: 'root-subject',
  title: 'Subject name of the root',
  required: 'The subject name of the root certificate is not empty.',
  source: requirements,
  severity: 'error',
  prevents: [33234],
  run: (subject) => {
    if (subject.selfSigned) return notApplicable('The certificate is its own root; see not-self-signed.');
    const root = rootOf(subject);
    if (root === null) return couldNotCheck('The chain does not reach a root; see chain.');
    return root.subject.text === ''
      ? fail(
          `The subject of the root ${root.thumbprint} is empty.`,
          'Request the certificate from a CA whose root has a name.',
        )
      : pass(`The subject of the root is ${root.subject.text}.`);
  },
};
