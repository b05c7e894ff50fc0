import { errorTable } from '../../dpm/source.js';
import { couldNotCheck, fail, notApplicable, pass, rootOf, type Rule } from './rule.js';

const again =
  'Or configure everything again with it: Set-DPMCredentials or SetDpmServer, the new .bin, and attach, on every partner.';

export const renewal: Rule = {
  id: 'renewal',
  title: 'Renewal',
  required: 'Subject and root are the same as those of the certificate that it replaces.',
  source: errorTable(33323, 33324, 33325, 33326),
  severity: 'error',
  prevents: [33323, 33324, 33325, 33326],
  run: (subject) => {
    const { certificate, replaces } = subject;
    if (replaces === null) return notApplicable('No certificate to replace was given (--replaces).');
    if (replaces.thumbprint === certificate.thumbprint) {
      return fail(
        `${replaces.name} is the same certificate.`,
        'Give the new certificate, and the old one with --replaces.',
      );
    }
    if (replaces.subject.comparable !== certificate.subject.comparable) {
      return fail(
        `The subject is ${certificate.subject.text || '(empty)'}; that of ${replaces.name} is ${replaces.subject.text || '(empty)'}.`,
        `Request the new certificate with the subject ${replaces.subject.text}.`,
        again,
      );
    }
    const root = rootOf(subject);
    if (root === null || replaces.root === null) {
      return couldNotCheck(
        `The subject is the same, but the chain of ${root === null ? 'this certificate' : replaces.name} does not reach a root.`,
        'Give the CA certificates with --trust FILE.',
      );
    }
    if (replaces.root.name.comparable !== root.subject.comparable) {
      return fail(
        `The root is ${root.subject.text}; that of ${replaces.name} is ${replaces.root.name.text}.`,
        `Request the new certificate from a CA under ${replaces.root.name.text}.`,
        again,
      );
    }
    return pass(
      `Subject (${certificate.subject.text}) and root (${root.subject.text}) are those of ${replaces.name}. Import it; DPM needs no new configuration.`,
    );
  },
};
