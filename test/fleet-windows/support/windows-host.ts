import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { hostEnvironment } from '../../windows/support/dpm.js';
import type { WindowsComputer } from '../../windows/support/wine.js';

/*
 * A computer under Wine as Ansible sees a Windows host by SSH: Linux's SSH server, whose only shell is the console host of
 * PowerShell in the Wine prefix (login.sh). Needs root: its sftp has a mount namespace of its own.
 */

const powershellModules = 'C:\\windows\\system32\\WindowsPowerShell\\v1.0\\Modules';

/** A port of the loopback that nobody has just now. */
const freePort = async (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });

const answers = async (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port, timeout: 2_000 });
    const end = (result: boolean) => () => {
      socket.destroy();
      resolve(result);
    };
    socket.once('data', end(true)).once('error', end(false)).once('timeout', end(false));
  });

export class WindowsHost {
  readonly computer: WindowsComputer;
  readonly port: number;
  readonly key: string;
  readonly #server: ChildProcess;

  private constructor(computer: WindowsComputer, port: number, key: string, server: ChildProcess) {
    this.computer = computer;
    this.port = port;
    this.key = key;
    this.#server = server;
  }

  /** Starts the computer and its SSH server. `folder`: for its keys, of nobody else. */
  static async start(computer: WindowsComputer, folder: string): Promise<WindowsHost> {
    cpSync(join(import.meta.dirname, 'WineNames'), computer.place(`${powershellModules}\\WineNames`), {
      recursive: true,
    });
    mkdirSync(computer.place('C:\\users\\root'), { recursive: true });
    await computer.boot();
    writeFileSync(
      join(computer.prefix, 'environment'),
      Object.entries({ ...computer.environment, ...hostEnvironment })
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );

    mkdirSync(folder, { recursive: true });
    mkdirSync('/run/sshd', { recursive: true });
    for (const name of ['key', 'host_key'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)]);
    const port = await freePort();
    const config = join(folder, 'sshd_config');
    writeFileSync(
      config,
      [
        `HostKey ${join(folder, 'host_key')}`,
        `AuthorizedKeysFile ${join(folder, 'key.pub')}`,
        'PidFile none',
        'ListenAddress 127.0.0.1',
        `Port ${String(port)}`,
        'PermitRootLogin prohibit-password',
        'PasswordAuthentication no',
        'UsePAM no',
        'StrictModes no',
        'Subsystem sftp /usr/lib/openssh/sftp-server',
        `ForceCommand sh '${join(import.meta.dirname, 'login.sh')}' '${computer.prefix}'`,
        '',
      ].join('\n'),
    );
    const server = spawn(
      'unshare',
      ['--uts', 'sh', '-c', 'hostname "$0" && exec /usr/sbin/sshd -D -e -f "$1"', computer.name, config],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    server.stderr.on('data', (text: Buffer) => {
      appendFileSync(join(folder, 'log'), text);
    });
    for (let tries = 0; tries < 100; tries += 1) {
      if (await answers(port)) return new WindowsHost(computer, port, join(folder, 'key'), server);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    server.kill();
    throw new Error(`The SSH server of ${computer.name} does not answer.`);
  }

  /** What an inventory says of it. */
  get variables(): Readonly<Record<string, unknown>> {
    return {
      ansible_connection: 'ssh',
      ansible_shell_type: 'powershell',
      ansible_user: 'root',
      ansible_host: '127.0.0.1',
      ansible_port: this.port,
      ansible_ssh_private_key_file: this.key,
      ansible_ssh_common_args: '-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR',
    };
  }

  async end(): Promise<void> {
    this.#server.kill();
    await this.computer.end();
  }
}

/** Where Debian has the collections of Ansible. */
export const systemCollections = '/usr/lib/python3/dist-packages';

/**
 * A copy of the collection ansible.windows for PowerShell 7: version 1.14 has two C# files that use what .NET calls
 * obsolete, and takes the warning for an error. Windows PowerShell does not warn. Returns ANSIBLE_COLLECTIONS_PATH.
 */
export const windowsCollection = (folder: string): string => {
  const collection = join(folder, 'ansible_collections/ansible/windows');
  cpSync(join(systemCollections, 'ansible_collections/ansible/windows'), collection, {
    recursive: true,
    dereference: true,
  });
  const sources = join(collection, 'plugins/module_utils');
  for (const name of readdirSync(sources).filter((file) => /^(?:Process|SCManager)\.cs$/.test(file)))
    appendFileSync(join(sources, name), '\n//NoWarn -Name SYSLIB0004 -CLR Core\n');
  return `${folder}:${systemCollections}`;
};
