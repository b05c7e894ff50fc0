import { existsSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { credentialFileName } from '../../src/dpm/credential-file.js';
import { handoverFileName, parseHandover } from '../../src/dpm/handover.js';
import { openWorld } from '../../src/rehearsal/world.js';
import {
  attachedIn,
  certificateWorld,
  computerName,
  configureServer,
  contentOf,
  copyOnServer,
  dpmServer,
  inTemp,
  listedIn,
  onPractice,
  onServer,
  temp,
  writeInventory,
} from '../support/certificate-world.js';
import { document, dpmPrep, launcher, type CliResult } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('inventory');
const namesOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => computerName(n + 1));
const states = (result: CliResult): readonly string[] =>
  document(result).steps.map(({ state }) => String(state));

describe('an inventory of computers', () => {
  it('attach: interrupted with SIGKILL half-way and run again: each attached exactly once', async () => {
    const count = 16;
    const names = namesOf(count);
    const world = join(folder, 'killed');
    await certificateWorld({ folder: world, count, scriptMs: 30 });
    const inventory = writeInventory(world, names);
    const words = [
      ...['attach', '--inventory', inventory, '--rehearse', '--world', world],
      ...['--yes', '--no-input', '--json'],
    ];
    const child = spawn(process.execPath, [launcher, ...words], { stdio: 'ignore' });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => {
      child.on('close', (_code, signal) => {
        resolve(signal);
      });
    });
    const watcher = watch(world, () => {
      if (existsSync(join(world, 'log.jsonl')) && attachedIn(world).length >= count / 2)
        child.kill('SIGKILL');
    });
    expect(await ended).toBe('SIGKILL');
    watcher.close();
    expect(listedIn(world).length).toBeLessThan(count);

    const again = await onPractice(world, ['attach', '--inventory', inventory]);
    expect(again.code, again.stdout).toBe(0);
    expect(listedIn(world)).toEqual(names);
    expect(attachedIn(world).toSorted()).toEqual(names.map((name) => `attached ${name}`));
    expect(states(again).filter((state) => state === 'already-done').length).toBeGreaterThanOrEqual(
      count / 2 - 1,
    );

    const third = await onPractice(world, ['attach', '--inventory', inventory]);
    expect(document(third)).toMatchObject({ exitCode: 0, outcome: 'nothing-to-do', changed: false });
  }, 120_000);

  it('attach: those that fail are collected, the others are attached; a second run takes up only these', async () => {
    const names = namesOf(5);
    const world = join(folder, 'failing');
    await certificateWorld({ folder: world, count: 5 });
    const inventory = writeInventory(world, names);
    const [, second, , fourth] = names;
    const pair = await openWorld({ folder: world });
    await pair.setFaults([`unreachable@${second ?? ''}`, `port-6076-blocked@${fourth ?? ''}`]);
    const reached = async (): Promise<unknown> => {
      const result = await onPractice(world, ['preflight', '--inventory', inventory]);
      const { findings } = document(result) as unknown as { findings: readonly { id: string }[] };
      return findings.find(({ id }) => id === 'listed-computers');
    };
    expect(await reached()).toMatchObject({
      status: 'warn',
      found: `1 of 5 cannot be reached: ${second ?? ''} (no answer in time).`,
    });
    const silence = ['--silence-seconds', '60'];
    const first = await onPractice(world, ['attach', '--inventory', inventory, ...silence]);
    expect(first.code, first.stdout).toBe(4);
    expect(document(first)).toMatchObject({
      changed: true,
      problem: {
        what: expect.stringContaining(`2 of 5 computers failed: ${second ?? ''}, ${fourth ?? ''}`) as string,
      },
    });
    expect(listedIn(world)).toEqual(names.filter((name) => name !== second && name !== fourth));
    for (const [n, name] of names.entries()) {
      expect(first.stderr).toMatch(new RegExp(`${String(2 * n + 1)}/10 Attach ${name}`));
    }
    expect(document(first).findings).toContainEqual(
      expect.objectContaining({ id: 'listed-computers', status: 'warn' }),
    );
    await pair.setFaults([]);
    expect(await reached()).toMatchObject({ status: 'pass' });
    const again = await onPractice(world, ['attach', '--inventory', inventory]);
    expect(again.code, again.stdout).toBe(0);
    expect(states(again)).toEqual([
      ...['already-done', 'done', 'done', 'done', 'already-done', 'done'],
      ...['done', 'done', 'already-done', 'done'],
    ]);
    expect(attachedIn(world)).toHaveLength(5);
  }, 300_000);

  it('attach: all rows are judged before the first is attached', async () => {
    const world = join(folder, 'judged');
    await certificateWorld({ folder: world, count: 3 });
    const inventory = writeInventory(world, namesOf(3));
    rmSync(onServer(world, handoverFileName(computerName(3))));
    copyOnServer(world, credentialFileName(computerName(1)), credentialFileName(computerName(2)));
    const before = contentOf(world);
    const result = await onPractice(world, ['attach', '--inventory', inventory]);
    expect(result.code).toBe(3);
    const { problem } = document(result) as unknown as {
      readonly problem: { readonly fix: readonly string[] };
    };
    expect(problem.fix.map((text) => text.slice(0, computerName(1).length))).toEqual([
      computerName(2),
      computerName(3),
    ]);
    expect(contentOf(world)).toEqual(before);
  });

  it('set-credentials: one .bin, and a handover file for each computer', async () => {
    const world = join(folder, 'credentials');
    const pair = await certificateWorld({ folder: world, count: 3 });
    for (const name of namesOf(3)) rmSync(onServer(world, handoverFileName(name)));
    const thumbprint = await configureServer(pair);
    const inventory = join(world, 'inventory.yaml');
    writeFileSync(
      inventory,
      namesOf(3)
        .map((name) => `- psName: ${name}\n  method: certificate\n`)
        .join(''),
    );
    const words = [
      ...['set-credentials', '--dpm-server-name', dpmServer, '--thumbprint', thumbprint],
      ...['--output-file-path', temp, '--handover-folder', temp, '--inventory', inventory],
    ];
    const result = await onPractice(world, words);
    expect(result.code, result.stdout).toBe(6);
    const handovers = namesOf(3).map((name) =>
      parseHandover(readFileSync(onServer(world, handoverFileName(name)), 'utf8')),
    );
    const hashes = handovers.map((parsed) => (parsed.ok ? parsed.value.dpmServerCredential?.sha256 : null));
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(hashes).size).toBe(1);
    const again = await onPractice(world, words);
    expect(document(again)).toMatchObject({ exitCode: 6, changed: false });
  });

  it('update-password: each computer its own password; a wrong one fails alone', async () => {
    const world = join(folder, 'passwords');
    const names = ['Fin01', 'Fin02', 'Fin03'];
    const pair = await openWorld({
      folder: world,
      dpmServer: 'Server01',
      computers: names,
      behaviour: { installMs: 1, configureMs: 1, scriptMs: 1, attachDelayMs: 0 },
    });
    const run = async (words: readonly string[], on: string, password?: string): Promise<CliResult> =>
      onPractice(world, words, {
        on,
        ...(password === undefined ? {} : { environment: { DPM_PREP_PASSWORD: password } }),
      });
    const passwordOf = (name: string): string => `${name}-Practice-1!`;
    for (const name of names) {
      expect((await run(['install-agent', '--accept-eula'], name)).code).toBe(0);
      const set = await run(
        [
          ...['set-dpm-server', '--auth', 'ntlm', '--dpm-server-name', 'Server01', '--ps-name', name],
          ...['--user-name', `user${name}`, '--handover-folder', pair.exchangeFolder],
        ],
        name,
        passwordOf(name),
      );
      expect(set.code, set.stdout).toBe(6);
      writeFileSync(join(world, `${name}.password`), `${passwordOf(name)}\n`, { mode: 0o600 });
    }
    const inventory = join(world, 'inventory.csv');
    const rows = names.map((name) => `${name},ntlm,user${name},${join(world, `${name}.password`)}`);
    writeFileSync(inventory, ['psName,method,userName,passwordFile', ...rows].join('\n'));
    const words = ['--inventory', inventory, '--dpm-server-name', 'Server01'];
    const attached = await run(['attach', ...words], 'dpm-server');
    expect(attached.code, attached.stdout).toBe(0);

    const updated = await run(['update-password', ...words], 'dpm-server');
    expect(updated.code, updated.stdout).toBe(0);
    writeFileSync(join(world, 'Fin02.password'), 'Another-Word-2!\n');
    const wrong = await run(['update-password', ...words], 'dpm-server');
    expect([4, 5]).toContain(wrong.code);
    expect((document(wrong) as unknown as { problem: { what: string } }).problem.what).toMatch(
      /1 of 3 computers failed: Fin02/,
    );
    for (const result of [attached, updated, wrong]) {
      expect(result.stdout + result.stderr).not.toMatch(/Practice-1!|Another-Word/);
    }
  }, 120_000);

  it('says what is wrong with a row, and does nothing', async () => {
    const world = join(folder, 'rows');
    await certificateWorld({ folder: world, count: 1 });
    const inventory = join(world, 'inventory.csv');
    for (const [text, why] of [
      ['psName,colour\nFin01,blue\n', /"colour" is not a known column/],
      ['psName\nFin01\nfin01\n', /names fin01 twice/],
      ['psName\n\n', /does not name a computer/],
      ['psName,method\nFin01,kerberos\n', /ntlm or certificate/],
      ['psName,userName\nFin01,mark\nFin02,MARK\n', /same userName/],
    ] as const) {
      writeFileSync(inventory, text);
      const result = await dpmPrep([
        ...['attach', '--inventory', inventory, '--dpm-server-name', dpmServer, '--rehearse'],
        ...['--world', world, '--yes', '--no-input', '--json'],
      ]);
      expect(result.code).toBe(2);
      expect(result.stdout).toMatch(new RegExp(why.source.replaceAll('"', '\\\\"')));
    }
    expect(listedIn(world)).toEqual([]);
  });

  it('a path that is not a file is reported as a mistake', async () => {
    const world = join(folder, 'rows');
    const result = await onPractice(world, ['attach', '--inventory', inTemp('nothing.csv')]);
    expect(result.code).toBe(2);
    expect(result.stdout).toMatch(/does not exist/);
  });
});
