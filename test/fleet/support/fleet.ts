import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readLog } from '../../../src/rehearsal/log.js';
import { readState } from '../../../src/rehearsal/store.js';
import { openWorld, type World } from '../../../src/rehearsal/world.js';
import { Hosts, type Host } from './hosts.js';
import { play, type Played, type PlayOptions } from './playbook.js';

const root = join(import.meta.dirname, '..', '..', '..');

/** In every password of this suite, and nowhere else. */
export const secret = 'Fleet-Secret-7731';
/** Of the account that the computer's agent uses, as the vault has it. */
export const passwordOf = (name: string): string => `${secret}-${name}!`;

/** The generation after that: what rotate.yml changes it to. */
export const newPasswordOf = (name: string): string => `${secret}-${name}-new!`;
export const generations = { old: '2026-05', new: '2026-11' } as const;

export const serverName = 'Server01';
export const computerNames = Array.from(
  { length: 10 },
  (_, index) => `Finance${String(index + 1).padStart(2, '0')}`,
);

export interface WorldOptions {
  readonly name: string;
  /** Which of the hosts; all: not given. */
  readonly computers?: readonly string[];
  readonly faults?: readonly string[];
  readonly auth?: 'ntlm' | 'certificate';
  /** Another program than ours on the hosts. */
  readonly program?: string;
  /** Variables of the inventory, beside those of every world. */
  readonly vars?: Readonly<Record<string, unknown>>;
}

export interface ProgramRun {
  readonly exitCode: number;
  readonly stdout: string;
}

/** One practice world and the inventory that Ansible reaches its hosts by. */
export class FleetWorld {
  constructor(
    readonly world: World,
    private readonly fleet: Fleet,
    private readonly inventory: string,
    private readonly name: string,
  ) {}

  async play(
    args: readonly string[] = [],
    onOutput?: PlayOptions['onOutput'],
    playbook?: string,
  ): Promise<Played> {
    return play({
      ...(playbook === undefined ? {} : { playbook }),
      inventory: this.inventory,
      home: this.fleet.home,
      secret,
      args,
      ...(onOutput === undefined ? {} : { onOutput }),
    });
  }

  /** Plays renew.yml. */
  async playRenewal(args: readonly string[] = [], onOutput?: PlayOptions['onOutput']): Promise<Played> {
    return this.play(args, onOutput, 'renew.yml');
  }

  /** Plays for these computers and the DPM server alone. */
  async playFor(computers: readonly string[], args: readonly string[] = []): Promise<Played> {
    return this.play(['--limit', ['dpm_prep_server', ...computers].join(','), ...args]);
  }

  /** Runs the program on a host by hand, beside Ansible. */
  async run(host: string, args: readonly string[], password = ''): Promise<ProgramRun> {
    const [command = '', ...rest] = args;
    const running = promisify(execFile)(this.fleet.program, [
      command,
      ...['--rehearse', '--world', this.world.folder, '--on', host, '--yes', '--no-input', '--json'],
      ...['--state-dir', this.fleet.stateFolder(host, this.name), ...rest],
    ]);
    running.child.stdin?.end(`${password}\n`);
    try {
      return { exitCode: 0, stdout: (await running).stdout };
    } catch (error) {
      const { code, stdout } = error as { code: number; stdout: string };
      return { exitCode: code, stdout };
    }
  }

  /** Names of the computers that the practice DPM server lists, sorted; one that is listed twice stands there twice. */
  attached(): readonly string[] {
    const { records = [] } = readState(this.world.folder, serverName).server ?? {};
    return records.map((record) => record.computer).sort();
  }

  /** Every tool that was started in this world. */
  tools(): readonly string[] {
    return readLog(this.world.folder)
      .filter(({ event }) => event === 'started')
      .map(({ tool }) => tool);
  }
}

/** One practice DPM server and ten practice computers, each a host of its own that Ansible reaches by SSH. */
export class Fleet {
  readonly folder = mkdtempSync(join(tmpdir(), 'dpm-prep-fleet-'));
  readonly hosts = new Hosts(this.folder, [serverName, ...computerNames]);
  /** Home of the person at the control machine. */
  readonly home = join(this.folder, 'control');
  /** What a host calls dpm-prep: the npm package, unpacked. */
  readonly program = join(this.folder, 'dpm-prep');

  async start(): Promise<void> {
    mkdirSync(this.home, { recursive: true });
    writeFileSync(join(this.home, 'vault-password'), 'vault\n', { mode: 0o600 });
    this.#unpack();
    await this.hosts.start();
  }

  stop(): void {
    this.hosts.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  host(name: string): Host {
    const host = this.hosts.all.find((each) => each.name === name);
    if (host === undefined) throw new Error(`There is no host ${name}.`);
    return host;
  }

  stateFolder(host: string, world: string): string {
    return join(this.host(host).folder, `${world}-state`);
  }

  #unpack(): void {
    const packed = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', this.folder], {
        cwd: root,
        encoding: 'utf8',
        stdio: 'pipe',
      }),
    ) as Record<string, { filename: string }>;
    const [{ filename } = { filename: '' }] = Object.values(packed);
    execFileSync('tar', ['-xzf', join(this.folder, filename), '-C', this.folder]);
    // Node.js may stand where a login by SSH does not look for it.
    const script = join(this.folder, 'package', 'bin', 'dpm-prep.js');
    writeFileSync(this.program, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`, { mode: 0o755 });
  }

  /** A new practice world and its inventory. Passwords are in a vault. */
  async world(options: WorldOptions): Promise<FleetWorld> {
    const { name, computers = computerNames, auth = 'ntlm' } = options;
    const place = join(this.folder, name);
    const inventory = join(place, 'inventory');
    mkdirSync(join(inventory, 'group_vars', 'all'), { recursive: true });
    const world = await openWorld({
      folder: join(place, 'world'),
      dpmServer: serverName,
      computers,
      faults: options.faults ?? [],
    });
    const made = new FleetWorld(world, this, inventory, name);
    const { thumbprints, roots } =
      auth === 'certificate' ? await this.#certificates(made) : { thumbprints: {}, roots: [] };
    const entry = (host: Host, more: Record<string, unknown>): Record<string, unknown> => ({
      ansible_host: host.address,
      ansible_ssh_private_key_file: host.key,
      ansible_remote_tmp: join(host.folder, 'ansible-tmp'),
      dpm_prep_folder: join(host.folder, name),
      dpm_prep_state_dir: this.stateFolder(host.name, name),
      dpm_prep_thumbprint: thumbprints[host.name] ?? '',
      ...more,
    });
    const vars = {
      ansible_user: 'root',
      ansible_python_interpreter: '/usr/bin/python3',
      ansible_ssh_common_args: '-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR',
      dpm_prep_rehearse: true,
      dpm_prep_import_root: roots,
      dpm_prep_world: world.folder,
      dpm_prep_program: options.program ?? this.program,
      dpm_prep_auth: auth,
      dpm_prep_dpm_server_name: serverName,
      dpm_prep_accept_eula: true,
      dpm_prep_handover_folder: join(place, 'handover'),
      ...options.vars,
    };
    const ntlm = (computer: string): Record<string, unknown> => ({
      dpm_prep_user_name: computer.toLowerCase(),
      dpm_prep_password: `{{ vault_${computer.toLowerCase()} }}`,
      dpm_prep_passwords: {
        [generations.old]: `{{ vault_${computer.toLowerCase()} }}`,
        [generations.new]: `{{ vault_${computer.toLowerCase()}_new }}`,
      },
    });
    const children = {
      dpm_prep_server: { hosts: { [serverName]: entry(this.host(serverName), {}) } },
      dpm_prep_computers: {
        hosts: Object.fromEntries(
          computers.map((each) => [each, entry(this.host(each), auth === 'ntlm' ? ntlm(each) : {})]),
        ),
      },
    };
    // YAML is a superset of JSON.
    writeFileSync(join(inventory, 'hosts.yml'), JSON.stringify({ all: { vars, children } }));
    this.#vault(join(inventory, 'group_vars', 'all', 'vault.yml'), computers);
    return made;
  }

  #vault(path: string, computers: readonly string[]): void {
    const passwords = computers.flatMap((each) => [
      [`vault_${each.toLowerCase()}`, passwordOf(each)],
      [`vault_${each.toLowerCase()}_new`, newPasswordOf(each)],
    ]);
    execFileSync(
      'ansible-vault',
      ['encrypt', '--vault-password-file', join(this.home, 'vault-password'), '--output', path],
      {
        input: JSON.stringify(Object.fromEntries(passwords)),
        stdio: 'pipe',
        env: { PATH: process.env.PATH, HOME: this.home },
      },
    );
  }

  /** A certificate of its practice authority in the store of each computer: thumbprints by name, and the roots. */
  async #certificates(made: FleetWorld): Promise<{
    readonly thumbprints: Readonly<Record<string, string>>;
    readonly roots: readonly string[];
  }> {
    const enrolled = Object.entries(await made.world.enrol());
    for (const [host, { pfx, password }] of enrolled) {
      const { exitCode, stdout } = await made.run(
        host,
        ['import-cert', pfx, '--install-chain', '--password-stdin'],
        password,
      );
      if (exitCode !== 0) throw new Error(`The certificate of ${host} was not imported: ${stdout}`);
    }
    return {
      thumbprints: Object.fromEntries(enrolled.map(([host, { thumbprint }]) => [host, thumbprint])),
      roots: [...new Set(enrolled.map(([, { root }]) => root))],
    };
  }

  /** Every file of the hosts, the control machine and the practice worlds that holds a password. */
  filesWithSecret(): readonly string[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => readFileSync(path, 'latin1').includes(secret));
  }
}

/** Hosts that Ansible counts as failed or could not reach, sorted. */
export const failedIn = ({ recap }: Played): readonly string[] =>
  [...recap]
    .filter(([, { failed, unreachable }]) => failed + unreachable > 0)
    .map(([name]) => name)
    .sort();

/** Hosts with a change, sorted. */
export const changedIn = ({ recap }: Played): readonly string[] =>
  [...recap]
    .filter(([, { changed }]) => changed > 0)
    .map(([name]) => name)
    .sort();

/** The end of what Ansible printed, for a failing test. */
export const tail = ({ output }: Played): string => output.slice(-6000);
