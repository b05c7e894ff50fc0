import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readAuthority } from '../../src/rehearsal/authority/authority-file.js';
import { theAuthority } from '../../src/rehearsal/authority/authority.js';
import { readState } from '../../src/rehearsal/store.js';
import { openWorld } from '../../src/rehearsal/world.js';
import { onPractice } from '../support/certificate-world.js';
import { document } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('import-authorities');
const world = join(folder, 'world');
const file = join(folder, 'cas.pem');
const on = { on: 'protected-computer' } as const;

beforeAll(async () => {
  await openWorld({ folder: world });
  await theAuthority(world, 'dpm-server');
  const authority = readAuthority(world, 'dpm-server');
  writeFileSync(file, `${authority?.issuing.certificate ?? ''}\n${authority?.root.certificate ?? ''}\n`);
});

const stores = (): readonly string[] =>
  readState(world, 'Finance01')
    .certificates.map(({ store }) => store)
    .filter((store) => store !== 'LocalMachine\\My')
    .sort();

describe('a file of CA certificates alone', () => {
  it('is not imported without consent', async () => {
    const before = stores();
    const said = await onPractice(world, ['import-cert', file], on);
    expect(document(said).exitCode).toBe(2);
    expect(said.stdout).toContain('--install-chain');
    expect(stores()).toEqual(before);
  });

  it('is imported into the stores where they belong, once', async () => {
    const before = stores();
    const said = await onPractice(world, ['import-cert', file, '--install-chain'], on);
    expect(document(said), said.stdout).toMatchObject({ exitCode: 0, changed: true });
    expect(stores()).toEqual([...before, 'LocalMachine\\CA', 'LocalMachine\\Root'].sort());
    const again = await onPractice(world, ['import-cert', file, '--install-chain'], on);
    expect(document(again)).toMatchObject({ exitCode: 0, outcome: 'nothing-to-do' });
  });
});
