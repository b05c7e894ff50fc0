import type { AddressFacts, RevocationFacts } from '../facts.js';
import type { CertificateCase } from '../facts.js';
import type { Verdict } from '../../checks/check.js';
import { couldNotCheck, fail, notApplicable, pass, requirements, warn, type Rule } from './rule.js';

type Entry = RevocationFacts['certificates'][number];
type Level = 'fail' | 'warn' | 'could-not-check';

interface Remark {
  readonly level: Level;
  readonly text: string;
  readonly fix: readonly string[];
}

const line = ({ address, kind, why }: AddressFacts): string =>
  `${kind === 'crl' ? 'CRL' : 'OCSP'} ${address}: ${why ?? 'no reason known'}`;

const online =
  'The page requires that the protected computer and the DPM server reach the revocation servers. Allow the connection (firewall, proxy, DNS), or publish a new list there.';

const publishByHttp =
  'Have the CA publish its list at an http address too (CA properties > Extensions > CRL Distribution Point), and request a new certificate.';

const remarkOn = (entry: Entry, subject: CertificateCase): Remark | null => {
  const { addresses } = entry;
  const of = entry.subject;
  const revoked = addresses.find(({ outcome }) => outcome === 'revoked');
  if (revoked !== undefined) {
    return {
      level: 'fail',
      text: `${of} is revoked (${line(revoked)}).`,
      fix: ['Request a new certificate.'],
    };
  }
  if (addresses.length === 0) {
    return {
      level: 'warn',
      text: `${of} names no CRL and no OCSP address, so it is unknown whether it is revoked.`,
      fix: [publishByHttp],
    };
  }
  const reachable = addresses.filter(({ outcome }) => outcome !== 'directory' && outcome !== 'other');
  if (reachable.length === 0) {
    const list = addresses.map(({ address }) => address).join(', ');
    return subject.environment === 'workgroup'
      ? {
          level: 'fail',
          text: `${of} names only addresses that a computer outside the domain cannot reach: ${list}.`,
          fix: [publishByHttp],
        }
      : {
          level: 'warn',
          text: `${of} names only directory addresses, which a computer in another domain can rarely reach: ${list}.`,
          fix: [publishByHttp],
        };
  }
  if (reachable.every(({ outcome }) => outcome === 'not-asked')) {
    return {
      level: 'could-not-check',
      text: `${of}: ${reachable.length} ${reachable.length === 1 ? 'address was' : 'addresses were'} not asked.`,
      fix: [],
    };
  }
  const troubled = reachable.filter(({ outcome }) => outcome !== 'good' && outcome !== 'not-asked');
  if (!reachable.some(({ outcome }) => outcome === 'good')) {
    return {
      level: 'fail',
      text: `${of}: no revocation server gave a valid answer. ${troubled.map((each) => line(each)).join('; ')}.`,
      fix: [online],
    };
  }
  if (troubled.length > 0) {
    return {
      level: 'warn',
      text: `${of} is not revoked, but not every address works. ${troubled.map((each) => line(each)).join('; ')}.`,
      fix: [online],
    };
  }
  return null;
};

const order: readonly Level[] = ['fail', 'warn', 'could-not-check'];

const judged = (remarks: readonly Remark[], offline: boolean): Verdict | null => {
  const level = order.find((each) => remarks.some((remark) => remark.level === each));
  if (level === undefined) return null;
  const text = remarks.map((remark) => remark.text).join(' ');
  const fix = [...new Set(remarks.flatMap((remark) => remark.fix))];
  if (level === 'fail') return fail(text, ...fix);
  if (level === 'warn') return warn(text, ...fix);
  return couldNotCheck(
    offline ? `${text} --offline was given.` : text,
    'Run the check without --offline, on both computers.',
  );
};

export const revocation: Rule = {
  id: 'revocation',
  title: 'Revocation servers',
  required:
    'The revocation servers of the CAs can be reached, answer with valid lists that are up to date, and do not list a certificate of the chain.',
  source: requirements,
  severity: 'error',
  prevents: [33234, 33301],
  run: (subject) => {
    if (subject.selfSigned) return notApplicable('The certificate is self-signed; see not-self-signed.');
    const { certificates, offline } = subject.revocation;
    const remarks = certificates.flatMap((entry) => {
      const remark = remarkOn(entry, subject);
      return remark === null ? [] : [remark];
    });
    const verdict = judged(remarks, offline) ?? pass(passed(certificates));
    return { ...verdict, details: { certificates } };
  },
};

const passed = (certificates: readonly Entry[]): string => {
  const asked = certificates.flatMap(({ addresses }) => addresses);
  const good = asked.filter(({ outcome }) => outcome === 'good').length;
  const directory = asked.filter(({ outcome }) => outcome === 'directory' || outcome === 'other').length;
  return `${good} of ${asked.length} addresses say that nothing in the chain is revoked${
    directory === 0
      ? ''
      : `; ${directory} directory ${directory === 1 ? 'address' : 'addresses'} cannot be reached from outside the domain`
  }.`;
};
