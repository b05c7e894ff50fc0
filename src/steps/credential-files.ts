import { page } from '../dpm/source.js';
import { endedWell } from '../machine/ended-well.js';
import type { CommandResult, FileEntry, Machine } from '../machine/machine.js';
import type { EarlierFacts, Facts, Side, Step, Verification } from './step.js';

/** A credential file (.bin) as the journal and the handover file know it. */
export interface CredentialFile {
  readonly path: string;
  readonly name: string;
  readonly sha256: string;
}

const isBin = (entry: FileEntry): boolean => entry.kind === 'file' && /\.bin$/i.test(entry.name);

/** The .bin files of a folder; none if there is no such folder. */
export const credentialFilesIn = async (machine: Machine, folder: string): Promise<readonly FileEntry[]> => {
  const entry = await machine.files.stat(folder);
  return entry?.kind === 'folder' ? (await machine.files.list(folder)).filter(isBin) : [];
};

/** A credential file from a step's facts, as they come back from the journal. */
export const credentialFileOf = (
  facts: Readonly<Record<string, unknown>> | undefined,
): CredentialFile | null => {
  const file = facts?.credentialFile as Partial<CredentialFile> | undefined;
  return typeof file?.path === 'string' && typeof file.name === 'string' && typeof file.sha256 === 'string'
    ? { path: file.path, name: file.name, sha256: file.sha256 }
    : null;
};

/** True if the file is still there and still the same. */
export const isUnchanged = async (machine: Machine, file: CredentialFile): Promise<boolean> => {
  const entry = await machine.files.stat(file.path);
  return entry?.kind === 'file' && (await machine.files.sha256(file.path)) === file.sha256;
};

export interface MadeInput {
  /** Name of the tool, for the sentences. */
  readonly tool: string;
  /** The folder that was made for this run alone: everything in it comes from the tool. */
  readonly newFolder: string;
  /** SHA-256 of files that it cannot have written. */
  readonly notThese: readonly string[];
  /** What to do where the tool's own words say that it was successful all the same. */
  readonly otherwise: string;
}

/**
 * The one file that the tool wrote into its own new folder. What the protected computer's file is called is not
 * documented, so the name says nothing; more than one file, a copy of what the tool was given, or a tool that did not end
 * well: no file is taken.
 */
export const judgeMade = async (
  machine: Machine,
  { tool, newFolder, notThese, otherwise }: MadeInput,
  result: CommandResult,
): Promise<Verification & { readonly file: CredentialFile | null }> => {
  const not = (found: string, ...fix: readonly string[]) =>
    ({ state: 'not-verified', found, fix, file: null }) as const;
  const entries = await machine.files.list(newFolder);
  const [entry] = entries;
  if (entry === undefined) return not(`${tool} wrote no credential file to ${newFolder}`);
  if (entries.length > 1 || entry.kind !== 'file') {
    return not(
      `${tool} must write exactly one file, and ${newFolder} holds ${entries.map(({ name }) => name).join(', ')}`,
      'Find out what these files are. dpm-prep does not use them.',
    );
  }
  const sha256 = await machine.files.sha256(entry.path);
  if (notThese.includes(sha256)) {
    return not(
      `${entry.path} is a copy of the DPM server's own credential file, not a file that ${tool} made`,
      'Do not attach with it.',
    );
  }
  if (!endedWell(result)) {
    return not(`${tool} wrote ${entry.path}, but failed, so the file is not used`, otherwise);
  }
  const file = { path: entry.path, name: entry.name, sha256 };
  return {
    state: 'verified',
    found: `${entry.path} was written, SHA-256 ${sha256.slice(0, 16)}…`,
    facts: { credentialFile: file },
    file,
  };
};

export interface CopyCredentialInput {
  readonly side: Side;
  /** The file: known already, or made by an earlier step; null where neither is (dry run). */
  readonly file: (earlier: EarlierFacts) => CredentialFile | null;
  /** Where the person wants it. */
  readonly folder: string;
}

export const copyCredentialId = 'copy-credential-file';

const join = (folder: string, name: string): string => {
  const separator = folder.includes('\\') || /^[A-Za-z]:/.test(folder) ? '\\' : '/';
  return `${folder.replace(/[\\/]+$/, '')}${separator}${name}`;
};

/** Copies the tool's file to where the person wants it. From here on it is one of many files, known by its SHA-256. */
export const copyCredential = ({ side, file: fileOf, folder }: CopyCredentialInput): Step => {
  const made = (earlier: EarlierFacts): CredentialFile =>
    fileOf(earlier) ?? { path: '<the .bin>', name: '<its name>', sha256: '' };
  const copyOf = (earlier: EarlierFacts): CredentialFile => {
    const file = made(earlier);
    return { ...file, path: join(folder, file.name) };
  };
  const facts = (earlier: EarlierFacts): Facts => ({ credentialFile: copyOf(earlier) });
  return {
    id: copyCredentialId,
    title: `Copy the credential file to ${folder}`,
    side,
    source: page('Configure a certificate on the DPM server'),
    probe: async (machine, _record, earlier) => {
      const copy = copyOf(earlier);
      if (await isUnchanged(machine, copy)) {
        return { state: 'done', found: `${copy.path} is this file.`, facts: facts(earlier) };
      }
      const entry = await machine.files.stat(copy.path);
      return {
        state: 'not-done',
        found: entry === null ? `${copy.path} does not exist yet.` : `${copy.path} has different content.`,
      };
    },
    command: (earlier) => {
      const { path, sha256 } = made(earlier);
      return { kind: 'copy-file', from: path, to: copyOf(earlier).path, sha256 };
    },
    verify: async (machine, { earlier }) => {
      const copy = copyOf(earlier);
      return (await isUnchanged(machine, copy))
        ? { state: 'verified', found: `${copy.path} is this file.`, facts: facts(earlier) }
        : { state: 'not-verified', found: `${copy.path} is not this file` };
    },
  };
};
