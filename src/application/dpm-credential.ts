import { agentBinFolder } from './facts.js';
import type { ComputerFacts } from './facts.js';
import { resolveFile } from './file-paths.js';
import { refuseNotCredential } from './judge-path.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem, usageProblem } from '../problem.js';
import type { Journal } from '../run/journal.js';
import { credentialFileOf, type CredentialFile } from '../steps/credential-files.js';
import { setDpmServerCertificateId } from '../steps/set-dpm-server-certificate.js';

export interface DpmCredentialInput {
  readonly machine: Machine;
  readonly facts: ComputerFacts | null;
  /** A path or a bare name. */
  readonly given: string;
  /** Folder of the file that came along with it; null: none did. */
  readonly beside: string | null;
  /** What that file says it must be, and which file says so. */
  readonly named: {
    readonly name: string;
    readonly sha256: string;
    readonly by: string;
    readonly dpmServerName: string;
  } | null;
}

/**
 * The DPM server's .bin on the protected computer: a path, or a bare name beside the file that came along, here, or in
 * the agent's DPM\bin as the page has it. Throws a Problem where it is not there, or differs from the one named.
 */
export const findDpmCredential = async (input: DpmCredentialInput): Promise<CredentialFile> => {
  const { machine, facts, given, beside, named } = input;
  const path = await resolveFile(
    machine,
    given,
    [beside, machine.files.absolute('.'), agentBinFolder(facts)],
    {
      what: "The DPM server's credential file",
      fix: 'Copy it from the DPM server, or give its full path with --dpm-credential.',
    },
  );
  const entry = await machine.files.stat(path);
  if (entry?.kind !== 'file') {
    throw usageProblem(
      `The DPM server's credential file ${path} ${entry === null ? 'does not exist' : 'is not a plain file'}.`,
      '"dpm-prep set-credentials" writes it on the DPM server. Copy it here.',
    );
  }
  await refuseNotCredential(machine, path, entry.size);
  const sha256 = await machine.files.sha256(path);
  if (named && named.sha256 !== sha256) {
    throw checkProblem(
      `${path} is not the file that ${named.by} names (${named.name}): its content differs. Nothing was changed.`,
      `Copy ${named.name} again from ${named.dpmServerName}.`,
    );
  }
  return { path, name: entry.name, sha256 };
};

/** Judges the path of the DPM server's .bin at its question. */
export const judgeDpmCredential =
  (
    machine: Machine | null,
    facts: ComputerFacts | null,
    {
      journal,
      ...input
    }: { readonly journal: Journal | null } & Pick<DpmCredentialInput, 'beside' | 'named'>,
  ) =>
  async (given: string): Promise<void> => {
    if (machine === null) return;
    refuseOwnCredential(journal, await findDpmCredential({ machine, facts, given, ...input }));
  };

/** Refuses (exit 3) a .bin that SetDpmServer wrote on this computer, under whatever name: it is not the DPM server's. */
export const refuseOwnCredential = (journal: Journal | null, { path, sha256 }: CredentialFile): void => {
  const own = (journal?.entries ?? []).some(
    (entry) =>
      (entry.event === 'verified' || entry.event === 'probed') &&
      entry.step === setDpmServerCertificateId &&
      credentialFileOf(entry.facts)?.sha256 === sha256,
  );
  if (!own) return;
  throw checkProblem(
    `${path} is this computer's own credential file: SetDpmServer wrote it here. Nothing was changed.`,
    'Copy the .bin that "dpm-prep set-credentials" wrote on the DPM server, and use that file.',
  );
};
