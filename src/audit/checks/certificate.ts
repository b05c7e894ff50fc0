import type { Verdict } from '../../checks/check.js';
import { couldNotCheck, fail, notApplicable, pass, warn } from '../../checks/verdict.js';
import { errorTable, page } from '../../dpm/source.js';
import { certificatesOf, effectiveOf, endMs, usesCertificates } from '../certificates.js';
import type { AuditCertificate, AuditDocument } from '../document.js';
import type { AuditSubject } from '../fleet.js';
import { nameOf } from '../names.js';
import { day, daysTo, inDays, type AuditCheck } from './audit-check.js';

const dayMs = 86_400_000;
/** A certificate may wait this long between its issue and its import. */
const importedWithinMs = 7 * dayMs;

/** The verdict for a computer to which certificates do not matter or whose certificates are not known; null: judge them. */
const without = ({ document }: AuditSubject): Verdict | null => {
  if (document === null) return notApplicable('There is no document.');
  if (document.computer.role === 'neither') return notApplicable('No agent is installed.');
  const uses = usesCertificates(document);
  if (uses === false) return notApplicable('It does not authenticate by certificate.');
  if (uses === null) return notApplicable('How it authenticates is not known; see facts-unread.');
  return document.certificates.value === null
    ? couldNotCheck(`The certificates could not be read: ${document.certificates.why}`)
    : null;
};

const shown = ({ subject, thumbprint, notAfter }: AuditCertificate): string =>
  `${subject}, until ${day(notAfter)}, ${thumbprint}`;

const renew = 'Renew it with the same subject and the same root, then: dpm-prep renew-cert NEW.pfx';

const wholeWay =
  'The subject or the root differs, so configure DPM for it (on a DPM server: set-credentials), then attach again. First run: dpm-prep set-dpm-server --auth certificate';

const ending: AuditCheck = {
  id: 'certificate-ending',
  title: 'End of the certificate',
  required:
    'The certificate that DPM was configured with, or its successor, is in LocalMachine\\My and does not expire soon.',
  source: errorTable(33231, 33323, 33324, 33325, 33326),
  severity: 'error',
  prevents: [33231, 33323, 33324, 33325, 33326],
  run: (subject) => {
    const none = without(subject);
    if (none !== null || subject.document === null) return none ?? notApplicable('There is no document.');
    const { document, fleet } = subject;
    const { now, minDays } = fleet.input;
    const certificates = certificatesOf(document, now);
    const effective = effectiveOf(certificates);
    if (effective === null) {
      const thumbprint = document.configuredThumbprint.value;
      if (thumbprint === null)
        return couldNotCheck(`Which certificate is used is not known: ${document.configuredThumbprint.why}`);
      const [other] = certificates.others;
      return other === undefined
        ? fail(
            `LocalMachine\\My does not hold the configured certificate ${thumbprint}, nor another one that DPM can use (ID 33231).`,
            renew,
          )
        : warn(
            `LocalMachine\\My no longer holds the configured certificate ${thumbprint}. It holds ${shown(other)}; whether DPM uses it is not known.`,
            'If the agent does not answer, configure it and attach again: dpm-prep set-dpm-server --auth certificate',
          );
    }
    const end = endMs(effective);
    if (Number.isNaN(end))
      return couldNotCheck(`The expiry date of the certificate is invalid: ${shown(effective)}.`);
    if (end <= now.getTime()) return fail(`The certificate has expired: ${shown(effective)}.`, renew);
    const days = daysTo(end, now);
    return days < minDays
      ? warn(`The certificate expires ${inDays(days)}: ${shown(effective)}.`, renew)
      : pass(`${shown(effective)}.`);
  },
};

const unusable: AuditCheck = {
  id: 'certificate-unusable',
  title: 'Certificate that DPM cannot use',
  required:
    'The certificate that DPM uses passes every check of "dpm-prep check-cert", with its revocation servers.',
  source: page('Certificate requirements'),
  severity: 'error',
  prevents: [33234, 33301],
  run: (subject) => {
    const none = without(subject);
    if (none !== null || subject.document === null) return none ?? notApplicable('There is no document.');
    const effective = effectiveOf(certificatesOf(subject.document, subject.fleet.input.now));
    if (effective === null) return notApplicable('See certificate-ending.');
    return effective.problems.length === 0
      ? pass('Every check passed when it was read.')
      : fail(
          `${shown(effective)}: ${effective.problems.map(({ id, found }) => `${id}: ${found}`).join(' ')}`,
          `On this computer: dpm-prep check-cert --thumbprint ${effective.thumbprint}`,
        );
  },
};

/** Alerts of all DPM servers that say that this certificate is still in use, after its successor could have been. */
const stillUsed = (
  { fleet }: AuditSubject,
  old: AuditCertificate,
  successor: AuditCertificate,
): { readonly at: string; readonly id: number; readonly server: string } | null => {
  const could =
    successor.importedAt === null
      ? Date.parse(successor.notBefore ?? '') + importedWithinMs
      : Date.parse(successor.importedAt);
  for (const server of fleet.servers) {
    const alert = (server.dpmServer?.alerts.value ?? []).find(
      ({ thumbprint, at }) => thumbprint === old.thumbprint && Date.parse(at) > could + dayMs,
    );
    if (alert) return { at: alert.at, id: alert.id, server: nameOf(server) };
  }
  return null;
};

const successorNotUsed: AuditCheck = {
  id: 'successor-not-used',
  title: 'Valid successor that is not used',
  required: 'DPM uses the renewed certificate that is in LocalMachine\\My.',
  source: errorTable(33323, 33324, 33325, 33326),
  severity: 'error',
  prevents: [33323, 33324, 33325, 33326],
  run: (subject) => {
    const none = without(subject);
    if (none !== null || subject.document === null) return none ?? notApplicable('There is no document.');
    const { now, minDays } = subject.fleet.input;
    const { configured, successors, others } = certificatesOf(subject.document, now);
    if (configured === null) return notApplicable('See certificate-ending.');
    const [successor] = successors;
    if (successor === undefined) {
      const [other] = others;
      if (other === undefined || daysTo(endMs(configured), now) >= minDays) {
        return notApplicable('There is no successor.');
      }
      return fail(
        `The configured certificate expires on ${day(configured.notAfter)}. LocalMachine\\My also holds ${shown(other)}, which DPM does not start to use by itself.`,
        wholeWay,
      );
    }
    const used = stillUsed(subject, configured, successor);
    if (used !== null) {
      return fail(
        `On ${day(used.at)}, ${used.server} still reported the old certificate ${configured.thumbprint} as used (${String(used.id)}), although ${shown(successor)} is there.`,
        'Restart the service DpmCPWrapperService on both computers. If the alert comes again: configure and attach again.',
      );
    }
    if (successor.importedAt !== null && Date.parse(successor.importedAt) > endMs(configured)) {
      return warn(
        `${shown(successor)} was imported after the old certificate had expired. Microsoft documents that DPM uses it only for a renewal before that date.`,
        'If the agent does not answer, configure it and attach again. To ask it, run on the DPM server: dpm-prep audit --refresh',
      );
    }
    return pass(`Imported: ${shown(successor)}. DPM does not show whether it uses it.`);
  },
};

/** Certificates by which this computer is or may soon be known, with whether DPM uses it now; those that it uses first. */
const presented = (
  document: AuditDocument,
  now: Date,
): readonly { readonly certificate: AuditCertificate; readonly now: boolean }[] => {
  const { configured, successors, others } = certificatesOf(document, now);
  return [
    ...successors.map((certificate) => ({ certificate, now: true })),
    // Superseded, it often has the root of its successors.
    ...(configured === null ? [] : [{ certificate: configured, now: successors.length === 0 }]),
    ...others.map((certificate) => ({ certificate, now: false })),
  ];
};

interface Distrust {
  readonly text: string;
  readonly severe: boolean;
}

/** Roots of `from` that `to` does not trust; the superseded certificate counts only as long as nothing follows it. */
const distrusted = (from: AuditDocument, to: AuditDocument, now: Date): readonly Distrust[] => {
  const trusted = new Set(to.roots.value ?? []);
  const seen = new Set<string>();
  return presented(from, now).flatMap(({ certificate: { root, subject }, now: inUse }) => {
    if (root === null || trusted.has(root.thumbprint) || seen.has(root.thumbprint)) return [];
    seen.add(root.thumbprint);
    return [
      {
        severe: inUse,
        text: `${nameOf(to)} does not trust ${root.subject} (${root.thumbprint}), the root of ${subject} of ${nameOf(from)}`,
      },
    ];
  });
};

const partnerRoot: AuditCheck = {
  id: 'partner-root',
  title: "Root of the partner's certificate",
  required: "Each computer has the root of the other one's certificate in LocalMachine\\Root.",
  source: page('Certificate requirements'),
  severity: 'error',
  prevents: [33234, 33301, 33304],
  run: (subject) => {
    const none = without(subject);
    if (none !== null || subject.document === null) return none ?? notApplicable('There is no document.');
    if (subject.role === 'dpm-server') return notApplicable('It is judged at each protected computer.');
    const { document, listings, fleet } = subject;
    if (listings.length === 0) return notApplicable('No DPM server lists it.');
    const found: Distrust[] = [];
    for (const { server } of listings) {
      const unread = [server, document].find(({ roots }) => roots.value === null);
      if (unread) return couldNotCheck(`The trusted roots of ${nameOf(unread)} could not be read.`);
      if (server.certificates.value === null) {
        return couldNotCheck(`The certificates of ${nameOf(server)} could not be read.`);
      }
      found.push(
        ...distrusted(server, document, fleet.input.now),
        ...distrusted(document, server, fleet.input.now),
      );
    }
    if (found.length === 0) return pass('Each trusts the root of the other.');
    const text = `${found.map((one) => one.text).join('; ')}.`;
    const fix = [
      'Import the root on the computer that does not have it: certutil -addstore Root FILE.cer',
      'Or import the whole chain on that computer: dpm-prep import-cert FILE --install-chain',
    ];
    return found.some(({ severe }) => severe) ? fail(text, ...fix) : warn(text, ...fix);
  },
};

/** An alert about a certificate that no document names: the computer that uses it sent none, or was configured by hand. */
const unknownAlert: AuditCheck = {
  id: 'certificate-alert',
  title: 'DPM alert about an unknown certificate',
  required: 'DPM does not report the expiry of a certificate that no document names.',
  source: errorTable(33323, 33324, 33325, 33326),
  severity: 'advice',
  prevents: [33323, 33324, 33325, 33326],
  run: ({ document, fleet }) => {
    const alerts = document?.dpmServer?.alerts.value;
    if (alerts === undefined || alerts === null) return notApplicable('Only a DPM server has alerts.');
    const { now } = fleet.input;
    const unknown = alerts.filter(
      ({ at, thumbprint }) =>
        now.getTime() - Date.parse(at) < importedWithinMs &&
        (thumbprint === null || !fleet.thumbprints.has(thumbprint)),
    );
    const [first] = unknown;
    return first === undefined
      ? pass('No such alert in the last seven days.')
      : fail(
          `${day(first.at)}, ${String(first.id)}: ${first.text}`,
          'Find the computer with this certificate, and renew it: dpm-prep renew-cert',
        );
  },
};

export const certificateChecks: readonly AuditCheck[] = [
  ending,
  unusable,
  successorNotUsed,
  partnerRoot,
  unknownAlert,
];
