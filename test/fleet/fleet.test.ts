import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLog } from '../../src/rehearsal/log.js';
import { readState } from '../../src/rehearsal/store.js';
import { openWorld } from '../../src/rehearsal/world.js';
import { Hosts, type Host } from './support/hosts.js';
import { ansibleFolder, play, type Played } from './support/playbook.js';

// One practice DPM server and ten practice computers, each a host of its own that Ansible reaches by SSH.

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'dpm-prep-fleet-'));
const computers = Array.from({ length: 10 }, (_, index) => `Finance${String(index + 1).padStart(2, '0')}`);
const hosts = new Hosts(folder, ['Server01', ...computers]);
const hostOf = (name: string): Host => {
  const host = hosts.all.find((each) => each.name === name);
  if (host === undefined) throw new Error(`There is no host ${name}.`);
  return host;
};

const secret = 'Fleet-Secret-7731';
const passwordOf = (name: string): string => `${secret}-${name}!`;
const home = join(folder, 'control');
const program = join(folder, 'dpm-prep');

const unpack = (): void => {
  const [packed] = Object.values(
    JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
        cwd: root,
        encoding: 'utf8',
        stdio: 'pipe',
      }),
    ) as Record<string, { filename: string }>,
  );
  execFileSync('tar', ['-xzf', join(folder, packed?.filename ?? ''), '-C', folder]);
  // Node.js may stand where a login by SSH does not look for it.
  const script = join(folder, 'package', 'bin', 'dpm-prep.js');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`, { mode: 0o755 });
};

/** Writes an inventory of these computers in a new practice world. Passwords are in a vault. */
const newWorld = async (name: string, names: readonly string[], faults: readonly string[] = []) => {
  const place = join(folder, name);
  const world = join(place, 'world');
  const inventory = join(place, 'inventory');
  mkdirSync(join(inventory, 'group_vars', 'all'), { recursive: true });
  await openWorld({ folder: world, dpmServer: 'Server01', computers: names, faults });
  const entry = (host: Host, more: Record<string, unknown> = {}): Record<string, unknown> => ({
    ansible_host: host.address,
    ansible_ssh_private_key_file: host.key,
    ansible_remote_tmp: join(host.folder, 'ansible-tmp'),
    dpm_prep_folder: join(host.folder, name),
    dpm_prep_state_dir: join(host.folder, `${name}-state`),
    ...more,
  });
  // YAML is a superset of JSON.
  writeFileSync(
    join(inventory, 'hosts.yml'),
    JSON.stringify({
      all: {
        vars: {
          ansible_user: 'root',
          ansible_python_interpreter: '/usr/bin/python3',
          ansible_ssh_common_args: '-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR',
          dpm_prep_rehearse: true,
          dpm_prep_world: world,
          dpm_prep_program: program,
          dpm_prep_dpm_server_name: 'Server01',
          dpm_prep_accept_eula: true,
          dpm_prep_handover_folder: join(place, 'handover'),
        },
        children: {
          dpm_prep_server: { hosts: { Server01: entry(hostOf('Server01')) } },
          dpm_prep_computers: {
            hosts: Object.fromEntries(
              names.map((each) => [
                each,
                entry(hostOf(each), {
                  dpm_prep_user_name: each.toLowerCase(),
                  dpm_prep_password: `{{ vault_${each.toLowerCase()} }}`,
                }),
              ]),
            ),
          },
        },
      },
    }),
  );
  const vault = join(inventory, 'group_vars', 'all', 'vault.yml');
  writeFileSync(
    vault,
    JSON.stringify(
      Object.fromEntries(names.map((each) => [`vault_${each.toLowerCase()}`, passwordOf(each)])),
    ),
  );
  execFileSync('ansible-vault', ['encrypt', '--vault-password-file', join(home, 'vault-password'), vault], {
    stdio: 'pipe',
    env: { PATH: process.env.PATH, HOME: home },
  });
  const repair = (): void => {
    const path = join(world, 'world.json');
    const content = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...content, faults: [] }));
  };
  return {
    world,
    repair,
    play: async (args: readonly string[] = [], onOutput?: Parameters<typeof play>[0]['onOutput']) =>
      play({ inventory, home, secret, args, ...(onOutput === undefined ? {} : { onOutput }) }),
    /** Names of the computers that the practice DPM server lists, sorted; one that is listed twice stands there twice. */
    attached: (): readonly string[] => {
      const { records = [] } = readState(world, 'Server01').server ?? {};
      return records.map((record) => record.computer).sort();
    },
    tools: () => readLog(world).filter(({ event }) => event === 'started'),
  };
};

const failedIn = ({ recap }: Played): readonly string[] =>
  [...recap]
    .filter(([, { failed, unreachable }]) => failed + unreachable > 0)
    .map(([name]) => name)
    .sort();

/** Computers with a change; the DPM server gets no more than a folder for what is handed over. */
const changedIn = ({ recap }: Played): readonly string[] =>
  [...recap]
    .filter(([name, { changed }]) => changed > 0 && name !== 'Server01')
    .map(([name]) => name)
    .sort();

/** Every file of the hosts, the control machine and the practice worlds that holds the secret. */
const filesWithSecret = (): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path, 'latin1').includes(secret));

beforeAll(async () => {
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'vault-password'), 'vault\n', { mode: 0o600 });
  unpack();
  await hosts.start();
});

afterAll(async () => {
  await hosts.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('ten computers by NTLM', () => {
  const [first = '', ...rest] = computers;
  const noInstaller = 'Finance03';
  const down = 'Finance04';
  const wrongPassword = 'Finance05';
  let world: Awaited<ReturnType<typeof newWorld>>;

  beforeAll(async () => {
    world = await newWorld('ntlm', computers, [`no-installer@${noInstaller}`]);
  });

  test('check mode says what would change, and changes nothing', async () => {
    const played = await world.play(['--check', '--limit', `Server01,${first},localhost`]);
    expect(played.output).toContain('Finance01');
    expect(failedIn(played), played.output.slice(-6000)).toEqual([]);
    expect(changedIn(played)).toEqual([first]);
    expect(world.tools()).toEqual([]);
  });

  test('one that is not ready stops the others before the first change', async () => {
    const played = await world.play(['--limit', `Server01,${first},${noInstaller},localhost`]);
    expect(played.exitCode).not.toBe(0);
    expect(played.report.find((line) => line.startsWith(noInstaller))).toContain('DPMAgentInstaller_x64.exe');
    expect(played.report.find((line) => line.startsWith(first))).toContain(`because of ${noInstaller}`);
    expect(changedIn(played)).toEqual([]);
    expect(world.tools()).toEqual([]);
  });

  test('one down, one not ready, one wrong password: those are reported, the others are done', async () => {
    const practised = (command: string, ...args: readonly string[]): void => {
      execFileSync(
        program,
        [
          command,
          ...['--rehearse', '--world', world.world, '--on', wrongPassword, '--yes', '--no-input'],
          ...['--state-dir', join(hostOf(wrongPassword).folder, 'before'), ...args],
        ],
        {
          stdio: 'pipe',
          env: {
            ...process.env,
            DPM_PREP_PASSWORD: command === 'set-dpm-server' ? 'Another-Password-1!' : '',
          },
        },
      );
    };
    practised('install-agent', '--accept-eula');
    try {
      practised(
        'set-dpm-server',
        ...['--auth', 'ntlm', '--dpm-server-name', 'Server01', '--ps-name', wrongPassword],
        ...['--user-name', wrongPassword.toLowerCase(), '--handover-folder', hostOf(wrongPassword).folder],
      );
    } catch (error) {
      // 6: the DPM server has the next step.
      expect((error as { status: number }).status).toBe(6);
    }
    await hosts.down(hostOf(down));
    const played = await world.play(['-vvv', '-e', 'dpm_prep_continue=true']);
    await hosts.up(hostOf(down));
    const bad = [noInstaller, down, wrongPassword].sort();
    expect(failedIn(played), played.output.slice(-6000)).toEqual(bad);
    expect(world.attached()).toEqual(computers.filter((name) => !bad.includes(name)));
    const lines = (state: string): number => played.report.filter((line) => line.includes(state)).length;
    expect(lines('attached  attached')).toBe(7);
    expect(played.report.find((line) => line.startsWith(down))).toContain('could not be reached');
    expect(played.report.find((line) => line.startsWith(wrongPassword))).toMatch(/failed\s+.*password/i);
    expect(played.output).not.toContain(secret);
    expect(played.sightings).toEqual([]);
  });

  test('mended and run again, the rest is done and nothing twice', async () => {
    world.repair();
    const played = await world.play([
      '--limit',
      `Server01,${[first, ...rest].filter((name) => name !== wrongPassword).join(',')},localhost`,
    ]);
    expect(played.output).not.toContain(secret);
    expect(failedIn(played), played.output.slice(-6000)).toEqual([]);
    expect(changedIn(played)).toEqual([noInstaller, down]);
    expect(world.attached()).toEqual(computers.filter((name) => name !== wrongPassword));
  });

  test('once more, and nothing changes', async () => {
    const before = world.tools().length;
    const played = await world.play([
      '--limit',
      `Server01,${[first, ...rest].filter((name) => name !== wrongPassword).join(',')},localhost`,
    ]);
    expect(failedIn(played), played.output.slice(-6000)).toEqual([]);
    expect(changedIn(played)).toEqual([]);
    expect(played.exitCode).toBe(0);
    expect(played.recap.get('Server01')?.changed).toBe(0);
    expect(world.tools().length).toBe(before);
  });
});

describe('cut off half-way', () => {
  test('and run again, each computer is attached once', async () => {
    const names = computers.slice(0, 6);
    const world = await newWorld('cut', names);
    const cut = await world.play([], (output, child) => {
      if (output.includes('TASK [dpm_prep : Attached]') || world.attached().length >= 2)
        process.kill(-(child.pid ?? 0), 'SIGKILL');
    });
    expect(cut.exitCode).toBe(null);
    for (let tries = 0; tries < 100 && hosts.processes().length > 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 200));
    expect(world.attached().length).toBeLessThan(names.length);
    const again = await world.play();
    expect(failedIn(again), again.output.slice(-6000)).toEqual([]);
    expect(world.attached()).toEqual(names);
    const attaches = world.tools().filter(({ tool }) => tool.startsWith('Attach-'));
    expect(attaches.length).toBe(names.length);
  });
});

describe('secrets', () => {
  test('no file on the hosts or on the control machine holds one', () => {
    expect(filesWithSecret()).toEqual([]);
  });
});

describe('the role itself', () => {
  test('ansible-lint finds nothing, in its production profile', () => {
    execFileSync('ansible-lint', ['--offline', '--profile', 'production', '--strict'], {
      cwd: ansibleFolder,
      encoding: 'utf8',
      env: { ...process.env, HOME: home },
    });
  });

  test('yamllint finds nothing', () => {
    execFileSync('yamllint', ['--strict', '.'], { cwd: ansibleFolder, encoding: 'utf8' });
  });
});
