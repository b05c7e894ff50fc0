import { spawn } from 'node:child_process';
import { mkdirSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refuseOtherMethod } from '../../src/application/attach/other-method.js';
import { handoverFileName } from '../../src/dpm/handover.js';
import { Problem } from '../../src/problem.js';
import { readLog } from '../../src/rehearsal/log.js';
import { changeWorld } from '../../src/rehearsal/store.js';
import { Journal } from '../../src/run/journal.js';
import { attachFacts } from '../../src/steps/attach-record.js';
import { ListedComputers } from '../../src/steps/protected-computers.js';
import {
  attachedIn,
  certificateWorld,
  computerName,
  contentOf,
  dpmServer,
  inTemp,
  listedIn,
  onPractice,
  writeInventory,
} from '../support/certificate-world.js';
import { dpmPrep, launcher, type CliResult } from '../support/cli.js';
import { fakeMachine } from '../support/fake-machine.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('inventory-judged');
const [first, second, third, fourth] = [1, 2, 3, 4].map(computerName) as [string, string, string, string];

const textOf = (result: CliResult): string => {
  const { problem, notes } = JSON.parse(result.stdout) as {
    readonly problem: { readonly what: string; readonly fix: readonly string[] } | null;
    readonly notes: readonly string[];
  };
  return [...(problem === null ? [] : [problem.what, ...problem.fix]), ...notes].join('\n');
};

/** The whole run is refused, and nothing on the practice pair differs from before. */
const refused = async (world: string, words: readonly string[]): Promise<string> => {
  const before = contentOf(world);
  const result = await onPractice(world, words, { environment: { DPM_PREP_PASSWORD: 'Practice-1!' } });
  expect([2, 3], result.stdout).toContain(result.code);
  expect(contentOf(world)).toEqual(before);
  return textOf(result);
};

const inventory = (world: string, text: string): string => {
  const path = join(world, 'inventory.csv');
  writeFileSync(path, text);
  return path;
};

describe('judged before the first change', () => {
  it('a computer that is listed by the other method', async () => {
    const world = join(folder, 'other-method');
    await certificateWorld({ folder: world, count: 2, attached: 1 });
    const path = inventory(
      world,
      `psName,method,userName,handover\n${first},ntlm,mark,\n${second},,,${inTemp(handoverFileName(second))}\n`,
    );
    const words = ['attach', '--inventory', path, '--dpm-server-name', dpmServer];
    expect(await refused(world, words)).toContain(`lists ${first} with certificates`);
    const single = ['attach', '--auth', 'ntlm', '--ps-name', first, '--user-name', 'mark'];
    expect(await refused(world, [...single, '--dpm-server-name', dpmServer])).toContain('with certificates');
  }, 60_000);

  it('a password for a computer that is protected by certificate', async () => {
    const world = join(folder, 'password');
    await certificateWorld({ folder: world, count: 2, attached: 1 });
    const update = ['update-password', '--dpm-server-name', dpmServer, '--inventory'];
    for (const text of [
      `psName\n${first}\n${second}\n`,
      `psName,method\n${second},certificate\n`,
      `psName,handover\n${second},${inTemp(handoverFileName(second))}\n`,
    ]) {
      expect(await refused(world, [...update, inventory(world, text)])).toContain('protected by certificate');
    }
    const other = inventory(world, `psName,handover\n${second},${inTemp(handoverFileName(first))}\n`);
    expect(await refused(world, [...update, other])).toContain(`is for ${first}`);
  }, 60_000);

  it('by the last attach that was seen here, where DPM does not show the method', async () => {
    const state = join(folder, 'state');
    const listed = await ListedComputers.of(
      fakeMachine({
        answers: {
          'protected-computers': {
            computers: [
              {
                serverName: 'Finance01',
                machineName: null,
                name: null,
                domain: null,
                clusterName: null,
                state: null,
                connectivity: null,
                authentication: null,
              },
            ],
          },
        },
      }),
      'Server01',
    );
    mkdirSync(state);
    const journal = new Journal(state);
    journal.begin({
      ...{ command: 'attach', procedure: 'ntlm', version: '0', processId: 1, rehearsal: false },
      ...{ answers: {}, positional: [] },
    });
    const facts = { ...attachFacts({ method: 'ntlm', userName: 'mark' }) };
    journal.append({
      ...{ event: 'verified', step: 'attach:Finance01', line: 'x', state: 'verified', found: '' },
      facts,
    });
    const wanted = { listed, journal, psName: 'Finance01' } as const;
    expect(() => {
      refuseOtherMethod({ ...wanted, method: 'certificate' });
    }).toThrow(Problem);
    refuseOtherMethod({ ...wanted, method: 'ntlm' });
    refuseOtherMethod({ ...wanted, psName: 'Finance02', method: 'certificate' });
  });
});

/** Attaches by this inventory, and is killed as soon as `now` says so. */
const killedAttach = async (world: string, path: string, now: () => boolean): Promise<void> => {
  const child = spawn(
    process.execPath,
    [
      ...[launcher, 'attach', '--inventory', path, '--rehearse', '--world', world],
      ...['--on', 'dpm-server', '--yes', '--no-input', '--json'],
    ],
    { stdio: 'ignore' },
  );
  const watcher = watch(world, { recursive: true }, () => {
    if (now()) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.on('close', resolve));
  watcher.close();
};

describe('a row that was taken out between a kill and resume', () => {
  it('is named, with how far its computer was', async () => {
    const world = join(folder, 'left-out');
    await certificateWorld({ folder: world, count: 4, scriptMs: 300 });
    const path = writeInventory(world, [first, second, third, fourth]);
    await killedAttach(world, path, () => attachedIn(world).length > 0);
    writeInventory(world, [second, third]);
    const resumed = await dpmPrep([
      ...['resume', '--rehearse', '--world', world, '--on', 'dpm-server', '--yes', '--no-input', '--json'],
    ]);
    expect(resumed.code, resumed.stdout).toBe(0);
    expect(textOf(resumed)).toMatch(
      /had 2 computers that this run leaves out: fin001\.\S+ \((?:begun|its last).*\), fin004\.\S+ \(not begun\)\. This run does nothing for them\./,
    );
    const again = await onPractice(world, ['attach', '--inventory', path]);
    expect(textOf(again)).not.toContain('leaves out');
  }, 90_000);

  it('does not hide that its attach removed other computers', async () => {
    const world = join(folder, 'lost');
    await certificateWorld({ folder: world, count: 3, attached: 1, scriptMs: 1_500 });
    const works = (): boolean => readLog(world).some(({ event }) => event === 'started');
    const path = writeInventory(world, [third, second]);
    await killedAttach(world, path, () => works());
    // What the script does with the wrong file.
    await changeWorld(world, (draft) => {
      const { server } = draft.of({ id: dpmServer });
      if (server) server.records = [];
    });
    writeInventory(world, [second]);
    const resumed = await onPractice(world, ['resume']);
    expect(resumed.code, resumed.stdout).toBe(5);
    expect(textOf(resumed)).toContain(`COMPUTERS ARE MISSING`);
    expect(listedIn(world)).not.toContain(second);
  }, 90_000);
});
