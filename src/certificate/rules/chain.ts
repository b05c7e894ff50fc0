import { errorTable } from '../../dpm/source.js';
import { forgeable } from '../chain.js';
import type { CertificateCase, CertificateFacts, ChainLink } from '../facts.js';
import {
  called,
  couldNotCheck,
  day,
  failWith,
  notApplicable,
  pass,
  rootOf,
  type Fault,
  type Rule,
  type WindowsError,
} from './rule.js';

const fault = (windows: WindowsError, text: string): Fault => ({ text, windows });

const signatureFaults = (links: readonly ChainLink[]): readonly Fault[] =>
  links.flatMap(({ certificate, signature }, index) => {
    const above = links[index + 1]?.certificate;
    if (signature === 'bad' && above !== undefined) {
      return [
        fault(
          'TRUST_E_CERT_SIGNATURE',
          `${called(certificate)} names ${called(above)} as its issuer, but the key of that CA did not make its signature.`,
        ),
      ];
    }
    const isRoot = above === undefined;
    return forgeable.has(certificate.signatureAlgorithm) && !isRoot
      ? [
          fault(
            'TRUST_E_CERT_SIGNATURE',
            `The signature of ${called(certificate)} uses ${certificate.signatureAlgorithm}, which can be forged.`,
          ),
        ]
      : [];
  });

const dateFaults = (certificate: CertificateFacts, now: string): readonly Fault[] => {
  const { notBefore, notAfter } = certificate;
  if (notBefore === null || notAfter === null) {
    return [fault('CERT_E_EXPIRED', `${called(certificate)} has invalid dates.`)];
  }
  if (now < notBefore)
    return [fault('CERT_E_EXPIRED', `${called(certificate)} is valid only from ${day(notBefore)}.`)];
  if (now > notAfter) return [fault('CERT_E_EXPIRED', `${called(certificate)} expired on ${day(notAfter)}.`)];
  return [];
};

/** `below`: how many CA certificates are between this one and the computer's, self-issued ones not counted. */
const issuerFaults = (certificate: CertificateFacts, isRoot: boolean, below: number): readonly Fault[] => {
  const faults: Fault[] = [];
  const constraints = certificate.basicConstraints;
  // Roots of version 1 have no extensions; whoever trusts them has decided that they are CAs.
  if (constraints?.ca !== true && !(isRoot && certificate.version === 1)) {
    faults.push(
      fault(
        'TRUST_E_BASIC_CONSTRAINTS',
        `${called(certificate)} is not a CA: its basic constraints do not say so.`,
      ),
    );
  }
  const allowed = constraints?.pathLength ?? Infinity;
  if (below > allowed) {
    faults.push(
      fault(
        'TRUST_E_BASIC_CONSTRAINTS',
        `${called(certificate)} allows ${allowed} CAs below it (path length), and there are ${below}.`,
      ),
    );
  }
  if (certificate.keyUsage?.signsCertificates === false) {
    faults.push(
      fault(
        'CERT_E_WRONG_USAGE',
        `The key usage of ${called(certificate)} does not allow it to sign certificates.`,
      ),
    );
  }
  return faults;
};

const endFaults = (subject: CertificateCase): readonly Fault[] => {
  const { chain } = subject;
  const last = chain.links.at(-1)?.certificate;
  const top = last === undefined ? 'the root' : called(last);
  if (chain.end === 'too-long') {
    return [fault('CERT_E_CHAINING', 'The chain is longer than any that Windows builds.')];
  }
  if (chain.end === 'no-issuer' && last !== undefined) {
    return [
      fault(
        'CERT_E_CHAINING',
        `The chain ends at ${top}: the certificate of its issuer ${last.issuer.text || '(no name)'} is missing.`,
      ),
    ];
  }
  if (chain.trust === 'not-listed') {
    return [fault('CERT_E_UNTRUSTEDROOT', `The root ${top} is not among the certificates of --trust.`)];
  }
  if (chain.trust === 'not-by-windows') {
    return [fault('CERT_E_UNTRUSTEDROOT', `This computer does not trust the root ${top}.`)];
  }
  return [];
};

const fixFor = (subject: CertificateCase): readonly string[] => {
  const last = subject.chain.links.at(-1)?.certificate;
  if (subject.chain.end === 'no-issuer') {
    return [
      'Export the certificate with all certificates of its path ("Include all certificates in the certification path if possible"), or give the CA certificates with --trust FILE.',
      ...(last?.issuerAddresses.map(
        (address) => `The certificate names this address for its issuer: ${address}`,
      ) ?? []),
    ];
  }
  if (subject.chain.trust === 'not-listed' || subject.chain.trust === 'not-by-windows') {
    return [
      'Import the root into Trusted Root Certification Authorities of the local computer, on the protected computer and on the DPM server: certutil -addstore Root ROOT.cer',
    ];
  }
  return ['Request a new certificate from a CA whose own certificates pass these checks.'];
};

const faultsOf = (subject: CertificateCase): readonly Fault[] => {
  const { links, end } = subject.chain;
  const issuers = links.slice(1);
  let casBelow = 0;
  return [
    ...signatureFaults(links),
    ...issuers.flatMap(({ certificate }, index) => {
      const isRoot = end === 'root' && index === issuers.length - 1;
      const found = [...dateFaults(certificate, subject.now), ...issuerFaults(certificate, isRoot, casBelow)];
      if (certificate.subject.comparable !== certificate.issuer.comparable) casBelow += 1;
      return found;
    }),
    ...endFaults(subject),
  ];
};

const trustWords = {
  listed: 'which is in the trust list',
  'by-windows': 'which this computer trusts',
  'no-list': 'which was not compared with any trust list (--trust)',
  'not-listed': 'which is not in the trust list',
  'not-by-windows': 'which this computer does not trust',
} as const;

export const chain: Rule = {
  id: 'chain',
  title: 'Certificate chain',
  required:
    'The chain reaches a trusted root, and every signature, date, CA flag and path length in it is correct.',
  source: errorTable(33234, 33301),
  severity: 'error',
  prevents: [33234, 33301, 33304],
  run: (subject) => {
    const { links, trust } = subject.chain;
    if (subject.selfSigned === true) {
      return notApplicable('The certificate is its own root; see not-self-signed.');
    }
    const faults = faultsOf(subject);
    if (faults.length > 0) return failWith(faults, ...fixFor(subject));
    const unverified = links.slice(0, -1).filter(({ signature }) => signature === 'unverifiable');
    if (unverified.length > 0) {
      return couldNotCheck(
        `${unverified.map(({ certificate }) => `The signature of ${called(certificate)} (${certificate.signatureAlgorithm})`).join(' and ')} cannot be verified here.`,
        'Check it on Windows with: certutil -verify CERTIFICATE.cer',
      );
    }
    const root = rootOf(subject);
    const name = root === null ? 'a root' : called(root);
    return pass(`The chain has ${links.length} certificates and ends at ${name}, ${trustWords[trust]}.`);
  },
};
