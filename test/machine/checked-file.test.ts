import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clearOldCopies, copyFolderName, newFolderName } from '../../src/machine/checked-file.js';
import { temporaryFolder } from '../support/temporary-folder.js';

it('clears the private copies of runs that were killed, and no other folder', () => {
  const folder = temporaryFolder('private-copies');
  const kept = join(folder, 'state', 'kept');
  const privateFolder = join(folder, 'private');
  mkdirSync(kept, { recursive: true });
  const about = { step: 'attach:Finance01', line: 'Attach-ProductionServerWithCertificate.ps1' };
  const at = (state: string, name: string) => copyFolderName({ folder: state, name, about });
  const killed = at(kept, '1'.repeat(16));
  const works = at(kept, '2'.repeat(16));
  const other = at(join(folder, 'other', 'kept'), '3'.repeat(16));
  const old = at(join(folder, 'other', 'kept'), '4'.repeat(16));
  const made = newFolderName();
  for (const name of [killed, works, other, old, made])
    mkdirSync(join(privateFolder, name), { recursive: true });
  writeFileSync(join(kept, `${'2'.repeat(16)}.json`), '{}');
  const longAgo = new Date(Date.now() - 2 * 86_400_000);
  for (const name of [old, made]) utimesSync(join(privateFolder, name), longAgo, longAgo);
  clearOldCopies(privateFolder, kept);
  expect(readdirSync(privateFolder).toSorted()).toEqual([works, other, made].toSorted());
});
