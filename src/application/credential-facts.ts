import { credentialLookup, outputFolder } from '../dpm/locations.js';
import { carriesName } from '../dpm/credential-file.js';
import type { Handover } from '../dpm/handover.js';
import type { FileEntry, Machine } from '../machine/machine.js';
import { Problem, usageProblem } from '../problem.js';
import { exitCode } from '../exit-code.js';
import { refuseCredential } from '../procedures/credential-guard.js';
import type { Journal } from '../run/journal.js';
import { credentialFileOf, credentialFilesIn, type CredentialFile } from '../steps/credential-files.js';
import { setDpmCredentialsId } from '../steps/set-dpm-credentials.js';
import { lossesIn } from './attach/history.js';
import type { ComputerFacts } from './facts.js';
import { folderOf, resolveFile } from './file-paths.js';
import { refuseNotCredential } from './judge-path.js';

/** Files that Set-DPMCredentials wrote on this DPM server in runs of dpm-prep, oldest first. */
export const recordedOwnFiles = (journal: Journal | null): readonly CredentialFile[] =>
  (journal?.entries ?? []).flatMap((entry) => {
    if (entry.event !== 'verified' && entry.event !== 'probed') return [];
    if (entry.step !== setDpmCredentialsId) return [];
    const file = credentialFileOf(entry.facts);
    return file ? [file] : [];
  });

/** SHA-256 of the .bin that was made here last; null: none, or a later run was interrupted or failed. */
export const lastMadeHere = (journal: Journal | null): string | null => {
  let last: string | null = null;
  for (const entry of journal?.entries ?? []) {
    if (!('step' in entry) || entry.step !== setDpmCredentialsId) continue;
    if (entry.event === 'started') last = null;
    if (entry.event === 'verified' && entry.state === 'verified') {
      last = credentialFileOf(entry.facts)?.sha256 ?? null;
    }
  }
  return last;
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
      fix: 'Copy it from the protected computer, or give its full path with --ps-credential.',
    },
  );
};

export interface CredentialInput {
  readonly path: string;
  readonly psName: string;
  readonly dpmServerName: string;
  readonly handover: Handover | null;
  readonly confirmed: string | null;
}

/**
 * Judges the credential files of one run. Where the DPM server's own .bin may lie is looked through once for all of
 * them: with many computers in one folder the time would grow with the square of their number.
 */
export class CredentialJudge {
  readonly #machine: Machine;
  readonly #facts: ComputerFacts;
  readonly #recorded: readonly CredentialFile[];
  readonly #harmful: readonly string[];
  readonly #folders = new Map<string, Promise<readonly FileEntry[]>>();
  readonly #hashes = new Map<string, Promise<string>>();

  constructor(machine: Machine, facts: ComputerFacts, journal: Journal | null) {
    this.#machine = machine;
    this.#facts = facts;
    this.#recorded = recordedOwnFiles(journal);
    this.#harmful = lossesIn(journal).flatMap(({ sha256 }) => (sha256 === null ? [] : [sha256]));
  }

  /** Reads the file and everything that tells whose it is; throws the refusal (exit 3). Returns its SHA-256. */
  async judge({ path, psName, dpmServerName, handover, confirmed }: CredentialInput): Promise<string> {
    const { files } = this.#machine;
    const entry = await files.stat(path);
    if (entry?.kind !== 'file') {
      throw usageProblem(
        entry === null
          ? `The credential file ${path} does not exist.`
          : `The credential file ${path} is not a plain file.`,
        'Copy it from the protected computer, or give its path with --ps-credential.',
      );
    }
    await refuseNotCredential(this.#machine, path, entry.size);
    const { computer } = this.#facts;
    const dpmServerNames = [computer.netbiosName, computer.fqdn, dpmServerName].filter(
      (name) => name !== null,
    );
    const sha256 = await files.sha256(path);
    const refusal = refuseCredential({
      file: { path, name: entry.name, sha256 },
      psName,
      handover,
      dpmServerNames,
      recorded: this.#recorded.map((file) => file.sha256),
      harmful: this.#harmful,
      ownFiles: await this.#ownFilesBeside(path, dpmServerNames),
      confirmed,
    });
    if (refusal) throw new Problem(exitCode.checkFailed, refusal);
    return sha256;
  }

  /** The DPM server's own .bin files where they usually lie: beside the given file, where they were written, System32. */
  async #ownFilesBeside(
    judged: string,
    dpmServerNames: readonly string[],
  ): Promise<readonly { readonly path: string; readonly sha256: string }[]> {
    const { computer, installation } = this.#facts;
    const folders = [
      folderOf(judged) ?? judged,
      credentialLookup.psCredential.path.replace('%windir%', computer.windowsDirectory),
      outputFolder.path,
      'C:\\CertMetaData',
      ...(installation.binFolder === null ? [] : [installation.binFolder]),
      ...this.#recorded.map((file) => folderOf(file.path) ?? file.path),
    ].map((folder) => folder.replace(/[\\/]+$/, ''));
    const lists = await Promise.all(
      [...new Set(folders)].map(async (folder) => this.#named(folder, dpmServerNames)),
    );
    return Promise.all(
      lists
        .flat()
        .filter(({ path }) => path !== judged)
        .map(async ({ path }) => ({ path, sha256: await this.#hashOf(path) })),
    );
  }

  async #named(folder: string, dpmServerNames: readonly string[]): Promise<readonly FileEntry[]> {
    const key = [folder, ...dpmServerNames].join('\n').toLowerCase();
    const known = this.#folders.get(key);
    if (known) return known;
    const found = credentialFilesIn(this.#machine, folder)
      .catch((): readonly FileEntry[] => [])
      .then((entries) => entries.filter(({ name }) => dpmServerNames.some((own) => carriesName(name, own))));
    this.#folders.set(key, found);
    return found;
  }

  async #hashOf(path: string): Promise<string> {
    const known = this.#hashes.get(path) ?? this.#machine.files.sha256(path);
    this.#hashes.set(path, known);
    return known;
  }
}
