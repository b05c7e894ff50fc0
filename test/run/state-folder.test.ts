import { chmodSync, chownSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/machine/command.js';
import type { CommandResult, Machine } from '../../src/machine/machine.js';
import { openProtectedStateFolder, openStateFolder } from '../../src/run/state-folder.js';
import { fakeMachine } from '../support/fake-machine.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const me = 'S-1-5-21-1-2-3-1001';
const administrators = 'S-1-5-32-544';
const everyone = 'S-1-1-0';
const good = { owner: me, inherits: false, readers: [me, administrators], user: me };

/** A Windows computer whose act answers this; what it was asked is in `performed`. */
const windows = (answer: Partial<CommandResult>): { machine: Machine; performed: Command[] } => {
  const performed: Command[] = [];
  const machine = {
    ...fakeMachine({ answers: {} }),
    perform: async (command: Command): Promise<CommandResult> => {
      performed.push(command);
      return Promise.resolve({
        exitCode: null,
        ending: 'ended',
        output: [],
        error: null,
        restartRequired: false,
        elapsedMs: 0,
        ...answer,
      });
    },
  };
  return { machine, performed };
};

describe('the state folder', () => {
  it.skipIf(process.platform === 'win32')('is private to its user', () => {
    const folder = join(temporaryFolder('state'), 'deep', 'er');
    expect(openStateFolder(folder)).toBe(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('is protected through the computer, and what it then shows is read', async () => {
    const folder = join(temporaryFolder('state'), 'new');
    const { machine, performed } = windows({ result: good });
    expect(await openProtectedStateFolder(machine, folder, { owned: false })).toBe(folder);
    expect(performed).toMatchObject([{ kind: 'act', act: 'protect-folder', input: { path: folder } }]);
    expect(existsSync(folder)).toBe(true);
  });

  it.each<[string, Partial<CommandResult>, string]>([
    ['others can read it', { result: { ...good, readers: [me, everyone] } }, everyone],
    ['another user owns it', { result: { ...good, owner: 'S-1-5-21-9-9-9-1002' } }, 'S-1-5-21-9-9-9-1002'],
    ['it cannot be asked', { error: 'access is denied' }, 'access is denied'],
    ['nothing comes back', { result: undefined }, 'does not say'],
  ])('stops everything where %s', async (_, answer, why) => {
    const folder = join(temporaryFolder('state'), 'new');
    const { machine } = windows(answer);
    await expect(openProtectedStateFolder(machine, folder, { owned: true })).rejects.toThrow(why);
    await expect(openProtectedStateFolder(machine, folder, { owned: true })).rejects.toMatchObject({
      exitCode: 3,
    });
  });

  it('refuses a folder that the user named and that holds other files, and leaves its access alone', async () => {
    const folder = join(temporaryFolder('state'), 'full');
    mkdirSync(folder);
    writeFileSync(join(folder, 'payroll.xls'), '');
    const { machine, performed } = windows({ result: good });
    await expect(openProtectedStateFolder(machine, folder, { owned: false })).rejects.toThrow(
      /holds other files/,
    );
    expect(performed).toEqual([]);
    writeFileSync(join(folder, 'journal.jsonl'), '');
    await openProtectedStateFolder(machine, folder, { owned: false });
    expect(performed).toHaveLength(1);
  });

  it.skipIf(process.platform === 'win32')('is refused where other users can write to it', () => {
    const folder = join(temporaryFolder('state'), 'open');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    expect(() => openStateFolder(folder)).toThrow(/can be written by other users/);
    chmodSync(folder, 0o755);
    expect(openStateFolder(folder)).toBe(folder);
  });

  it.runIf(process.getuid?.() === 0)('is refused where another user owns it', () => {
    const folder = join(temporaryFolder('state'), 'foreign');
    mkdirSync(folder, { mode: 0o700 });
    chownSync(folder, 65_534, 65_534);
    expect(() => openStateFolder(folder)).toThrow(/belongs to another user \(id 65534\)/);
  });

  it('is refused where it is a file or a link', () => {
    const folder = temporaryFolder('state');
    writeFileSync(join(folder, 'file'), '');
    expect(() => openStateFolder(join(folder, 'file'))).toThrow(/is not a folder/);
    symlinkSync(folder, join(folder, 'link'), 'junction');
    expect(() => openStateFolder(join(folder, 'link'))).toThrow(/is not a folder/);
  });
});
