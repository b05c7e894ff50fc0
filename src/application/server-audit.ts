import { maxAuditBytes, parseAudit } from '../audit/document.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem } from '../problem.js';
import type { PreflightFacts } from '../preflight/index.js';
import { readCarriedFile } from './carried-file.js';
import { isThisComputer, type ComputerFacts } from './facts.js';

/**
 * What the audit document of the DPM server says of the running jobs of this computer. Throws a Problem where the file is
 * not such a document, or its DPM server does not list this computer.
 */
export const runningJobsIn = async (
  machine: Machine,
  path: string,
  facts: ComputerFacts,
): Promise<NonNullable<PreflightFacts['jobs']>> => {
  const document = await readCarriedFile(machine, path, {
    noun: 'audit document',
    maxBytes: maxAuditBytes,
    parse: parseAudit,
    whence: 'On the DPM server: dpm-prep audit --out <DPM server>.audit.json. Copy the file here.',
  });
  const server = document.computer.netbiosName;
  const refused = (what: string): Error =>
    checkProblem(`The audit document ${path} ${what}. Nothing was changed.`, `Give that of the DPM server.`);
  if (document.dpmServer === null) throw refused(`is from ${server}, which is not a DPM server`);
  const readAt = new Date(document.readAt);
  const listed = document.dpmServer.computers;
  if (listed.value === null) return { server, readAt, running: null, why: listed.why };
  const own = listed.value.filter(({ name }) => isThisComputer(facts, name));
  if (own.length === 0) throw refused(`is from ${server}, which does not list ${facts.computer.netbiosName}`);
  const unread = own.find(({ runningJobs }) => runningJobs.value === null);
  return unread === undefined
    ? { server, readAt, running: own.flatMap(({ runningJobs }) => runningJobs.value ?? []), why: null }
    : { server, readAt, running: null, why: unread.runningJobs.why };
};
