import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why no network namespace can be made here; null: it can. */
export const noNamespaces = ((): string | null => {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root';
  for (const [program, flag] of [
    ['ip', '-V'],
    ['nft', '-v'],
  ] as const) {
    if (spawnSync(program, [flag]).status !== 0) return `needs ${program}`;
  }
  const name = `dpm-prep-${String(process.pid)}`;
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return 'this system makes no network namespace';
  const filters = spawnSync('ip', ['netns', 'exec', name, 'nft', 'list', 'ruleset']).status === 0;
  spawnSync('ip', ['netns', 'delete', name]);
  return filters ? null : 'nftables does not work here';
})();

/** One of two computers on a network of their own. */
export class Namespace {
  readonly name: string;
  readonly address: string;
  readonly #etc: string;
  readonly #children: ChildProcess[] = [];

  constructor(short: string, address: string) {
    this.name = `dpm-prep-${String(process.pid)}-${short}`;
    this.address = address;
    this.#etc = join('/etc/netns', this.name);
    execFileSync('ip', ['netns', 'add', this.name]);
    mkdirSync(this.#etc, { recursive: true });
  }

  /** Joins two of them by a cable. */
  static connect(one: Namespace, other: Namespace): void {
    execFileSync('ip', [
      ...['link', 'add', 'net0', 'netns', one.name, 'type', 'veth'],
      ...['peer', 'name', 'net0', 'netns', other.name],
    ]);
    for (const end of [one, other]) {
      const ip = (...words: readonly string[]): void => {
        execFileSync('ip', ['-n', end.name, ...words]);
      };
      ip('address', 'add', `${end.address}/24`, 'dev', 'net0');
      ip('link', 'set', 'lo', 'up');
      ip('link', 'set', 'net0', 'up');
    }
  }

  /** The hosts file, and which name server is asked for what does not stand there. */
  resolveBy(hosts: Readonly<Record<string, string>>, nameServer: string): void {
    const lines = Object.entries(hosts).map(([name, address]) => `${address} ${name}\n`);
    writeFileSync(join(this.#etc, 'hosts'), ['127.0.0.1 localhost\n', ...lines].join(''));
    writeFileSync(join(this.#etc, 'resolv.conf'), `nameserver ${nameServer}\n`);
  }

  /** What the firewall of this computer does with what comes in, in the words of nftables; everything else is let in. */
  filter(...rules: readonly string[]): void {
    const ruleset = [
      'flush ruleset',
      'table inet filter {',
      'chain input {',
      'type filter hook input priority 0',
      ...rules,
      '}',
      '}',
      '',
    ].join('\n');
    execFileSync('ip', ['netns', 'exec', this.name, 'nft', '-f', '-'], { input: ruleset });
  }

  /** Runs a Node program there, and gives back what it printed. */
  run(args: readonly string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.name, process.execPath, ...args], { encoding: 'utf8' });
  }

  /** Starts a Node program there, and waits until it says that it is ready. */
  async start(args: readonly string[]): Promise<ChildProcess> {
    const child = spawn('ip', ['netns', 'exec', this.name, process.execPath, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#children.push(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => {
        resolve();
      });
      child.once('exit', (code) => {
        reject(new Error(`ended with ${String(code)}`));
      });
    });
    return child;
  }

  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    spawnSync('ip', ['netns', 'delete', this.name]);
    rmSync(this.#etc, { recursive: true, force: true });
  }
}
