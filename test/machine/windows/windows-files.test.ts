import { mkdtempSync, mkdirSync, rmSync, writeFileSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { windowsFiles } from '../../../src/machine/windows/windows-files.js';
import { writeWhole } from '../../../src/machine/windows/write-whole.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dpm-prep-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('files of this computer', () => {
  it('says what is there and what is not', async () => {
    writeFileSync(join(folder, 'Jürgen.bin'), 'abc');
    mkdirSync(join(folder, 'inner'));
    expect(await windowsFiles.stat(join(folder, 'Jürgen.bin'))).toMatchObject({
      kind: 'file',
      size: 3,
      name: 'Jürgen.bin',
    });
    expect(await windowsFiles.stat(join(folder, 'none'))).toBeNull();
    expect(await windowsFiles.stat(join(folder, 'Jürgen.bin', 'below'))).toBeNull();
    expect((await windowsFiles.list(folder)).map(({ name, kind }) => [name, kind]).sort()).toEqual([
      ['Jürgen.bin', 'file'],
      ['inner', 'folder'],
    ]);
    expect(await windowsFiles.list(join(folder, 'none'))).toEqual([]);
  });

  it('reads up to the limit and no further', async () => {
    const path = join(folder, 'x');
    writeFileSync(path, Buffer.alloc(100_000, 1));
    expect(await windowsFiles.read(path, 100_000)).toHaveLength(100_000);
    await expect(windowsFiles.read(path, 99_999)).rejects.toThrow('is larger than 99,999 bytes');
    await expect(windowsFiles.read(join(folder, 'none'), 10)).rejects.toThrow('cannot be read (ENOENT)');
    writeFileSync(path, 'abc');
    expect(await windowsFiles.sha256(path)).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('writes whole or not at all', async () => {
    const path = join(folder, 'handover.json');
    await writeWhole(path, 'first');
    await writeWhole(path, 'zweites ü');
    expect(readFileSync(path, 'utf8')).toBe('zweites ü');
    expect(readdirSync(folder)).toEqual(['handover.json']);
    mkdirSync(join(folder, 'taken'));
    writeFileSync(join(folder, 'taken', 'x'), '');
    await expect(writeWhole(join(folder, 'taken'), 'text')).rejects.toThrow();
    expect(readdirSync(folder).sort()).toEqual(['handover.json', 'taken']);
  });
});
