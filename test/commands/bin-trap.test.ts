import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { credentialFileName } from '../../src/dpm/credential-file.js';
import { handoverFileName } from '../../src/dpm/handover.js';
import {
  byHand,
  certificateWorld,
  computerName,
  configureServer,
  copyOf,
  copyOnServer,
  dpmServer,
  hostPath,
  inTemp,
  listedIn,
  onPractice,
  onServer,
  ownBin,
  sha256Of,
  writeHandoverFile,
} from '../support/certificate-world.js';
import { document, launcher, type CliResult } from '../support/cli.js';
import { changeWorld } from '../../src/rehearsal/store.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('bin-trap');
const template = join(folder, 'template');
const attachedCount = 49;
const [fresh, attached] = [computerName(50), computerName(1)];
const all = Array.from({ length: attachedCount }, (_, n) => computerName(n + 1));
const freshBin = credentialFileName(fresh);
const script = 'Attach-ProductionServerWithCertificate.ps1';

let count = 0;
const newWorld = (): string => {
  count += 1;
  return copyOf(template, join(folder, `world-${String(count)}`));
};

const scriptRan = (world: string): boolean => {
  const log = join(world, 'log.jsonl');
  return existsSync(log) && logText(log).includes(`"${script}"`);
};
const logText = (path: string): string => readFileSync(path, 'utf8');

const named = (file: string, ...more: readonly string[]): readonly string[] => [
  ...['attach', '--auth', 'certificate', '--dpm-server-name', dpmServer, '--ps-name', fresh],
  ...['--ps-credential', file, ...more],
];
const handed = (...more: readonly string[]): readonly string[] => [
  ...['attach', '--handover', inTemp(handoverFileName(fresh)), ...more],
];

beforeAll(async () => {
  const world = await certificateWorld({
    folder: template,
    count: attachedCount + 1,
    attached: attachedCount,
  });
  rmSync(onServer(template, ownBin));
  await configureServer(world);
  for (const name of [fresh, attached]) {
    writeHandoverFile(template, name, { dpmServerCredential: ownCredential() });
  }
}, 120_000);

const ownCredential = () => ({ name: ownBin, sha256: sha256Of(onServer(template, ownBin)) });

/** What somebody did to the files, and the command line that he then types. */
type Way = readonly [what: string, words: (world: string) => readonly string[], why: RegExp, code: 2 | 3];

const ways: readonly Way[] = [
  ["the DPM server's own .bin, and --yes", () => named(inTemp(ownBin)), /own credential file/, 3],
  [
    'the own .bin, and the name confirmed',
    () => named(inTemp(ownBin), '--confirm', fresh),
    /own credential file/,
    3,
  ],
  [
    'the own .bin under the name of the computer’s, and the name confirmed',
    (world) => {
      copyOnServer(world, ownBin, freshBin);
      return named(inTemp(freshBin), '--confirm', fresh);
    },
    /set-credentials wrote the same content/,
    3,
  ],
  [
    'the own .bin renamed, and no longer anywhere else on the disk',
    (world) => {
      copyOnServer(world, ownBin, freshBin);
      rmSync(onServer(world, ownBin));
      return named(inTemp(freshBin), '--confirm', fresh);
    },
    /set-credentials wrote the same content/,
    3,
  ],
  [
    'the own .bin renamed, the journal lost, the original still there',
    (world) => {
      copyOnServer(world, ownBin, freshBin);
      rmSync(join(world, 'machines', dpmServer, 'dpm-prep'), { recursive: true });
      return named(inTemp(freshBin), '--confirm', fresh);
    },
    /its content is the same as/,
    3,
  ],
  [
    'the own .bin renamed, the journal lost and the original gone',
    (world) => {
      copyOnServer(world, ownBin, freshBin);
      rmSync(onServer(world, ownBin));
      rmSync(join(world, 'machines', dpmServer, 'dpm-prep'), { recursive: true });
      return named(inTemp(freshBin), '--confirm', fresh);
    },
    /needs the handover file/,
    3,
  ],
  [
    'the own .bin copied over the computer’s, with the handover file',
    (world) => {
      copyOnServer(world, ownBin, freshBin);
      return handed();
    },
    /own credential file/,
    3,
  ],
  [
    'the own .bin copied over, the journal lost and the original gone, with the handover file',
    (world) => {
      copyOnServer(world, ownBin, freshBin);
      rmSync(onServer(world, ownBin));
      rmSync(join(world, 'machines', dpmServer, 'dpm-prep'), { recursive: true });
      return handed();
    },
    /handover file says so/,
    3,
  ],
  [
    'the own .bin named on the command line, with the handover file',
    () => handed('--ps-credential', inTemp(ownBin)),
    /own credential file/,
    3,
  ],
  [
    'the own .bin by its bare name, where the script itself looks',
    (world) => {
      const system = hostPath(world, dpmServer, `C:\\Windows\\System32\\${ownBin}`);
      writeFileSync(system, readFileSync(onServer(world, ownBin)));
      rmSync(onServer(world, ownBin));
      return named(ownBin, '--confirm', fresh);
    },
    /own credential file/,
    3,
  ],
  [
    'an own .bin that was made by hand, elsewhere, under its own name',
    (world) => {
      const made = 'C:\\Elsewhere';
      mkdirSync(hostPath(world, dpmServer, made), { recursive: true });
      const path = `${made}\\${ownBin}`;
      writeFileSync(hostPath(world, dpmServer, path), '{"made": "by hand"}');
      return named(path, '--confirm', fresh);
    },
    /needs the handover file/,
    3,
  ],
  [
    'a handover file that has not been on the computer yet',
    (world) => {
      writeHandoverFile(world, fresh, { writtenBy: 'dpm-server', protectedComputerCredential: null });
      return handed('--ps-credential', inTemp(freshBin));
    },
    /has not completed it yet/,
    3,
  ],
  [
    'the handover file of another computer',
    () => [
      ...['attach', '--handover', inTemp(handoverFileName(attached))],
      ...['--ps-credential', inTemp(freshBin)],
    ],
    /not the file that fin001\.widgets\.corp\.com made/,
    3,
  ],
  [
    'the handover file of another computer, and the name of this one',
    () => [
      ...['attach', '--handover', inTemp(handoverFileName(attached)), '--ps-name', fresh],
      ...['--ps-credential', inTemp(freshBin)],
    ],
    /--ps-name says/,
    2,
  ],
  [
    'the right file, no handover file, and --yes alone',
    () => named(inTemp(freshBin)),
    /needs the handover file/,
    3,
  ],
  [
    'the right file and another name confirmed',
    () => named(inTemp(freshBin), '--confirm', attached),
    /needs the handover file/,
    3,
  ],
  [
    'the right file under a name that says nothing',
    (world) => {
      copyOnServer(world, freshBin, 'credential.bin');
      return named(inTemp('credential.bin'), '--confirm', fresh);
    },
    /needs the handover file/,
    3,
  ],
];

describe('the .bin trap', () => {
  it.each(ways)('%s: refused, and no computer is lost', async (_what, prepare, why, code) => {
    const world = newWorld();
    const result = await onPractice(world, prepare(world));
    expect(listedIn(world)).toEqual(all);
    expect(scriptRan(world)).toBe(false);
    expect(result.code, result.stdout + result.stderr).toBe(code);
    expect(document(result)).toMatchObject({
      changed: false,
      problem: { what: expect.stringMatching(why) as string },
    });
  });

  it.skipIf(process.platform === 'win32')(
    'a link that leads to the own .bin: refused (making a link needs a privilege on Windows)',
    async () => {
      const world = newWorld();
      rmSync(onServer(world, freshBin));
      symlinkSync(onServer(world, ownBin), onServer(world, freshBin));
      const result = await onPractice(world, handed('--ps-credential', inTemp(freshBin)));
      expect(result.code, result.stdout).toBe(2);
      expect(result.stdout).toContain('not a plain file');
      expect(listedIn(world)).toEqual(all);
    },
  );

  it('lets the right file through: by handover file, and by one that was written by hand with the name confirmed', async () => {
    for (const [witnessed, more] of [
      [true, []],
      [false, ['--confirm', fresh]],
    ] as const) {
      const world = newWorld();
      writeHandoverFile(world, fresh, { witnessed, dpmServerCredential: ownCredential() });
      const result = await onPractice(world, handed(...more));
      expect(result.code, result.stdout).toBe(0);
      expect(listedIn(world)).toEqual([...all, fresh]);
    }
  });

  it('a file that nobody saw being made: refused without the name', async () => {
    const world = newWorld();
    writeHandoverFile(world, fresh, { witnessed: false, dpmServerCredential: ownCredential() });
    const result = await onPractice(world, handed());
    expect(result.code, result.stdout).toBe(3);
    expect(result.stdout).toContain('by name');
    expect(listedIn(world)).toEqual(all);
  });

  it('an inventory of 50 with one own .bin among them: none is attached, none is lost', async () => {
    const world = newWorld();
    copyOnServer(world, ownBin, credentialFileName(computerName(25)));
    const rows = [...all, fresh].map((name) => `${name},${inTemp(handoverFileName(name))}`);
    const inventory = join(world, 'inventory.csv');
    writeFileSync(inventory, ['psName,handover', ...rows].join('\n'));
    const result = await onPractice(world, ['attach', '--inventory', inventory]);
    expect(result.code, result.stdout).toBe(3);
    expect(document(result)).toMatchObject({
      changed: false,
      problem: {
        what: expect.stringContaining('1 of 50') as string,
        fix: [expect.stringContaining(computerName(25)) as string],
      },
    });
    expect(listedIn(world)).toEqual(all);
    expect(scriptRan(world)).toBe(false);
  });

  it('an inventory never stands for a typed name', async () => {
    const world = newWorld();
    const inventory = join(world, 'inventory.csv');
    writeFileSync(inventory, `psName,method,psCredential\n${fresh},certificate,${inTemp(freshBin)}\n`);
    const result = await onPractice(world, [
      ...['attach', '--inventory', inventory, '--dpm-server-name', dpmServer, '--confirm', fresh],
    ]);
    expect(result.code, result.stdout).toBe(3);
    expect(listedIn(world)).toEqual(all);
  });
});

/** A false handover file: it names a .bin of the DPM server, made by hand, as the computer's. */
const lyingHandover = async (world: string): Promise<void> => {
  mkdirSync(hostPath(world, dpmServer, 'C:\\Elsewhere'), { recursive: true });
  const made = await byHandCmdlet(world);
  expect(made.code, made.stdout).toBe(0);
  renameSync(hostPath(world, dpmServer, `C:\\Elsewhere\\${ownBin}`), onServer(world, freshBin));
  writeHandoverFile(world, fresh, { dpmServerCredential: ownCredential() });
};

interface Problem {
  readonly problem: { readonly what: string; readonly fix: readonly string[] };
}
const problemOf = (result: CliResult): Problem['problem'] => (document(result) as unknown as Problem).problem;

/** Leaves only so many of the attached computers in the DPM server's list. */
const keepOnly = async (world: string, count: number): Promise<void> =>
  changeWorld(world, (draft) => {
    const { server } = draft.of({ id: dpmServer });
    if (server) server.records = server.records.slice(0, count);
  });

describe('after the trap has sprung', () => {
  it('exits with 5, names each lost computer with what attaches it again, and refuses the file permanently', async () => {
    const world = newWorld();
    await lyingHandover(world);
    const result = await onPractice(world, handed());
    expect(result.code, result.stdout).toBe(5);
    const { what, fix } = problemOf(result);
    expect(what).toContain('COMPUTERS ARE MISSING');
    for (const name of all) {
      expect(what).toContain(name);
      expect(fix.join('\n')).toContain(`dpm-prep attach --handover ${name}.handover.json`);
    }
    expect(fix.join('\n')).not.toMatch(/dpm-prep resume/);

    const resumed = await onPractice(world, ['resume']);
    expect(resumed.code, resumed.stdout).toBe(3);
    expect(problemOf(resumed).what).toContain(attached);

    // Other computers are there again: the same file must not take them away as well.
    const back = await onPractice(world, ['attach', '--handover', inTemp(handoverFileName(attached))]);
    expect(back.code, back.stdout).toBe(0);
    const again = await onPractice(world, handed());
    expect(again.code, again.stdout).toBe(3);
    expect(document(again).changed).toBe(false);
    expect(problemOf(again).what).toMatch(/refused on this DPM server/);
    expect(listedIn(world)).toEqual([attached]);
  }, 60_000);

  it('exits with 5 where exactly one computer is lost', async () => {
    const world = newWorld();
    await keepOnly(world, 1);
    await lyingHandover(world);
    const result = await onPractice(world, handed());
    expect(result.code, result.stdout).toBe(5);
    expect(problemOf(result).what).toMatch(/COMPUTERS ARE MISSING.*: fin001\.widgets\.corp\.com\.$/);
  });

  it('sees the loss also where the run was interrupted before it could', async () => {
    const world = newWorld();
    await lyingHandover(world);
    const child = spawn(process.execPath, [
      ...[launcher, ...handed(), '--rehearse', '--world', world, '--on', 'dpm-server'],
      ...['--yes', '--no-input', '--json'],
    ]);
    const watcher = watch(world, { recursive: true }, () => {
      if (listedIn(world).length === 0) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.on('close', resolve));
    watcher.close();
    expect(listedIn(world)).toEqual([]);
    for (const words of [['resume'], handed()]) {
      const result = await onPractice(world, words);
      expect(result.code, result.stdout).toBe(5);
      expect(problemOf(result).what).toContain('COMPUTERS ARE MISSING');
      expect(problemOf(result).fix.join('\n')).not.toContain('dpm-prep resume');
    }
  }, 60_000);

  it('gives the script the bytes that were checked, whatever is at the path a moment later', async () => {
    const world = newWorld();
    const journal = join(world, 'machines', dpmServer, 'dpm-prep', 'journal.jsonl');
    const child = spawn(process.execPath, [
      ...[launcher, ...handed(), '--rehearse', '--world', world, '--on', 'dpm-server'],
      ...['--yes', '--no-input', '--json'],
    ]);
    const swap = setInterval(() => {
      if (logText(journal).split('"event":"started"').length > startedBefore) {
        copyOnServer(world, ownBin, freshBin);
        clearInterval(swap);
      }
    }, 1);
    const startedBefore = logText(journal).split('"event":"started"').length;
    await new Promise((resolve) => child.on('close', resolve));
    clearInterval(swap);
    expect(listedIn(world)).toEqual(expect.arrayContaining(all));
  });
});

const byHandCmdlet = async (world: string) =>
  byHand(world, 'Set-DPMCredentials', [
    ...['-DPMServerName', dpmServer, '-Type', 'Certificate', '-Action', 'Regenerate'],
    ...['-OutputFilePath', 'C:\\Elsewhere'],
  ]);

describe('without the guards', () => {
  it.each([
    ['the own .bin', ownBin],
    ['a renamed copy of it', freshBin],
  ])('the script called by hand with %s does remove every computer', async (_what, name) => {
    const world = newWorld();
    if (name !== ownBin) copyOnServer(world, ownBin, name);
    const result = await byHand(world, script, [
      ...['-DPMServerName', dpmServer, '-PSCredential', inTemp(name)],
    ]);
    expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('successfully') as string });
    expect(listedIn(world)).toEqual([]);
  });

  it('and with the right file it attaches', async () => {
    const world = newWorld();
    const result = await byHand(world, script, [
      ...['-DPMServerName', dpmServer, '-PSCredential', inTemp(freshBin)],
    ]);
    expect(result.code, result.stdout).toBe(0);
    expect(listedIn(world)).toEqual([...all, fresh]);
  });
});
