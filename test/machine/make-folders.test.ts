import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolders } from '../../src/machine/make-folders.js';
import { dpmPrep, launcher } from '../support/cli.js';
import { describeIfNot } from '../support/lacking.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const base = temporaryFolder('make-folders');

describe('makeFolders', () => {
  it('makes the folders above it too, and accepts one that exists', () => {
    const folder = join(base, 'a', 'b', 'c');
    makeFolders(folder);
    makeFolders(folder);
    expect(statSync(folder).isDirectory()).toBe(true);
  });

  it('says what the system says where a file is in the way', () => {
    writeFileSync(join(base, 'file'), 'x');
    expect(() => {
      makeFolders(join(base, 'file', 'below'));
    }).toThrow(/ENOTDIR|ENOENT/);
  });
});

describe('a practice world that cannot be made', () => {
  it('is refused in one sentence where a file is named', async () => {
    const file = join(base, 'notes.txt');
    writeFileSync(file, 'mine');
    const { code, stderr } = await dpmPrep(['status', '--world', file]);
    expect(code, stderr).toBe(2);
    expect(stderr).toContain('notes.txt is not a folder.');
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});

describeIfNot(existsSync('/proc/self') ? null : 'no /proc', 'where Node.js itself never returns', () => {
  it('the command ends with the reason', () => {
    // Only SIGKILL ends a process that never comes back from mkdir.
    const { status, stderr } = spawnSync(
      process.execPath,
      [launcher, 'status', '--world', '/proc/dpm-prep'],
      {
        encoding: 'utf8',
        timeout: 20_000,
        killSignal: 'SIGKILL',
      },
    );
    expect(status, stderr).toBe(2);
    expect(stderr).toContain('The folder /proc/dpm-prep cannot be made (ENOENT).');
  });
});
