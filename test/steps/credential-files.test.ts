import { describe, expect, it } from 'vitest';
import type { CommandResult, FileEntry, Machine } from '../../src/machine/machine.js';
import { judgeMade } from '../../src/steps/credential-files.js';
import { fakeMachine } from '../support/fake-machine.js';

const newFolder = 'C:\\ProgramData\\dpm-prep\\0123456789abcdef';
const own = 'a'.repeat(64);
const theirs = 'b'.repeat(64);

const ended: CommandResult = {
  exitCode: 0,
  ending: 'ended',
  output: [],
  error: null,
  restartRequired: false,
  elapsedMs: 1,
};

/** A computer on which these files, by name and SHA-256, lie in the tool's folder. */
const machineWith = (files: Readonly<Record<string, string>>, kind: FileEntry['kind'] = 'file'): Machine => {
  const machine = fakeMachine({ answers: {} });
  const entries = Object.keys(files).map((name): FileEntry => ({
    name,
    path: `${newFolder}\\${name}`,
    kind,
    size: 1,
    modified: new Date(),
  }));
  return {
    ...machine,
    files: {
      ...machine.files,
      list: async () => Promise.resolve(entries),
      sha256: async (path) => Promise.resolve(files[path.split('\\').at(-1) ?? ''] ?? ''),
    },
  };
};

const judged = async (machine: Machine, result: Partial<CommandResult> = {}) =>
  judgeMade(
    machine,
    { tool: 'SetDpmServer.exe', newFolder, notThese: [own], otherwise: 'Do it otherwise.' },
    { ...ended, ...result },
  );

describe('the credential file that a tool wrote', () => {
  it.each(['CertificateConfiguration_Finance01.bin', 'anything', 'CertificateConfiguration_Server01.bin'])(
    'is the one file in its new folder, whatever it is called: %s',
    async (name) => {
      expect(await judged(machineWith({ [name]: theirs }))).toMatchObject({
        state: 'verified',
        file: { path: `${newFolder}\\${name}`, name, sha256: theirs },
      });
    },
  );

  it.each<[string, Machine, Partial<CommandResult>, RegExp]>([
    ['there is no file', machineWith({}), {}, /wrote no credential file/],
    [
      'there are two files',
      machineWith({ 'a.bin': theirs, 'b.bin': 'c'.repeat(64) }),
      {},
      /exactly one file/,
    ],
    ['it is a link', machineWith({ 'a.bin': theirs }, 'link'), {}, /exactly one file/],
    ["it is a copy of the DPM server's file", machineWith({ 'a.bin': own }), {}, /a copy of the DPM server/],
    [
      'the tool crashed',
      machineWith({ 'a.bin': theirs }),
      { exitCode: null, error: 'SIGKILL' },
      /but failed, so/,
    ],
    ['the tool failed', machineWith({ 'a.bin': theirs }), { exitCode: 1 }, /but failed, so/],
    ['the tool was stopped', machineWith({ 'a.bin': theirs }), { ending: 'no-end' }, /but failed, so/],
  ])('is not taken where %s', async (_what, machine, result, why) => {
    expect(await judged(machine, result)).toMatchObject({
      state: 'not-verified',
      file: null,
      found: expect.stringMatching(why) as string,
    });
  });
});
