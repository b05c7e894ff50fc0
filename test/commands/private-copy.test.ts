import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyFolderName } from '../../src/machine/checked-file.js';
import { toHost } from '../../src/rehearsal/paths.js';
import { openWorld } from '../../src/rehearsal/world.js';
import { quick } from '../rehearsal/pair.js';
import { dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

it('an attach that finds everything done clears the copy of a .bin that a killed run left', async () => {
  const folder = join(temporaryFolder('private-copy'), 'world');
  const server = 'Server01.corp.contoso.com';
  const computers = ['Finance01.widgets.corp.com'];
  const world = await openWorld({ folder, dpmServer: server, computers, behaviour: quick });
  const rehearse = ['rehearse', '--auth', 'certificate', '--world', folder, '--yes'];
  const rehearsed = await dpmPrep(rehearse);
  expect(rehearsed.code, rehearsed.stderr).toBe(0);
  const machine = world.machine('dpm-server');
  const name = copyFolderName({
    folder: join(machine.stateFolder ?? '', 'kept'),
    name: '1'.repeat(16),
    about: { step: '', line: '' },
  });
  const place = toHost(folder, server, `${machine.privateFolder}\\${name}`) ?? '';
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'CertificateConfiguration_Finance01.widgets.corp.com.bin'), 'a copy');
  expect((await dpmPrep(rehearse)).code).toBe(0);
  expect(readdirSync(join(place, '..')).filter((one) => one.startsWith('copy-'))).toEqual([]);
}, 60_000);
