import { describe, expect, it } from 'vitest';
import { judgeOutputFolder, refuseNotCredential } from '../../src/application/judge-path.js';
import { handoverSchemaVersion, serializeHandover } from '../../src/dpm/handover.js';
import type { Machine } from '../../src/machine/machine.js';

/** A computer with these folders and files, and nothing else. */
const machineWith = (entries: Readonly<Record<string, string>>): Machine =>
  ({
    files: {
      absolute: (path: string) => path,
      stat: async (path: string) =>
        Promise.resolve(
          Object.hasOwn(entries, path)
            ? { kind: ['file', 'folder'].includes(entries[path] ?? '') ? entries[path] : 'file' }
            : null,
        ),
      read: async (path: string) => Promise.resolve(Buffer.from(entries[path] ?? '')),
    },
  }) as unknown as Machine;

const handover = serializeHandover({
  kind: 'dpm-prep handover',
  schemaVersion: handoverSchemaVersion,
  rehearsal: true,
  method: 'ntlm',
  writtenBy: 'protected-computer',
  dpmServerName: 'Server01',
  psName: 'Finance01',
  userName: 'mark',
  productionServerDnsSuffix: null,
  thumbprint: null,
  dpmServerCredential: null,
  protectedComputerCredential: null,
  witnessed: true,
  dpmServerAuthorities: [],
  protectedComputerAuthorities: [],
});

describe('the folder for a .bin', () => {
  const machine = machineWith({ 'C:\\': 'folder', 'C:\\Temp': 'folder', 'C:\\Temp\\notes.txt': 'file' });
  const judge = judgeOutputFolder(machine);

  it.each(['C:\\Temp', 'C:\\Temp\\new', 'C:\\Temp\\new\\deep', 'C:\\new'])('can be %s', async (path) => {
    await expect(judge(path)).resolves.toBeUndefined();
  });

  it.each([
    ['C:\\Temp\\notes.txt', 'is a file, not a folder'],
    ['C:\\Temp\\notes.txt\\new', 'C:\\Temp\\notes.txt is a file'],
    ['Q:\\Temp', 'its drive or share was not found'],
    ['\\\\nosuch\\share\\Temp', 'its drive or share was not found'],
  ])('cannot be %s', async (path, why) => {
    await expect(judge(path)).rejects.toThrow(why);
  });
});

describe('what is plainly not a .bin', () => {
  it.each([
    ['an empty file', '', 0, 'is empty'],
    ['a handover file', handover, handover.length, 'is a handover file'],
  ])('is %s', async (_what, content, size, why) => {
    await expect(
      refuseNotCredential(machineWith({ 'C:\\x.bin': content }), 'C:\\x.bin', size),
    ).rejects.toThrow(why);
  });

  it('is not a file of an unknown format', async () => {
    const machine = machineWith({ 'C:\\x.bin': '\u0001\u0002 any bytes' });
    await expect(refuseNotCredential(machine, 'C:\\x.bin', 12)).resolves.toBeUndefined();
  });
});
