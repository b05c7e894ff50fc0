import type { Choice } from '../answers/prompter.js';
import { cleanText } from '../clean.js';
import { computerOfCredentialFile } from '../dpm/credential-file.js';
import { exampleFolder, outputFolder } from '../dpm/locations.js';
import { utcMinute } from '../dpm/date.js';
import type { Handover } from '../dpm/handover.js';
import type { FileEntry, Machine } from '../machine/machine.js';
import type { Side } from '../steps/step.js';
import { agentBinFolder, type ComputerFacts } from './facts.js';
import { readHandover, refuseOtherPair, refuseUnfinished } from './handover-file.js';

/** At most so many files are offered, the newest first. */
const mostOffered = 8;

/** Where people put what they carried here: the current folder, the page's example folder, the agent's folder. */
const filesNearby = async (
  machine: Machine,
  facts: ComputerFacts,
  matches: (name: string) => boolean,
): Promise<readonly FileEntry[]> => {
  const folders = new Set([
    machine.files.absolute('.'),
    outputFolder.path,
    exampleFolder.path,
    agentBinFolder(facts),
  ]);
  const lists = await Promise.all(
    [...folders].map(async (folder) => machine.files.list(folder).catch((): readonly FileEntry[] => [])),
  );
  return lists
    .flat()
    .filter(({ kind, name }) => kind === 'file' && matches(name))
    .toSorted((a, b) => b.modified.getTime() - a.modified.getTime())
    .slice(0, mostOffered);
};

export interface NearbyHandover {
  readonly path: string;
  readonly handover: Handover;
  readonly choice: Choice;
}

/** The handover files nearby that are for this computer. */
export const handoversNearby = async (
  machine: Machine,
  facts: ComputerFacts,
  side: Side,
): Promise<readonly NearbyHandover[]> => {
  const entries = await filesNearby(machine, facts, (name) => name.toLowerCase().endsWith('.handover.json'));
  const judged = await Promise.all(
    entries.map(async ({ path, modified }): Promise<readonly NearbyHandover[]> => {
      try {
        const handover = await readHandover(machine, path);
        refuseOtherPair(handover, facts, side);
        if (side === 'dpm-server') refuseUnfinished(handover, path);
        const method = handover.method === 'ntlm' ? 'NTLM' : 'certificate';
        const name = cleanText(
          `${handover.psName}, ${method}, ${utcMinute(modified.toISOString())} UTC: ${path}`,
        );
        return [{ path, handover, choice: { value: path, name } }];
      } catch {
        // A file that is not for this computer is not offered; whoever means it enters its path and reads why not.
        return [];
      }
    }),
  );
  return judged.flat();
};

/** The credential files (.bin) of other computers nearby. */
export const credentialsNearby = async (
  machine: Machine,
  facts: ComputerFacts,
): Promise<readonly Choice[]> => {
  const own = (name: string): boolean =>
    computerOfCredentialFile(name)?.toLowerCase() ===
    (facts.computer.fqdn ?? facts.computer.netbiosName).toLowerCase();
  const entries = await filesNearby(
    machine,
    facts,
    (name) => computerOfCredentialFile(name) !== null && !own(name),
  );
  return entries.map(({ path, modified }) => ({
    value: path,
    name: cleanText(`${path}, ${utcMinute(modified.toISOString())} UTC`),
  }));
};
