import { couldNotCheck, fail, notApplicable, pass } from '../../checks/verdict.js';
import { errorTable, inferred } from '../../dpm/source.js';
import type { AuditDocument } from '../document.js';
import type { AuditSubject } from '../fleet.js';
import { isCalled, nameOf } from '../names.js';
import type { AuditCheck } from './audit-check.js';

/** The DPM servers that the agent names; its configuration, where it names none. Null: not known. */
const ownersOf = ({ protectedComputer }: AuditDocument): readonly string[] | null => {
  if (protectedComputer === null) return null;
  if (protectedComputer.owners.value !== null) return protectedComputer.owners.value;
  return protectedComputer.dpmServerName.value === null ? null : [protectedComputer.dpmServerName.value];
};

const serversOf = ({ listings }: AuditSubject): readonly AuditDocument[] => [
  ...new Set(listings.map(({ server }) => server)),
];

/** Why the lists at hand do not prove that this computer is in none of them; null: they do. */
const notProven = ({ document, ambiguous, fleet }: AuditSubject): string | null => {
  if (fleet.servers.length === 0) return 'No document of a DPM server was given.';
  if (ambiguous.length > 0) {
    return `The name ${ambiguous.join(', ')} in a list fits several computers, so it does not tell which is meant.`;
  }
  if (document === null) return null;
  const owners = ownersOf(document) ?? [];
  const own = fleet.servers.filter((server) => owners.some((name) => isCalled(server, name)));
  if (owners.length > 0 && own.length === 0)
    return `There is no document of its DPM server ${owners.join(', ')}.`;
  const asked = own.length > 0 ? own : fleet.servers;
  const silent = asked.find(({ dpmServer }) => (dpmServer?.computers.value ?? null) === null);
  if (silent) return `The list of ${nameOf(silent)} could not be read.`;
  const changed = document.lastChange.value?.at;
  return changed !== undefined && asked.every(({ readAt }) => readAt < changed)
    ? `The list of ${asked.map(nameOf).join(', ')} is older than the last change of this computer.`
    : null;
};

const notListed: AuditCheck = {
  id: 'not-listed',
  title: 'Document without a listing',
  required: 'A DPM server lists each computer that has an agent.',
  source: inferred('what is not in the list of a DPM server is not backed up'),
  severity: 'error',
  run: (subject) => {
    const { document, listings, ambiguous } = subject;
    if (subject.role === 'dpm-server') return notApplicable('This is a DPM server.');
    if (listings.length > 0 && ambiguous.length === 0) {
      const servers = serversOf(subject);
      const { now, maxAgeMs } = subject.fleet.input;
      return servers.every(({ readAt }) => now.getTime() - Date.parse(readAt) > maxAgeMs)
        ? couldNotCheck(
            `The list of ${servers.map(nameOf).join(', ')} is too old to show that it still lists this computer.`,
            'Write it again on the DPM server, and copy it here: dpm-prep audit --out <DPM server>.audit.json',
          )
        : pass(`${servers.map(nameOf).join(', ')} lists it.`);
    }
    const why = notProven(subject);
    if (why !== null)
      return couldNotCheck(why, 'Add the documents of all DPM servers, read after the computers.');
    if (document?.protectedComputer === null) {
      return fail(
        'No DPM agent is installed, and no DPM server lists this computer: it is not backed up.',
        'On this computer: dpm-prep',
      );
    }
    return fail(
      'No DPM server lists this computer: it is not backed up.',
      'On its DPM server: dpm-prep attach --handover <computer>.handover.json',
    );
  },
};

const notInRoster: AuditCheck = {
  id: 'not-in-roster',
  title: 'Computer that the roster does not name',
  required: 'The roster names each protected computer.',
  source: inferred('a roster that is not complete hides computers that send nothing'),
  severity: 'advice',
  run: ({ inRoster, role }) => {
    if (inRoster === null) return notApplicable('No roster was given.');
    if (role === 'dpm-server') return notApplicable('The roster names protected computers.');
    return inRoster
      ? pass('The roster names it.')
      : fail('The roster does not name this computer.', 'Add it to the roster, or remove it from DPM.');
  },
};

const listedTwice: AuditCheck = {
  id: 'listed-twice',
  title: 'Two DPM servers list one computer',
  required: 'One DPM server lists each computer.',
  source: errorTable(302, 307),
  severity: 'error',
  prevents: [302, 307],
  run: (subject) => {
    const servers = serversOf(subject);
    if (servers.length < 2) return pass('At most one DPM server lists it.');
    if (subject.ambiguous.length > 0) {
      return couldNotCheck(
        `${servers.map(nameOf).join(', ')} list a computer of this name, which fits several computers.`,
        'Use fully qualified names.',
      );
    }
    return fail(
      `${servers.map(nameOf).join(' and ')} list this computer. Its agent answers only one of them (IDs 302, 307).`,
      'Remove it from the DPM server that no longer protects it.',
    );
  },
};

const ownerDiffers: AuditCheck = {
  id: 'owner-differs',
  title: 'Agent of another DPM server',
  required: 'The agent belongs to the DPM server that lists the computer.',
  source: errorTable(302, 307),
  severity: 'error',
  prevents: [302, 307],
  run: (subject) => {
    const { document } = subject;
    if (!document?.protectedComputer) return notApplicable('No agent was seen.');
    const servers = serversOf(subject);
    if (servers.length === 0) return notApplicable('No DPM server lists it.');
    const owners = ownersOf(document);
    if (owners === null) return notApplicable('The agent does not show its DPM server.');
    return servers.some((server) => owners.some((name) => isCalled(server, name)))
      ? pass(`The agent belongs to ${owners.join(', ')}.`)
      : fail(
          `The agent belongs to ${owners.join(', ')}, and ${servers.map(nameOf).join(', ')} lists this computer (IDs 302, 307).`,
          'Find out which of the two DPM servers protects it. For the other one: uninstall the agent, restart, install, attach.',
        );
  },
};

const notAnswering: AuditCheck = {
  id: 'not-answering',
  title: 'Answer to "Refresh information"',
  required: 'The DPM server reaches the agent.',
  source: errorTable(270, 308, 316),
  severity: 'error',
  prevents: [270, 308, 316],
  run: ({ listings }) => {
    const asked = listings.filter(({ row }) => row.refresh !== null);
    if (asked.length === 0) return notApplicable('No DPM server asked it (audit --refresh).');
    const silent = asked.filter(({ row }) => row.refresh?.answered === false);
    return silent.length === 0
      ? pass('The agent answered.')
      : fail(
          silent
            .map(
              ({ server, row }) =>
                `${nameOf(server)} did not reach the agent: ${row.refresh?.why ?? 'no reason'}`,
            )
            .join('; '),
          'After a new password, run "dpm-prep update-password" on both computers. Otherwise, on this computer: dpm-prep preflight',
        );
  },
};

export const listingChecks: readonly AuditCheck[] = [
  notListed,
  notInRoster,
  listedTwice,
  ownerDiffers,
  notAnswering,
];
