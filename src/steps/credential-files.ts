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

/** Name → SHA-256 of the .bin files of a folder: the state before a tool writes one. */
export const hashesIn = async (machine: Machine, folder: string): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    await Promise.all(
      (await credentialFilesIn(machine, folder)).map(
        async (entry) => [entry.name, await machine.files.sha256(entry.path)] as const,
      ),
    ),
  );

// File times of some systems come in steps of two seconds.
const granularityMs = 2_000;

/**
 * The .bin that a tool has written: new in the folder, of other content than before, or written again since. What
 * the protected computer's file is called is not documented, so the folder tells. Null if there is none.
 */
export const writtenCredentialFile = async (
  machine: Machine,
  folder: string,
  before: Readonly<Record<string, string>>,
  since: Date,
): Promise<CredentialFile | null> => {
  const files = await Promise.all(
    (await credentialFilesIn(machine, folder)).map(async (entry) => ({
      entry,
      sha256: await machine.files.sha256(entry.path),
    })),
  );
  const changed = files.filter(({ entry, sha256 }) => before[entry.name] !== sha256);
  const touched = files.filter(({ entry }) => entry.modified.getTime() >= since.getTime() - granularityMs);
  const newest = (changed.length > 0 ? changed : touched).sort(
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

/** The hashes that a probe noted before the tool ran. */
export const hashesBefore = (facts: Facts | undefined): Readonly<Record<string, string>> => {
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
    const written = await writtenCredentialFile(machine, folder, hashesBefore(record.facts), record.started);
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
    facts: { before: await hashesIn(machine, folder) },
  };
};
