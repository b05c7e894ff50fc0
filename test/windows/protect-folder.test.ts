import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from './support/parts.js';
import { powershell } from './support/node.js';
import { repository } from './support/places.js';
import { WindowsComputer, type Ran } from './support/wine.js';

// The role's own script for its folder, in the real PowerShell, with Wine's access lists: a folder that every user of the
// system beneath can read is open to Everyone (S-1-1-0).

const role = join(repository, 'fleet', 'ansible', 'roles', 'dpm_prep', 'files', 'protect-folder.ps1');
const script = 'C:\\role\\protect-folder.ps1';

describeWith(['Wine', 'mingw gcc', '.NET SDK'], "the role's folder, on Windows", () => {
  let computer: WindowsComputer;

  beforeAll(async () => {
    computer = await WindowsComputer.make('Finance01');
    await computer.put(script, await readFile(role));
    await chmod(computer.place('C:\\ProgramData'), 0o700);
  });
  afterAll(async () => {
    await computer.end();
  });

  const protect = async (path: string): Promise<Ran> =>
    computer.run({
      path: powershell,
      arguments: [
        '-NoProfile',
        '-NonInteractive',
        '-Command',
        `try { & '${script}' -Path '${path}'; 'done' } catch { "refused: $($_.Exception.Message)" }`,
      ],
    });

  // Wine shows the access of administrators as that of the group.
  it('is made for administrators alone, and taken again by the next run', async () => {
    const path = 'C:\\ProgramData\\dpm-prep-ansible';
    const made = await protect(path);
    expect(made.stdout, made.stderr).toContain('done');
    expect((await stat(computer.place(path))).mode & 0o007).toBe(0);
    expect((await protect(path)).stdout).toContain('done');
  });

  it('is refused where others can use it, and nothing is changed', async () => {
    const path = 'C:\\ProgramData\\open';
    await mkdir(computer.place(path));
    await chmod(computer.place(path), 0o777);
    const refused = await protect(path);
    expect(refused.stdout, refused.stderr).toMatch(/refused: .*open can be used by .*S-1-1-0/s);
    expect((await stat(computer.place(path))).mode & 0o777).toBe(0o777);
  });
});
