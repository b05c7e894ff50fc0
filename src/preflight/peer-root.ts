import type { Verdict } from '../checks/check.js';
import { couldNotCheck, fail, notApplicable, pass } from '../checks/verdict.js';
import { errorTable } from '../dpm/source.js';
import type { PeerRoot, PreflightCheck } from './subject.js';

const named = 5;

const namesOf = ({ from }: PeerRoot): string =>
  `${from.slice(0, named).join(', ')}${from.length > named ? ` and ${String(from.length - named)} more` : ''}`;

const judge = (peer: PeerRoot, now: string): Verdict => {
  const { root, stores, importing, unread } = peer;
  const names = namesOf(peer);
  if (root === null) {
    return couldNotCheck(
      `The handover file of ${names} does not contain its CA certificates, so its root is unknown.`,
      `Import the root CA of ${names} into LocalMachine\\Root here, if it is not there yet.`,
      'The handover file contains it if the thumbprint of the certificate was given there.',
    );
  }
  const what = `The root CA of ${names}, ${root.subject} (${root.thumbprint}),`;
  if ((root.notAfter ?? '') < now || now < (root.notBefore ?? '')) {
    const [when, day] =
      (root.notAfter ?? '') < now ? ['expired on', root.notAfter] : ['starts on', root.notBefore];
    return fail(
      `${what} is not valid now: it ${when} ${day?.slice(0, 10) ?? 'an invalid date'}.`,
      `Get a certificate from a valid CA on ${names}, and configure that computer again.`,
    );
  }
  if (stores === null) {
    return couldNotCheck(
      `${what} could not be searched for: ${(unread ?? 'the stores could not be read').replace(/\.$/, '')}.`,
    );
  }
  if (stores.includes('LocalMachine\\Root')) return pass(`${what} is in LocalMachine\\Root.`);
  if (importing) return pass(`${what} is not in LocalMachine\\Root yet. This run imports it.`);
  return fail(
    `${what} is not trusted on this computer: ${stores.length === 0 ? 'LocalMachine\\Root does not hold it' : `it is in ${stores.join(', ')}, and not in LocalMachine\\Root`}.`,
    `Compare the thumbprint on ${names}: certutil -store Root ${root.thumbprint}`,
    `If it is the same, run: dpm-prep again --import-root ${root.thumbprint}`,
  );
};

const rank: readonly Verdict['status'][] = ['fail', 'could-not-check', 'pass'];

/** Today's 33302: everything is green up to the attach, and then the two computers do not accept each other. */
export const peerRoot: PreflightCheck = {
  id: 'peer-root',
  title: "The other computer's root CA",
  required: 'Each computer trusts the root of the other one: it is in LocalMachine\\Root here.',
  source: errorTable(33302, 33301),
  severity: 'error',
  prevents: [33301, 33302],
  run: ({ facts: { method, procedure, peers } }) => {
    if (method === 'ntlm') return notApplicable('NTLM does not use certificates.');
    if (peers === null) {
      return procedure === 'certificate'
        ? couldNotCheck(
            'No handover file of the other computer is given, so its root is unknown.',
            'Give the file that the other computer wrote, with --handover.',
          )
        : notApplicable('No handover file of the other computer is given.');
    }
    const now = new Date().toISOString();
    const verdicts = peers.map((peer) => judge(peer, now));
    const worst = rank.find((status) => verdicts.some((verdict) => verdict.status === status));
    const [first, ...rest] = verdicts.filter(({ status }) => status === worst);
    if (first === undefined) return notApplicable('The other computer has no certificate.');
    return rest.length === 0
      ? first
      : {
          status: first.status,
          found: [first, ...rest].map(({ found }) => found).join(' '),
          fix: [first, ...rest].flatMap(({ fix }) => fix ?? []),
        };
  },
};
