import { inferred } from '../../dpm/source.js';
import type { CertificateCase, CertificateFacts } from '../facts.js';
import { extensionName } from '../read/extensions.js';
import { called, fail, pass, requestAgain, type Rule } from './rule.js';

const list = (names: readonly string[]): string => names.join(', ');

const faultsOf = (certificate: CertificateFacts, whose: string): readonly string[] => {
  const { malformed, repeated, algorithmsDiffer } = certificate;
  const faults: string[] = [];
  if (malformed.length > 0)
    faults.push(`${whose} has extensions that are not encoded correctly: ${list(malformed)}.`);
  if (repeated.length > 0) {
    faults.push(
      `${whose} has more than one extension ${list(repeated.map((id) => extensionName(id)))}. RFC 5280 forbids that; Windows uses the first one.`,
    );
  }
  if (algorithmsDiffer) {
    faults.push(`${whose} names one signature algorithm inside the signed part and another one outside.`);
  }
  return faults;
};

const allFaults = ({ certificate, chain }: CertificateCase): readonly string[] => [
  ...faultsOf(certificate, 'The certificate'),
  ...chain.links.slice(1).flatMap((link) => faultsOf(link.certificate, called(link.certificate))),
];

export const encoding: Rule = {
  id: 'encoding',
  title: 'Encoding',
  required: 'The certificates of the chain and their extensions are encoded as X.509 requires.',
  source: inferred(
    'X.509 v3 in the requirements of the page; each program reads a certificate with a wrong encoding differently',
  ),
  severity: 'error',
  prevents: [33233],
  run: (subject) => {
    const { refused } = subject.certificate;
    if (refused !== null) return fail(`OpenSSL does not accept the certificate: ${refused}.`, requestAgain);
    const faults = allFaults(subject);
    return faults.length > 0
      ? { ...fail(faults.join(' '), requestAgain), details: { problems: faults } }
      : pass('The certificate and its extensions are readable.');
  },
};
