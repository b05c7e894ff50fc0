import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FileEntry, Machine } from '../../src/machine/machine.js';
import { stateOfFiles, writtenCredentialFile } from '../../src/steps/credential-files.js';

const folder = 'C:\\Temp';
const early = new Date('2026-01-01T00:00:00Z');
const late = new Date('2026-01-01T00:00:01Z');

type Files = Readonly<Record<string, { readonly content: string; readonly modified: Date }>>;

const machineWith = (files: Files): Machine => {
  const entryOf = (name: string, modified: Date): FileEntry => ({
    name,
    path: `${folder}\\${name}`,
    kind: 'file',
    size: 1,
    modified,
  });
  const machine: { readonly files: Pick<Machine['files'], 'stat' | 'list' | 'sha256'> } = {
    files: {
      stat: async (path) => Promise.resolve({ name: 'Temp', path, kind: 'folder', size: 0, modified: early }),
      list: async () =>
        Promise.resolve(Object.entries(files).map(([name, { modified }]) => entryOf(name, modified))),
      sha256: async (path) =>
        Promise.resolve(
          createHash('sha256')
            .update(files[path.split('\\').at(-1) ?? '']?.content ?? '')
            .digest('hex'),
        ),
    },
  };
  return machine as Machine;
};

const own = { 'server.bin': { content: 'server', modified: late } };

const written = async (before: Files, after: Files): Promise<string | null> =>
  (await writtenCredentialFile(machineWith(after), folder, await stateOfFiles(machineWith(before), folder)))
    ?.name ?? null;

describe('the credential file that a tool has written', () => {
  it("is never one that lay there before, such as the DPM server's own, however new it is", async () => {
    expect(await written(own, own)).toBeNull();
  });

  it.each<readonly [string, Files, Files, string]>([
    ['new', own, { ...own, 'computer.bin': { content: 'x', modified: early } }, 'computer.bin'],
    [
      'of other content',
      { ...own, 'computer.bin': { content: 'x', modified: early } },
      { ...own, 'computer.bin': { content: 'y', modified: early } },
      'computer.bin',
    ],
    [
      'written again with the same content',
      { ...own, 'computer.bin': { content: 'x', modified: early } },
      { ...own, 'computer.bin': { content: 'x', modified: late } },
      'computer.bin',
    ],
  ])('is the one that is %s', async (_what, before, after, name) => {
    expect(await written(before, after)).toBe(name);
  });

  it('is known from the hash alone where a journal has no times', async () => {
    const machine = machineWith(own);
    const [hash] = (await stateOfFiles(machine, folder))['server.bin']?.split(' ') ?? [];
    expect(await writtenCredentialFile(machine, folder, { 'server.bin': hash ?? '' })).toBeNull();
  });
});
