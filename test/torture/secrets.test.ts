import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';
import { figure, full } from './support/figure.js';
import {
  copyWorld,
  good,
  procedures,
  setFaults,
  startProcedure,
  stateOf,
  worldBefore,
  type Procedure,
} from './support/practice.js';

const folder = temporaryFolder('secrets');

const withPassword = procedures.filter(({ password }) => password !== null);

/** A password in every form in which it could have slipped out. */
const forms = [...new Set(withPassword.map(({ password }) => password ?? ''))].flatMap((password) => [
  Buffer.from(password),
  Buffer.from(password, 'utf16le'),
  Buffer.from(Buffer.from(password).toString('base64').replace(/=+$/, '')),
  Buffer.from(Buffer.from(password).toString('hex')),
  Buffer.from(encodeURIComponent(password)),
]);
const holds = (bytes: Buffer): boolean => forms.some((form) => bytes.includes(form));

const read = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
};

const filesIn = (path: string): readonly string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

interface Seen {
  processes: Set<string>;
  sightings: string[];
}

/** Parent, process group and session of a process; none where it has ended. */
const familyOf = (id: string): readonly number[] => {
  const stat = read(`/proc/${id}/stat`).toString();
  // The name in brackets may hold anything.
  return stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(' ')
    .slice(1, 4)
    .map(Number);
};

/** Looks at the arguments and the environment of every process of this world, but ours, until told to stop. */
const watchProcesses = async (world: string, own: number, seen: Seen, over: () => boolean): Promise<void> => {
  const forks = new Map<string, number>();
  while (!over()) {
    const ownLine = read(`/proc/${String(own)}/cmdline`);
    for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (Number(id) === own || Number(id) === process.pid) continue;
      const line = read(`/proc/${id}/cmdline`);
      // Other tests run beside this one, and give their own programs a password.
      if (!line.includes(world) && !familyOf(id).includes(own)) continue;
      // Between fork and exec a child still is the image of our program: it is looked at once it is a program of its own,
      // or if it stays what it is.
      if (line.equals(ownLine)) {
        forks.set(id, (forks.get(id) ?? 0) + 1);
        if ((forks.get(id) ?? 0) < 20) continue;
      }
      seen.processes.add(id);
      if (holds(line)) seen.sightings.push(`arguments: ${line.toString().replaceAll('\0', ' ')}`);
      if (holds(read(`/proc/${id}/environ`))) seen.sightings.push(`environment of ${line.toString()}`);
    }
    await sleep(15);
  }
};

const ways = ['file', 'stdin', 'environment'] as const;
const faultOf: Readonly<Record<string, string>> = {
  'set-dpm-server': 'set-dpm-server:success-text-but-fails',
  'update-password there': 'set-dpm-server:success-text-but-fails',
  'update-password here': 'update-info:success-text-but-fails',
  attach: 'attach:success-text-but-fails',
  'import-cert here': 'import-pfx:success-text-but-fails',
  'import-cert there': 'import-pfx:success-text-but-fails',
  'renew-cert there': 'import-pfx:success-text-but-fails',
};

// What the practice authority issued is the world's own: there its PFX has its password beside it.
const worldsOwn = (world: string): string => join(world, 'authority', 'enrolled');

describe.skipIf(process.platform !== 'linux')('4 secrets (needs /proc)', () => {
  const seen: Seen = { processes: new Set(), sightings: [] };
  const modes: string[] = [];
  let runs = 0;

  const secretRun = async (
    procedure: Procedure,
    password: string,
    way: (typeof ways)[number],
    fails: boolean,
  ): Promise<void> => {
    const world = copyWorld(await worldBefore(procedure, folder), join(folder, `run-${String(runs)}`));
    runs += 1;
    if (fails) setFaults(world, [faultOf[procedure.name] ?? '']);
    const file = join(folder, 'password');
    writeFileSync(file, `${password}\n`, { mode: 0o600 });
    const given = {
      file: { words: ['--password-file', file] },
      stdin: { words: ['--password-stdin'], input: `${password}\n` },
      environment: { words: [], environment: { DPM_PREP_PASSWORD: password } },
    }[way];
    const run = startProcedure(procedure, world, {
      words: [...given.words, '--verbose'],
      environment: {
        NODE_DEBUG: 'execa,child_process',
        ...('environment' in given ? given.environment : {}),
      },
      ...('input' in given ? { input: given.input } : {}),
    });
    let over = false;
    const watching = watchProcesses(world, run.child.pid ?? 0, seen, () => over);
    const ended = await run.ended;
    over = true;
    await watching;
    const about = `${procedure.name}, ${way}, ${fails ? 'failing' : 'well'}`;
    expect(fails ? [4, 5] : good, `${about}: ${ended.stdout}${ended.stderr}`).toContain(ended.code);
    if (holds(Buffer.from(ended.stdout))) seen.sightings.push(`standard output: ${about}`);
    if (holds(Buffer.from(ended.stderr))) seen.sightings.push(`standard error: ${about}`);
    for (const path of filesIn(world)) {
      if (!path.startsWith(worldsOwn(world)) && holds(read(path))) seen.sightings.push(`${path}: ${about}`);
    }
    for (const path of [...filesIn(stateOf(procedure, world)), ...filesIn(join(world, 'exchange'))]) {
      if ((statSync(path).mode & 0o077) !== 0) modes.push(path);
    }
    rmSync(world, { recursive: true });
  };

  it.each(withPassword.map((procedure) => [procedure.name, procedure] as const))(
    '%s: no password in arguments, environments, files or outputs, whichever way it is given',
    async (_name, procedure) => {
      for (const [index, way] of ways.entries()) {
        // In short: each way once with a failure or once without; by certificate one way for each procedure.
        const turn = withPassword.indexOf(procedure);
        if (!full && procedure.method === 'certificate' && index !== turn % ways.length) continue;
        for (const fails of [false, true]) {
          if (!full && fails !== ((index + turn) % 2 === 0)) continue;
          await secretRun(procedure, procedure.password ?? '', way, fails);
        }
      }
      expect(seen.sightings).toEqual([]);
      expect(modes).toEqual([]);
    },
  );

  it('was looked at often enough to say so', () => {
    expect(seen.sightings).toEqual([]);
    expect(modes).toEqual([]);
    expect(seen.processes.size).toBeGreaterThan(runs / 2);
    figure(
      '4',
      `Secrets: ${String(runs)} runs of ${String(withPassword.length)} procedures with a password (file, standard input, environment; well and failing; --verbose, --json, NODE_DEBUG=execa), ${String(seen.processes.size)} child processes looked at in /proc, every file of state and world and both outputs searched in 5 encodings: sightings 0; files that others can read 0`,
    );
  });
});
