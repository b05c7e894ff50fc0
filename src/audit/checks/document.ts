import { couldNotCheck, notApplicable, pass } from '../../checks/verdict.js';
import { cleanText } from '../../clean.js';
import type { AuditDocument } from '../document.js';
import { usesCertificates } from '../certificates.js';
import { needed, type AuditCheck, type FileCheck } from './audit-check.js';

const again = 'Write it again on that computer, and copy it here: dpm-prep audit --out <computer>.audit.json';

/** A clock that is a little ahead is not worth an alarm. */
const futureMs = 5 * 60_000;

const fileCheck = (
  id: string,
  title: string,
  required: string,
  problem: 'unreadable' | 'newer' | 'rehearsal',
  fix: string,
): FileCheck => ({
  id,
  title,
  required,
  source: needed,
  severity: 'error',
  run: (file) =>
    file.problem === problem
      ? couldNotCheck(`This file ${cleanText(file.text)}`, fix)
      : notApplicable('Another fault was found in this file.'),
});

export const fileChecks: readonly FileCheck[] = [
  fileCheck(
    'document-unreadable',
    'Damaged or foreign file',
    'Each file is a whole audit document of dpm-prep, as it was written.',
    'unreadable',
    again,
  ),
  fileCheck(
    'document-newer',
    'Document of a newer dpm-prep',
    'The dpm-prep that merges is not older than the one that wrote the document.',
    'newer',
    'Merge with the newest dpm-prep that is used on any computer.',
  ),
  fileCheck(
    'document-rehearsal',
    'Document of a rehearsal',
    'Documents of practice computers and of real ones are not merged together.',
    'rehearsal',
    'Leave this file out, or compare the practice pair: dpm-prep again --world <folder>',
  ),
];

const missing: AuditCheck = {
  id: 'document-missing',
  title: 'Computer without a document',
  required: 'Each computer that the roster, a DPM server or an agent names has an audit document.',
  source: needed,
  severity: 'error',
  run: ({ document, listings, inRoster, role }) => {
    if (document !== null) return pass(`Read ${document.readAt}.`);
    const by = [
      ...(inRoster === true ? ['the roster'] : []),
      ...new Set(listings.map(({ server }) => server.computer.netbiosName)),
      ...(role === 'dpm-server' ? ['an agent'] : []),
    ];
    return couldNotCheck(
      `There is no usable audit document of this computer. It is named by: ${by.join(', ')}.`,
      again,
    );
  },
};

const stale: AuditCheck = {
  id: 'document-stale',
  title: 'Age of the document',
  required: 'The document is not older than --max-age, and not from the future.',
  source: needed,
  severity: 'error',
  run: ({ document, fleet: { input } }) => {
    if (document === null) return notApplicable('There is no document.');
    const ageMs = input.now.getTime() - Date.parse(document.readAt);
    const hours = Math.floor(ageMs / 3_600_000);
    if (ageMs > input.maxAgeMs) {
      return couldNotCheck(`The document was read ${String(hours)} hours ago, on ${document.readAt}.`, again);
    }
    if (ageMs < -futureMs) {
      return couldNotCheck(
        `The document was read on ${document.readAt}, which is in the future: a clock is wrong.`,
        'Synchronize the clocks with a time server: w32tm /resync',
      );
    }
    return pass(`The document was read on ${document.readAt}.`);
  },
};

const duplicate: AuditCheck = {
  id: 'document-duplicate',
  title: 'Several documents of one computer',
  required: 'There is one document of each computer.',
  source: needed,
  severity: 'error',
  run: ({ document, duplicates }) => {
    if (document === null || duplicates.length === 0)
      return pass('This is the only document of the computer.');
    return couldNotCheck(
      `${String(duplicates.length + 1)} documents of this computer were given. The newest (${document.readAt}) is used. The others are of ${duplicates.map(({ readAt }) => readAt).join(', ')}.`,
      'Delete the older ones. If two computers have this name, give one of them another name.',
    );
  },
};

interface Part {
  /** After "unread-" it is the id of the check of this part alone. */
  readonly id: string;
  readonly name: string;
  /** Why it was not read; null: it was, or nothing depends on it. */
  readonly why: (document: AuditDocument) => string | null;
}

const ifCertificates =
  (why: Part['why']): Part['why'] =>
  (document) =>
    usesCertificates(document) === false ? null : why(document);

/** Parts without which a document proves little. */
const parts: readonly Part[] = [
  {
    id: 'version',
    name: 'version',
    why: ({ computer, version }) => (computer.role === 'neither' ? null : version.why),
  },
  { id: 'services', name: 'services', why: ({ services }) => services.why },
  { id: 'checks', name: 'checks of the computer', why: ({ checks }) => checks.why },
  { id: 'certificates', name: 'certificates', why: ifCertificates(({ certificates }) => certificates.why) },
  { id: 'roots', name: 'trusted roots', why: ifCertificates(({ roots }) => roots.why) },
  {
    id: 'authentication',
    name: 'way of authentication',
    why: ({ protectedComputer }) => protectedComputer?.mode.why ?? null,
  },
  {
    id: 'account',
    name: 'account',
    why: ({ protectedComputer }) =>
      protectedComputer?.mode.value === 'ntlm' ? protectedComputer.account.why : null,
  },
  {
    id: 'computers',
    name: 'list of protected computers',
    why: ({ dpmServer }) => dpmServer?.computers.why ?? null,
  },
  { id: 'alerts', name: 'alerts', why: ({ dpmServer }) => dpmServer?.alerts.why ?? null },
];

const againFor = ({ computer }: AuditDocument): string =>
  computer.elevated ? 'Run it again.' : 'Run it from an elevated prompt.';

const unread: AuditCheck = {
  id: 'facts-unread',
  title: 'What could not be read',
  required: 'Everything that the other checks need could be read on the computer.',
  source: needed,
  severity: 'error',
  run: ({ document }) => {
    if (document === null) return notApplicable('There is no document.');
    const missed = parts.flatMap(({ name, why }) => {
      const reason = why(document);
      return reason === null ? [] : [`${name}: ${reason}`];
    });
    return missed.length === 0
      ? pass('Everything was read.')
      : couldNotCheck(`Not read: ${missed.join('; ')}`, againFor(document));
  },
};

export const documentChecks: readonly AuditCheck[] = [missing, stale, duplicate, unread];

/** The same for each part, so that one of them can be ignored by its id and the others still count. */
export const unreadChecks: readonly AuditCheck[] = parts.map(({ id, name, why }) => ({
  id: `unread-${id}`,
  title: `Not read: ${name}`,
  required: `What the other checks need could be read: ${name}.`,
  source: needed,
  severity: 'error',
  run: ({ document }) => {
    if (document === null) return notApplicable('There is no document.');
    const reason = why(document);
    return reason === null
      ? pass(`Read, or not needed: ${name}.`)
      : couldNotCheck(`Unknown: ${name}. ${reason}`, againFor(document));
  },
}));
