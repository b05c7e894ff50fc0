import { createHash, randomBytes } from 'node:crypto';
import { constants, readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanText } from '../clean.js';
import type { Command, Value } from './command.js';
import type { KeepAt } from './keeper/order.js';

/** More than a credential file can have: its format is not documented, its size is a few kilobytes. */
const maxBytes = 64 * 1024 * 1024;

/** Not through a link: what it leads to could be another file a moment later. Windows has no such flag. */
const noFollow = (constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;

/** Why a file is not copied, as a sentence. */
export class NotTheFile extends Error {}

/** Reads a file once, and gives back these very bytes only if they have this SHA-256. Throws NotTheFile. */
export const readChecked = async (
  hostPath: string,
  { shown, sha256 }: { readonly shown: string; readonly sha256: string },
): Promise<Buffer> => {
  let bytes: Buffer;
  try {
    const file = await open(hostPath, constants.O_RDONLY | noFollow);
    try {
      if ((await file.stat()).size > maxBytes) throw new NotTheFile(`${cleanText(shown)} is too large.`);
      bytes = await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof NotTheFile) throw error;
    throw new NotTheFile(
      `${cleanText(shown)} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
    );
  }
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new NotTheFile(`${cleanText(shown)} changed after it was checked, so it was not used.`);
  }
  return bytes;
};

/** The command with the copy's path where the checked file's stood. */
export const withCopy = <C extends Extract<Command, { kind: 'program' | 'script' }>>(
  command: C,
  copy: string,
): C => {
  const path = command.checkedFile?.path;
  const replaced = <V extends Value>(value: V): V | string => (value === path ? copy : value);
  return command.kind === 'program'
    ? { ...command, arguments: command.arguments.map(replaced) }
    : {
        ...command,
        parameters: Object.fromEntries(
          Object.entries(command.parameters).map(([name, value]) => [name, replaced(value)]),
        ),
      };
};

/** A name that nobody can foresee, for a folder of one run. */
export const newFolderName = (): string => randomBytes(8).toString('hex');

/** Which state folder a copy belongs to. */
const ownerOf = (keptFolder: string): string =>
  createHash('sha256').update(keptFolder).digest('hex').slice(0, 8);

/** A name for the folder of a private copy. It tells which run made it, so that a later run can clear it. */
export const copyFolderName = (keepAt: KeepAt | undefined): string =>
  keepAt === undefined ? `copy-${newFolderName()}` : `copy-${ownerOf(keepAt.folder)}-${keepAt.name}`;

const dayMs = 86_400_000;

/**
 * Removes private copies that killed runs left: those of this state folder whose tool is no longer kept, and
 * any that is older than a day. Only the holder of the state folder's lock may call it.
 */
export const clearOldCopies = (privateFolder: string, keptFolder: string | undefined): void => {
  const namesIn = (folder: string): readonly string[] => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  };
  const kept = keptFolder === undefined ? [] : namesIn(keptFolder);
  for (const name of namesIn(privateFolder)) {
    const [, owner, run] = /^copy-(?:([0-9a-f]{8})-)?([0-9a-f]{16})$/.exec(name) ?? [];
    if (run === undefined) continue;
    const path = join(privateFolder, name);
    const isOurs = keptFolder !== undefined && owner === ownerOf(keptFolder);
    const isOver = isOurs && !kept.some((file) => file.startsWith(`${run}.`));
    try {
      if (isOver || Date.now() - statSync(path).mtimeMs > dayMs)
        rmSync(path, { recursive: true, force: true });
    } catch {
      // In use, or gone: the next time.
    }
  }
};
