import type { CertificateFacts, ChainLink } from '../facts.js';
import { limits } from '../limits.js';
import { isExcluded, isPermitted, namesOf } from '../names.js';
import {
  called,
  chainEngine,
  couldNotCheck,
  failWith,
  notApplicable,
  pass,
  warn,
  type Fault,
  type Rule,
} from './rule.js';

const formNames = {
  dns: 'DNS name',
  email: 'e-mail address',
  uri: 'URI',
  ip: 'IP address',
  directory: 'directory name',
  upn: 'user principal name',
  other: 'name',
} as const;

const most = 5;

/** What one CA's constraints say about the names of one certificate below it. */
const compare = (authority: CertificateFacts, certificate: CertificateFacts): readonly string[] => {
  const constraints = authority.nameConstraints;
  if (constraints === null) return [];
  const faults: string[] = [];
  for (const name of namesOf(certificate)) {
    const what = `the ${formNames[name.form]} ${name.text} of ${called(certificate)}`;
    if (isExcluded(name, constraints.excluded)) faults.push(`${called(authority)} excludes ${what}.`);
    else if (!isPermitted(name, constraints.permitted)) {
      const permitted = constraints.permitted
        .filter(({ form }) => form === name.form)
        .map(({ text }) => text);
      faults.push(
        `${called(authority)} does not permit ${what}; it permits ${permitted.join(', ') || 'no name'}.`,
      );
    }
    if (faults.length >= most) break;
  }
  return faults;
};

const unsupported = ({ certificate }: ChainLink): readonly Fault[] => {
  const parts = certificate.nameConstraints?.unsupported ?? [];
  if (parts.length > 0) {
    return [
      {
        text: `The name constraints of ${called(certificate)} have ${parts.join(' and ')}, which Windows does not support.`,
        windows: 'CERT_E_INVALID_NAME',
      },
    ];
  }
  return certificate.malformed.includes('nameConstraints')
    ? [
        {
          text: `The name constraints of ${called(certificate)} are not readable.`,
          windows: 'CERT_E_INVALID_NAME',
        },
      ]
    : [];
};

const costOf = (authorities: readonly CertificateFacts[], certificate: CertificateFacts): number =>
  authorities.reduce((sum, { nameConstraints }) => {
    const spaces = (nameConstraints?.permitted.length ?? 0) + (nameConstraints?.excluded.length ?? 0);
    return sum + spaces * (certificate.alternativeNames.length + 2);
  }, 0);

export const nameConstraints: Rule = {
  id: 'name-constraints',
  title: 'Name constraints',
  required: 'The CAs of the chain may issue certificates for the names of this certificate.',
  source: chainEngine,
  severity: 'error',
  prevents: [33234, 33301],
  run: ({ chain, certificate, selfSigned }) => {
    if (selfSigned === true) return notApplicable('The certificate is its own root; see not-self-signed.');
    const links = chain.links.slice(1);
    const wrong = links.flatMap((link) => unsupported(link));
    const authorities = links.map((link) => link.certificate);
    const constraining = authorities.filter((each) => each.nameConstraints !== null);
    if (constraining.length === 0 && wrong.length === 0) {
      return notApplicable('No CA of the chain has name constraints.');
    }
    if (costOf(constraining, certificate) > limits.nameComparisons) {
      return couldNotCheck(
        `The certificate and its CAs have more names to compare than dpm-prep's limit of ${limits.nameComparisons.toLocaleString('en')}.`,
      );
    }
    const faults = [
      ...wrong,
      ...constraining
        .flatMap((authority) => compare(authority, certificate))
        .map((text): Fault => ({ text, windows: 'CERT_E_INVALID_NAME' })),
    ];
    if (faults.length > 0) {
      return failWith(
        faults,
        'Request the certificate with a name that the CA may issue certificates for, or from a CA without this constraint.',
      );
    }
    // The end certificate is the one whose names Windows documents to compare; OpenSSL compares those of CAs as well.
    const above = authorities.flatMap((authority, index) =>
      authorities
        .slice(0, index)
        .filter(({ subject, issuer }) => subject.comparable !== issuer.comparable)
        .flatMap((below) => compare(authority, below)),
    );
    if (above.length > 0) {
      return warn(
        `${above.join(' ')} Windows documents this check for the end certificate only; other programs refuse the chain.`,
        'Ask the CA for a CA certificate whose name its own name constraints permit.',
      );
    }
    return pass(
      `The names agree with the name constraints of ${constraining.map((each) => called(each)).join(' and ')}.`,
    );
  },
};
