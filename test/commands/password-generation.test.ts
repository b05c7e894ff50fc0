import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseAudit, type AuditDocument } from '../../src/audit/document.js';
import { readLog } from '../../src/rehearsal/log.js';
import { changeWorld } from '../../src/rehearsal/store.js';
import { openWorld, type World } from '../../src/rehearsal/world.js';
import { quick } from '../rehearsal/pair.js';
import { onPractice } from '../support/certificate-world.js';
import { document, dpmPrep, type CliResult } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('password-generation');
const old = 'Practice-Passw0rd-of-mark';
const fresh = 'Practice-Passw0rd-of-November';

type On = 'protected-computer' | 'dpm-server';

let world: World;
let made = 0;

beforeEach(async () => {
  made += 1;
  world = await openWorld({ folder: join(folder, String(made)), behaviour: quick });
  const result = await dpmPrep(['rehearse', '--auth', 'ntlm', '--world', world.folder, '--yes'], {
    environment: { DPM_PREP_PASSWORD: old },
  });
  if (result.code !== 0) throw new Error(result.stdout + result.stderr);
  // The rehearsal ends before two seconds have passed, which is how exactly Windows tells when a password was set.
  await changeWorld(world.folder, (draft) => {
    for (const { id } of draft.world.computers) {
      for (const account of draft.of({ id }).accounts) {
        account.passwordLastSet = new Date(Date.now() - 86_400_000).toISOString();
      }
    }
  });
}, 60_000);

const run = async (on: On, words: readonly string[], password: string | null = fresh): Promise<CliResult> =>
  onPractice(world.folder, ['update-password', ...words], {
    on,
    ...(password === null ? {} : { environment: { DPM_PREP_PASSWORD: password } }),
  });

const generation = ['--generation', '2026-11'] as const;
const change = ['--dpm-server-name', 'Server01', ...generation] as const;
const onServer = ['--dpm-server-name', 'Server01', '--ps-name', 'Finance01'] as const;

const audited = async (on: On): Promise<{ readonly file: string; readonly read: AuditDocument }> => {
  const file = join(folder, `${String(made)}-${on}.audit.json`);
  const result = await dpmPrep(['audit', '--world', world.folder, '--on', on, '--out', file, '--json']);
  if (result.code !== 0) throw new Error(result.stdout + result.stderr);
  const parsed = parseAudit(readFileSync(file, 'utf8'));
  if (!parsed.ok) throw new Error(parsed.problem);
  return { file, read: parsed.value };
};

/** The state by the document of each computer, and the finding of both together; null: none. */
const states = async () => {
  const computer = await audited('protected-computer');
  const server = await audited('dpm-server');
  const { stdout } = await dpmPrep([
    'audit',
    '--merge',
    computer.file,
    server.file,
    '--world',
    world.folder,
    '--json',
  ]);
  const merged = JSON.parse(stdout) as { findings: readonly { id: string; found: string }[] };
  return {
    computer: computer.read.protectedComputer?.passwordChange.value?.state,
    server: server.read.dpmServer?.computers.value?.[0]?.passwordChange?.state,
    half: merged.findings.find(({ id }) => id === 'password-half-changed')?.found.split(':')[0] ?? null,
  };
};

const statusOf = async (on: On) =>
  document(await onPractice(world.folder, ['status'], { on })) as unknown as {
    findings: readonly { id: string; status: string; found: string }[];
  };

const openIn = async (on: On): Promise<string | undefined> =>
  (await statusOf(on)).findings.find(({ id, status }) => id === 'password-change-open' && status === 'fail')
    ?.found;

const setCount = (): number =>
  readLog(world.folder).filter((entry) => entry.event === 'ended' && entry.did.includes('set the password'))
    .length;

describe('update-password --generation', () => {
  it('is known at every boundary on both computers, and a second run sets nothing', async () => {
    expect(await states()).toEqual({ computer: 'unchanged', server: 'unchanged', half: null });

    expect((await run('dpm-server', [...onServer, '--refresh'], null)).code).toBe(0);
    const set = await run('protected-computer', change);
    expect(set.code, set.stdout).toBe(6);
    expect(document(set)).toMatchObject({
      next: { command: expect.stringContaining('--ps-name Finance01 --generation 2026-11') as string },
    });
    expect(await states()).toEqual({
      computer: 'computer-only',
      server: 'unchanged',
      half: 'computer-only',
    });
    expect(await openIn('protected-computer')).toContain('computer-only: generation 2026-11');

    const again = await run('protected-computer', change);
    expect([again.code, document(again).changed]).toEqual([6, false]);
    expect(setCount()).toBe(1);

    const told = await run('dpm-server', [...onServer, ...generation]);
    expect(told.code, told.stdout).toBe(0);
    expect(await states()).toEqual({ computer: 'computer-only', server: 'verified', half: null });
    const toldAgain = await run('dpm-server', [...onServer, ...generation]);
    expect([toldAgain.code, document(toldAgain).changed]).toEqual([0, false]);

    const noted = await run('protected-computer', [...change, '--server-state', 'verified'], null);
    expect([noted.code, document(noted).changed], noted.stdout).toEqual([0, false]);
    expect(await states()).toEqual({ computer: 'verified', server: 'verified', half: null });
    expect(await openIn('protected-computer')).toBeUndefined();
    expect(setCount()).toBe(1);
  });

  it('names a DPM server that was given another password, and stops before many tries lock the account out', async () => {
    expect((await run('protected-computer', change)).code).toBe(6);
    const wrong = 'Not-This-Passw0rd-1';
    const first = await run('dpm-server', [...onServer, ...generation], wrong);
    expect(first.code).toBe(4);
    expect(first.stdout).toContain(
      'Likely cause: Finance01 was given another password as the password of generation 2026-11.',
    );
    const elsewhere = await run('protected-computer', change, wrong);
    expect(elsewhere.stdout).toContain('the password that you give now is not compared with it');
    expect(setCount()).toBe(1);
    expect(await states()).toEqual({ computer: 'computer-only', server: 'server-told', half: 'server-told' });
    expect(await openIn('dpm-server')).toContain('server-told: Finance01');
    expect((await run('dpm-server', [...onServer, ...generation], wrong)).code).toBe(4);
    const refused = await run('dpm-server', [...onServer, ...generation], wrong);
    expect([refused.code, refused.stdout]).toEqual([3, expect.stringContaining('lock out the account')]);
    const right = await run('dpm-server', [...onServer, ...generation, '--confirm', 'Finance01']);
    expect(right.code, right.stdout).toBe(0);
    expect((await states()).half).toBeNull();
  });

  it('returns to the old password with --back, once, on both computers', async () => {
    const nothing = await run('protected-computer', [...change, '--back'], old);
    expect([nothing.code, document(nothing).changed, setCount()]).toEqual([6, false, 0]);
    await run('protected-computer', change);
    const back = [...change, '--back'] as const;
    expect((await run('protected-computer', back, old)).code).toBe(6);
    expect((await run('protected-computer', back, old)).code).toBe(6);
    expect(setCount()).toBe(2);
    expect((await states()).half).toBe('computer-only');
    const told = await run('dpm-server', [...onServer, ...generation, '--back'], old);
    expect(told.code, told.stdout).toBe(0);
    await run('protected-computer', [...back, '--server-state', 'verified'], null);
    expect(await states()).toEqual({ computer: 'unchanged', server: 'unchanged', half: null });
    // The generation was left, so it is set again, once.
    await run('protected-computer', change);
    await run('protected-computer', change);
    expect(setCount()).toBe(3);
  });

  it('leaves a computer alone that does not answer before, or whose account cannot log on', async () => {
    await world.setFaults(['unreachable@Finance01']);
    const unreachable = await run('dpm-server', [...onServer, '--refresh'], null);
    expect([unreachable.code, document(unreachable).changed]).toEqual([3, false]);
    await world.setFaults([]);
    // Somebody set another password by hand.
    await run('protected-computer', ['--dpm-server-name', 'Server01'], 'Another-Passw0rd-1');
    const asked = await run('dpm-server', [...onServer, '--refresh'], null);
    expect([asked.code, document(asked).changed]).toEqual([4, false]);
    expect(asked.stdout).toContain('did not reach the agent on Finance01');
    expect(asked.stdout).toContain('Leave the password as it is');
    await changeWorld(world.folder, (draft) => {
      for (const { id } of draft.world.computers)
        for (const account of draft.of({ id }).accounts) account.enabled = false;
    });
    const disabled = await run('protected-computer', change);
    expect([disabled.code, disabled.stdout]).toEqual([3, expect.stringContaining('is disabled')]);
    expect(setCount()).toBe(1);
  });

  it('takes no note of a password that is not set here', async () => {
    const noted = await run('protected-computer', [...change, '--server-state', 'verified'], null);
    expect(noted.code).toBe(3);
    expect((await run('protected-computer', ['--back'])).code).toBe(2);
  });
});
