import { errorTable } from '../../dpm/source.js';
import type { CertificateCase, CertificateFacts, ChainLink } from '../facts.js';
import { called, day, fail, notApplicable, pass, rootOf, type Rule } from './rule.js';

const broken = new Set(['md2WithRSAEncryption', 'md4WithRSAEncryption', 'md5WithRSAEncryption']);

const signatureProblems = (links: readonly ChainLink[]): string[] =>
  links.flatMap(({ certificate, signature }, index) => {
    const above = links[index + 1]?.certificate;
    if (signature === 'bad' && above !== undefined) {
      return [
        `${called(certificate)} says that it is issued by ${called(above)}, but that one's key did not make its signature.`,
      ];
    }
    const isRoot = above === undefined;
    return broken.has(certificate.signatureAlgorithm) && !isRoot
      ? [
          `The signature of ${called(certificate)} uses ${certificate.signatureAlgorithm}, which can be forged.`,
        ]
      : [];
  });

const dateProblem = (certificate: CertificateFacts, now: string): string[] => {
  const { notBefore, notAfter } = certificate;
  if (notBefore === null || notAfter === null) return [`${called(certificate)} has dates that cannot be.`];
  if (now < notBefore) return [`${called(certificate)} is valid only from ${day(notBefore)}.`];
  if (now > notAfter) return [`${called(certificate)} expired on ${day(notAfter)}.`];
  return [];
};

/** `below`: how many CA certificates are between this one and the computer's, self-issued ones not counted. */
const issuerProblems = (certificate: CertificateFacts, isRoot: boolean, below: number): string[] => {
  const problems: string[] = [];
  const constraints = certificate.basicConstraints;
  // Roots of version 1 have no extensions; whoever trusts them has decided that they are CAs.
  if (constraints?.ca !== true && !(isRoot && certificate.version === 1)) {
    problems.push(`${called(certificate)} is no CA: its basic constraints do not say so.`);
  }
  const allowed = constraints?.pathLength ?? Infinity;
  if (below > allowed) {
    problems.push(
      `${called(certificate)} allows ${allowed} CAs below it (path length), and there are ${below}.`,
    );
  }
  if (certificate.keyUsage?.signsCertificates === false) {
    problems.push(`${called(certificate)} must not sign certificates: its key usage does not allow it.`);
  }
  return problems;
};

const endProblems = (subject: CertificateCase): string[] => {
  const { chain } = subject;
  const last = chain.links.at(-1)?.certificate;
  if (chain.end === 'too-long') return ['The chain is longer than any that Windows would build.'];
  if (chain.end === 'no-issuer' && last !== undefined) {
    return [
      `The chain ends at ${called(last)}: the certificate of its issuer ${last.issuer.text || '(no name)'} is not here.`,
    ];
  }
  if (chain.trust === 'not-listed') {
    return [`The root ${last === undefined ? '' : called(last)} is not among the certificates of --trust.`];
  }
  if (chain.trust === 'not-by-windows') {
    return [`This computer does not trust the root ${last === undefined ? '' : called(last)}.`];
  }
  return [];
};

const fixFor = (subject: CertificateCase): string[] => {
  const last = subject.chain.links.at(-1)?.certificate;
  if (subject.chain.end === 'no-issuer') {
    return [
      'Export the certificate with all certificates of its path ("Include all certificates in the certification path if possible"), or give the CA certificates with --trust FILE.',
      ...(last?.issuerAddresses.map((address) => `Its issuer's certificate is said to be at ${address}`) ??
        []),
    ];
  }
  if (subject.chain.trust === 'not-listed' || subject.chain.trust === 'not-by-windows') {
    return [
      'Import the root into Trusted Root Certification Authorities of the local computer, on the protected computer and on the DPM server: certutil -addstore Root ROOT.cer',
    ];
  }
  return ['Request a new certificate from a CA whose own certificates are in order.'];
};

export const chain: Rule = {
  id: 'chain',
  title: 'Certificate chain',
  required:
    'The chain reaches a trusted root, and every signature, date, CA flag and path length in it is right.',
  source: errorTable(33234, 33301),
  severity: 'error',
  prevents: [33234, 33301, 33304],
  run: (subject) => {
    const { links } = subject.chain;
    if (subject.selfSigned) return notApplicable('The certificate is its own root; see not-self-signed.');
    const issuers = links.slice(1);
    let casBelow = 0;
    const problems = [
      ...signatureProblems(links),
      ...issuers.flatMap(({ certificate }, index) => {
        const isRoot = subject.chain.end === 'root' && index === issuers.length - 1;
        const found = [
          ...dateProblem(certificate, subject.now),
          ...issuerProblems(certificate, isRoot, casBelow),
        ];
        if (certificate.subject.comparable !== certificate.issuer.comparable) casBelow += 1;
        return found;
      }),
      ...endProblems(subject),
    ];
    if (problems.length > 0)
      return { ...fail(problems.join(' '), ...fixFor(subject)), details: { problems } };
    const root = rootOf(subject);
    const name = root === null ? 'a root' : called(root);
    const trust = {
      listed: 'which is in the trust list',
      'by-windows': 'which this computer trusts',
      'no-list': 'which was not compared with any trust list (--trust)',
      'not-listed': '',
      'not-by-windows': '',
    }[subject.chain.trust];
    return pass(`The chain has ${links.length} certificates and ends at ${name}, ${trust}.`);
  },
};
