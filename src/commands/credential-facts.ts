import { credentialLookup, outputFolder } from '../dpm/locations.js';
import { carriesName } from '../dpm/credential-file.js';
import type { Handover } from '../dpm/handover.js';
import type { Machine } from '../machine/machine.js';
import { Problem, usageProblem } from '../problem.js';
import { exitCode } from '../exit-code.js';
import { refuseCredential } from '../procedures/credential-guard.js';
import type { Journal } from '../run/journal.js';
import { credentialFileOf, credentialFilesIn, type CredentialFile } from '../steps/credential-files.js';
import { setDpmCredentialsId } from '../steps/set-dpm-credentials.js';
import type { ComputerFacts } from './facts.js';
import { folderOf, resolveFile } from './file-paths.js';

/** Files that Set-DPMCredentials wrote on this DPM server in runs of dpm-prep. */
export const recordedOwnFiles = (journal: Journal | null): readonly CredentialFile[] =>
  (journal?.entries ?? []).flatMap((entry) => {
    if (entry.event !== 'verified' && entry.event !== 'probed') return [];
    if (entry.step !== setDpmCredentialsId) return [];
    const file = credentialFileOf(entry.facts);
    return file ? [file] : [];
  });

/** The DPM server's own .bin files where they usually lie: beside the given file, where they were written, System32. */
const ownFilesNearby = async (
  machine: Machine,
  judgedPath: string,
  folders: readonly string[],
  dpmServerNames: readonly string[],
): Promise<readonly { readonly path: string; readonly sha256: string }[]> => {
  const lists = await Promise.all(
    [...new Set(folders.map((folder) => folder.replace(/[\\/]+$/, '')))].map(async (folder) =>
      credentialFilesIn(machine, folder).catch(() => []),
    ),
  );
  const own = lists
    .flat()
    .filter(
      ({ path, name }) => path !== judgedPath && dpmServerNames.some((known) => carriesName(name, known)),
    );
  return Promise.all(own.map(async ({ path }) => ({ path, sha256: await machine.files.sha256(path) })));
};

/** Where the script itself would look for a bare name, made absolute: nothing is left to the current folder. */
export const resolvePsCredential = async (
  machine: Machine,
  facts: ComputerFacts,
  given: string,
  beside: string | null,
): Promise<string> => {
  return resolveFile(
    machine,
    given,
    [
      beside,
      machine.files.absolute('.'),
      credentialLookup.psCredential.path.replace('%windir%', facts.computer.windowsDirectory),
    ],
    {
      what: 'The credential file',
      mend: 'Copy it from the protected computer, or give its full path with --ps-credential.',
    },
  );
};

export interface JudgeCredentialInput {
  readonly machine: Machine;
  readonly facts: ComputerFacts;
  readonly journal: Journal | null;
  readonly path: string;
  readonly psName: string;
  readonly dpmServerName: string;
  readonly handover: Handover | null;
  readonly confirmed: string | null;
}

/** Reads the file and everything that tells whose it is; throws the refusal (exit 3). Returns its SHA-256. */
export const judgeCredential = async (input: JudgeCredentialInput): Promise<string> => {
  const { machine, facts, path, psName, handover, confirmed } = input;
  const entry = await machine.files.stat(path);
  if (entry?.kind !== 'file') {
    throw usageProblem(
      entry === null
        ? `The credential file ${path} does not exist.`
        : `The credential file ${path} is not a plain file.`,
      'Copy it from the protected computer, or give its path with --ps-credential.',
    );
  }
  const recorded = recordedOwnFiles(input.journal);
  const dpmServerNames = [facts.computer.netbiosName, facts.computer.fqdn, input.dpmServerName].filter(
    (name) => name !== null,
  );
  const sha256 = await machine.files.sha256(path);
  const refusal = refuseCredential({
    file: { path, name: entry.name, sha256 },
    psName,
    handover,
    dpmServerNames,
    recorded: recorded.map((file) => file.sha256),
    ownFiles: await ownFilesNearby(
      machine,
      path,
      [
        folderOf(path) ?? path,
        credentialLookup.psCredential.path.replace('%windir%', facts.computer.windowsDirectory),
        outputFolder.path,
        'C:\\CertMetaData',
        ...(facts.installation.binFolder === null ? [] : [facts.installation.binFolder]),
        ...recorded.map((file) => folderOf(file.path) ?? file.path),
      ],
      dpmServerNames,
    ),
    confirmed,
  });
  if (refusal) throw new Problem(exitCode.checkFailed, refusal);
  return sha256;
};
