import { couldNotCheck, fail, notApplicable, pass } from '../../checks/verdict.js';
import type { Verdict } from '../../checks/check.js';
import { errorTable } from '../../dpm/source.js';
import { compareVersions } from '../../dpm/versions.js';
import type { AuditedListing } from '../document.js';
import type { AuditSubject } from '../fleet.js';
import { nameOf } from '../names.js';
import type { AuditCheck } from './audit-check.js';

const isVersion = (text: string): boolean => /^\d{1,6}(?:\.\d{1,6}){1,3}$/.test(text);

/** Compares the agent with each DPM server that lists it; what DPM shows of the agent counts where there is no document. */
const compared = (
  { document, listings }: AuditSubject,
  judge: (difference: number, agent: string, server: string, row: AuditedListing) => Verdict | null,
): Verdict => {
  if (listings.length === 0) return notApplicable('No DPM server lists it.');
  if (document?.computer.role === 'neither') return notApplicable('No agent is installed.');
  for (const { server, row } of listings) {
    const agent = document === null ? row.agentVersion : document.version.value;
    const own = server.version.value;
    if (agent === null) {
      return document === null
        ? notApplicable('There is no document, and DPM does not show the version.')
        : couldNotCheck('The version of the agent is not known.');
    }
    if (own === null || !isVersion(own) || !isVersion(agent)) {
      return couldNotCheck(`The version of ${nameOf(server)} or of the agent is not known.`);
    }
    const verdict = judge(compareVersions(agent, own), agent, `${nameOf(server)} (${own})`, row);
    if (verdict !== null) return verdict;
  }
  return pass(`The agent is ${document?.version.value ?? 'as DPM shows it'}.`);
};

const newer: AuditCheck = {
  id: 'agent-newer',
  title: 'Agent newer than the DPM server',
  required: 'The agent is not newer than its DPM server.',
  source: errorTable(340, 372),
  severity: 'error',
  prevents: [340, 372],
  run: (subject) =>
    compared(subject, (difference, agent, server) =>
      difference > 0
        ? fail(
            `The agent is ${agent}, and newer than ${server} (ID 340).`,
            'Update the DPM server, or uninstall the agent and install that of the DPM server.',
          )
        : null,
    ),
};

/** What to wait for before an update: it makes running jobs fail. */
const jobsBefore = ({ runningJobs: { value } }: AuditedListing): readonly string[] =>
  value === null || value.length > 0
    ? [
        `${value === null ? 'The running jobs of this computer could not be read' : `Jobs of this computer ran when the document was read: ${value.slice(0, 10).join(', ')}`}. Update it when none runs (ID 323).`,
      ]
    : [];

const older: AuditCheck = {
  id: 'agent-older',
  title: 'Agent older than the DPM server',
  required: 'The agent has the version of its DPM server.',
  source: errorTable(296, 297, 324, 344),
  severity: 'advice',
  prevents: [296, 297, 344],
  run: (subject) =>
    compared(subject, (difference, agent, server, row) =>
      difference < 0
        ? fail(
            `The agent is ${agent}, and older than ${server} (IDs 296, 344).`,
            ...jobsBefore(row),
            'Run the installer of the DPM server on this computer, then refresh the computer on the DPM server (ID 324).',
          )
        : null,
    ),
};

export const versionChecks: readonly AuditCheck[] = [newer, older];
