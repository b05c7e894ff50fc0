import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

interface Recap {
  readonly ok: number;
  readonly changed: number;
  readonly unreachable: number;
  readonly failed: number;
}

export interface Played {
  readonly exitCode: number | null;
  readonly output: string;
  readonly recap: ReadonlyMap<string, Recap>;
  /** The report's lines, one for each computer. */
  readonly report: readonly string[];
  /** Where the secret stood while the playbook ran: `cmdline` or `environ` of a process, and its command. */
  readonly sightings: readonly string[];
}

const recapOf = (output: string): ReadonlyMap<string, Recap> =>
  new Map(
    [...output.matchAll(/^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)/gm)].map(
      ([, name = '', ok, changed, unreachable, failed]) => [
        name,
        {
          ok: Number(ok),
          changed: Number(changed),
          unreachable: Number(unreachable),
          failed: Number(failed),
        },
      ],
    ),
  );

const reportOf = (output: string): readonly string[] => {
  const task = output.split('TASK [dpm_prep : What became of every computer]')[1] ?? '';
  const list = /"msg": (\[[\s\S]*?\n\s*\])/.exec(task)?.[1];
  return list === undefined ? [] : (JSON.parse(list) as string[]);
};

const root = join(import.meta.dirname, '..', '..', '..');
export const ansibleFolder = join(root, 'fleet', 'ansible');

/** Which processes of this machine have a text on their command line or in their environment just now. */
const sightingsOf = (text: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((id) =>
      ['cmdline', 'environ'].flatMap((part) => {
        try {
          if (!readFileSync(`/proc/${id}/${part}`, 'latin1').includes(text)) return [];
          return [`${part} of ${readFileSync(`/proc/${id}/comm`, 'utf8').trim()}`];
        } catch {
          // It has ended.
          return [];
        }
      }),
    );

export interface PlayOptions {
  readonly inventory: string;
  /** Of fleet/ansible; playbook.yml: not given. */
  readonly playbook?: string;
  readonly home: string;
  readonly args?: readonly string[];
  /** Beside what every run gets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Looked for on every command line and in every environment while the playbook runs. */
  readonly secret: string;
  /** Given each piece of output; may end the run. */
  readonly onOutput?: (output: string, child: ChildProcess) => void;
}

/** Plays a playbook of fleet/ansible. */
export const play = async (options: PlayOptions): Promise<Played> => {
  const child = spawn(
    'ansible-playbook',
    ['-i', options.inventory, options.playbook ?? 'playbook.yml', ...(options.args ?? [])],
    {
      cwd: ansibleFolder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        LANG: 'C.UTF-8',
        HOME: options.home,
        ANSIBLE_HOME: join(options.home, '.ansible'),
        ANSIBLE_LOCAL_TEMP: join(options.home, 'tmp'),
        ANSIBLE_FORKS: '6',
        ANSIBLE_HOST_KEY_CHECKING: 'false',
        ANSIBLE_SSH_RETRIES: '0',
        ANSIBLE_TIMEOUT: '20',
        ANSIBLE_NOCOLOR: 'true',
        ANSIBLE_VAULT_PASSWORD_FILE: join(options.home, 'vault-password'),
        ...options.environment,
      },
    },
  );
  let output = '';
  const seen = new Set<string>();
  const watch = setInterval(() => {
    for (const where of sightingsOf(options.secret)) seen.add(where);
  }, 200);
  const take = (piece: Buffer): void => {
    output += piece.toString('utf8');
    options.onOutput?.(output, child);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  clearInterval(watch);
  return { exitCode, output, recap: recapOf(output), report: reportOf(output), sightings: [...seen] };
};
