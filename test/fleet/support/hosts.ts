import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';

export interface Host {
  readonly name: string;
  readonly address: string;
  /** Everything of this host on disk: keys, program's state, Ansible's temporary files. */
  readonly folder: string;
  readonly key: string;
}

const ip = (...args: readonly string[]): void => {
  execFileSync('ip', args, { stdio: 'pipe' });
};

/** For cleaning up: what was never made cannot be deleted. */
const quietly = (...args: readonly string[]): void => {
  try {
    ip(...args);
  } catch {
    // It was never made.
  }
};

const kill = (id: number): void => {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
};

const commandOf = (id: number): string => {
  try {
    return readFileSync(`/proc/${String(id)}/comm`, 'utf8').trim();
  } catch {
    // It has ended.
    return 'sshd';
  }
};

const isAlive = (id: number): boolean => {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const linesOf = (...args: readonly string[]): readonly string[] =>
  execFileSync('ip', args, { encoding: 'utf8', stdio: 'pipe' }).split('\n');

/** Of runs that were killed: their process ids are in the names of what they made, and those processes are gone. */
export const removeLeftovers = (): void => {
  const isLeft = (id: string | undefined): boolean => id !== undefined && !isAlive(Number(id));
  for (const [name = ''] of linesOf('netns', 'list').map((line) => line.split(' '))) {
    if (!isLeft(/^fl(\d+)-/.exec(name)?.[1])) continue;
    for (const id of linesOf('netns', 'pids', name).filter((line) => line !== '')) kill(Number(id));
    quietly('netns', 'delete', name);
  }
  for (const line of linesOf('-o', 'link', 'show', 'type', 'bridge')) {
    const [, name = '', id] = /^\d+: (fl(\d+)):/.exec(line) ?? [];
    if (isLeft(id)) quietly('link', 'delete', name);
  }
};

const answers = async (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: address, port: 22, timeout: 500 });
    const end = (result: boolean) => () => {
      socket.destroy();
      resolve(result);
    };
    socket.once('data', end(true)).once('error', end(false)).once('timeout', end(false));
  });

/**
 * Hosts of our own: each a network namespace with an address, an SSH server and a key of its own, on one bridge. Names on
 * the machine carry our process id, so that nobody else's are touched. Needs root.
 */
export class Hosts {
  readonly all: readonly Host[];
  readonly #id = String(process.pid);
  readonly #bridge = `fl${this.#id}`;
  readonly #servers = new Map<string, ChildProcess>();

  /** A network of its own, so that two runs on one machine do not answer each other. */
  readonly #network = `198.${String(18 + (Math.floor(process.pid / 256) % 2))}.${String(process.pid % 256)}`;

  constructor(folder: string, names: readonly string[]) {
    this.all = names.map((name, index) => ({
      name,
      address: `${this.#network}.${String(index + 10)}`,
      folder: join(folder, name),
      key: join(folder, name, 'key'),
    }));
  }

  #namespace(host: Host): string {
    return `${this.#bridge}-${String(this.all.indexOf(host))}`;
  }

  async start(): Promise<void> {
    removeLeftovers();
    // Where Debian's SSH server separates its privileges.
    mkdirSync('/run/sshd', { recursive: true });
    ip('link', 'add', this.#bridge, 'type', 'bridge');
    ip('addr', 'add', `${this.#network}.1/24`, 'dev', this.#bridge);
    ip('link', 'set', this.#bridge, 'up');
    for (const [index, host] of this.all.entries()) {
      const namespace = this.#namespace(host);
      const link = `${this.#bridge}x${String(index)}`;
      ip('netns', 'add', namespace);
      ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
      ip('link', 'set', link, 'master', this.#bridge, 'up');
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
      ip('-n', namespace, 'addr', 'add', `${host.address}/24`, 'dev', 'eth0');
      ip('-n', namespace, 'link', 'set', 'eth0', 'up');
      mkdirSync(host.folder, { recursive: true });
      for (const key of ['key', 'host_key'])
        execFileSync('ssh-keygen', [
          '-q',
          '-t',
          'ed25519',
          '-N',
          '',
          '-C',
          host.name,
          '-f',
          join(host.folder, key),
        ]);
      writeFileSync(
        join(host.folder, 'sshd_config'),
        [
          `HostKey ${join(host.folder, 'host_key')}`,
          `AuthorizedKeysFile ${host.key}.pub`,
          `PidFile ${join(host.folder, 'sshd.pid')}`,
          `ListenAddress ${host.address}`,
          'PermitRootLogin prohibit-password',
          'PasswordAuthentication no',
          'UsePAM no',
          'StrictModes no',
          'Subsystem sftp internal-sftp',
          // A home of its own: what the person at this machine runs at every login is not part of the host.
          `SetEnv HOME=${host.folder}`,
          // Ten at once come from one address.
          'MaxStartups 100',
          '',
        ].join('\n'),
      );
      chmodSync(host.key, 0o600);
    }
    await Promise.all(this.all.map(async (host) => this.up(host)));
  }

  async up(host: Host): Promise<void> {
    if (this.#servers.has(host.name)) return;
    const child = spawn(
      'ip',
      [
        'netns',
        'exec',
        this.#namespace(host),
        '/usr/sbin/sshd',
        '-D',
        '-e',
        '-f',
        join(host.folder, 'sshd_config'),
      ],
      { stdio: 'ignore' },
    );
    this.#servers.set(host.name, child);
    for (let tries = 0; tries < 100; tries += 1) {
      if (await answers(host.address)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`The SSH server of ${host.name} does not answer.`);
  }

  /** The host is gone: nothing listens there, and open connections are cut. */
  down(host: Host): void {
    this.#servers.delete(host.name);
    for (const id of this.#processes(host)) kill(id);
  }

  stop(): void {
    for (const host of this.all) {
      this.down(host);
      quietly('netns', 'delete', this.#namespace(host));
    }
    quietly('link', 'delete', this.#bridge);
  }

  /** Process ids on a host; none where there is no such host. */
  #processes(host: Host): readonly number[] {
    try {
      return execFileSync('ip', ['netns', 'pids', this.#namespace(host)], { encoding: 'utf8', stdio: 'pipe' })
        .split('\n')
        .filter((line) => line !== '')
        .map(Number);
    } catch {
      return [];
    }
  }

  /** Processes that run on the hosts, those of the SSH servers left out. */
  working(): readonly number[] {
    return this.all.flatMap((host) => this.#processes(host)).filter((id) => commandOf(id) !== 'sshd');
  }
}
