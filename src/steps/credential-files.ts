import type { FileEntry, Machine } from '../machine/machine.js';
import type { Facts, Probe, StepRecord } from './step.js';

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

interface SeenFile {
  readonly entry: FileEntry;
  readonly sha256: string;
}

const seenIn = async (machine: Machine, folder: string): Promise<readonly SeenFile[]> =>
  Promise.all(
    (await credentialFilesIn(machine, folder)).map(async (entry) => ({
      entry,
      sha256: await machine.files.sha256(entry.path),
    })),
  );

const modifiedOf = ({ entry }: SeenFile): string => entry.modified.toISOString();

/** Name → SHA-256 and time of the last writing of the .bin files of a folder: the state before a tool writes one. */
export const stateOfFiles = async (
  machine: Machine,
  folder: string,
): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    (await seenIn(machine, folder)).map((seen) => [seen.entry.name, `${seen.sha256} ${modifiedOf(seen)}`]),
  );

/**
 * The .bin that a tool has written: new in the folder, of other content than before, or written again since. What
 * the protected computer's file is called is not documented, so the folder tells. Null if there is none. A file that lay
 * there before is none, however new it is: mostly it is the DPM server's own, copied a moment ago, and taken for the
 * protected computer's it would go into an attach.
 */
export const writtenCredentialFile = async (
  machine: Machine,
  folder: string,
  before: Readonly<Record<string, string>>,
): Promise<CredentialFile | null> => {
  const files = await seenIn(machine, folder);
  const was = ({ entry }: SeenFile): readonly string[] => before[entry.name]?.split(' ') ?? [];
  const changed = files.filter((file) => was(file)[0] !== file.sha256);
  // A journal of an older version has no times.
  const rewritten = files.filter((file) => (was(file)[1] ?? modifiedOf(file)) !== modifiedOf(file));
  const newest = [...(changed.length > 0 ? changed : rewritten)].sort(
    (a, b) => b.entry.modified.getTime() - a.entry.modified.getTime(),
  )[0];
  return newest ? { path: newest.entry.path, name: newest.entry.name, sha256: newest.sha256 } : null;
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

/** What a probe noted of the files before the tool ran. */
export const stateBefore = (facts: Facts | undefined): Readonly<Record<string, string>> => {
  const before = facts?.before;
  return typeof before === 'object' && before !== null ? (before as Readonly<Record<string, string>>) : {};
};

/**
 * Whether the tool that writes a credential file into this folder has run already with these values: `configured` says
 * that it was seen to, or a run that was cut off left a file that was not there before.
 */
export const probeCredentialFile = async (
  machine: Machine,
  record: StepRecord,
  folder: string,
  configured: boolean,
): Promise<Probe> => {
  const known = credentialFileOf(record.facts);
  if (configured && known && (await isUnchanged(machine, known))) {
    return {
      state: 'done',
      found: `Configured with these values before; ${known.name} is still there.`,
      facts: { credentialFile: known },
    };
  }
  if (record.started) {
    // It may have been written before anybody could record it.
    const written = await writtenCredentialFile(machine, folder, stateBefore(record.facts));
    if (written) {
      return {
        state: 'done',
        found: `The earlier run wrote ${written.name}.`,
        facts: { credentialFile: written },
      };
    }
  }
  return {
    state: 'not-done',
    found: `No credential file of this configuration is in ${folder}.`,
    facts: { before: await stateOfFiles(machine, folder) },
  };
};
