import { couldNotCheck, notApplicable, pass } from '../../checks/verdict.js';
import { cleanText } from '../../clean.js';
import type { AuditDocument } from '../document.js';
import { usesCertificates } from '../certificates.js';
import { needed, type AuditCheck, type FileCheck } from './audit-check.js';

const again = 'On that computer: dpm-prep audit --out <computer>.audit.json; then copy the file here again.';

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
    'Leave this file out.',
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
    if (document === null || duplicates.length === 0) return pass('There are no others.');
    return couldNotCheck(
      `There are ${String(duplicates.length + 1)} documents of this computer. The newest (${document.readAt}) is used; the others are of ${duplicates.map(({ readAt }) => readAt).join(', ')}.`,
      'Delete the older ones. If two computers have this name, give one of them another name.',
    );
  },
};

/** Parts without which a document proves little, with why each was not read. */
const unreadParts = (document: AuditDocument): readonly string[] => {
  const byCertificate = usesCertificates(document);
  const { protectedComputer: agent, dpmServer: server } = document;
  const parts: readonly (readonly [string, string | null])[] = [
    ['version', document.computer.role === 'neither' ? null : document.version.why],
    ['services', document.services.why],
    ['checks of the computer', document.checks.why],
    ...(byCertificate === false
      ? []
      : ([
          ['certificates', document.certificates.why],
          ['trusted roots', document.roots.why],
        ] as const)),
    ...(agent === null
      ? []
      : ([
          ['way of authentication', agent.mode.why],
          ['account', agent.mode.value === 'ntlm' ? agent.account.why : null],
        ] as const)),
    ...(server === null
      ? []
      : ([
          ['list of protected computers', server.computers.why],
          ['alerts', server.alerts.why],
        ] as const)),
  ];
  return parts.flatMap(([name, why]) => (why === null ? [] : [`${name}: ${why}`]));
};

const unread: AuditCheck = {
  id: 'facts-unread',
  title: 'What could not be read',
  required: 'Everything that the other checks need could be read on the computer.',
  source: needed,
  severity: 'error',
  run: ({ document }) => {
    if (document === null) return notApplicable('There is no document.');
    const parts = unreadParts(document);
    return parts.length === 0
      ? pass('Everything was read.')
      : couldNotCheck(
          `Not read: ${parts.join('; ')}`,
          document.computer.elevated ? 'Run it again.' : 'Run it from an elevated prompt.',
        );
  },
};

export const documentChecks: readonly AuditCheck[] = [missing, stale, duplicate, unread];
