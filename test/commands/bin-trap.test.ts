import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
import { document } from '../support/cli.js';
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
  const own = { name: ownBin, sha256: sha256Of(onServer(template, ownBin)) };
  for (const name of [fresh, attached]) writeHandoverFile(template, name, { dpmServerCredential: own });
}, 120_000);

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
    /set-credentials made a file of this content/,
    3,
  ],
  [
    'the own .bin renamed, nowhere else on the disk any more',
    (world) => {
      copyOnServer(world, ownBin, freshBin);
      rmSync(onServer(world, ownBin));
      return named(inTemp(freshBin), '--confirm', fresh);
    },
    /set-credentials made a file of this content/,
    3,
  ],
  [
    'the own .bin renamed, the journal lost, the original still there',
    (world) => {
      copyOnServer(world, ownBin, freshBin);
      rmSync(join(world, 'machines', dpmServer, 'dpm-prep'), { recursive: true });
      return named(inTemp(freshBin), '--confirm', fresh);
    },
    /it has the content of/,
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
    /own .bin .*looks like/,
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
    /handover file names it/,
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
    /its name carries/,
    3,
  ],
  [
    'a handover file that has not been on the computer yet',
    (world) => {
      writeHandoverFile(world, fresh, { writtenBy: 'dpm-server', protectedComputerCredential: null });
      return handed('--ps-credential', inTemp(freshBin));
    },
    /has not been on that computer/,
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
    /must be confirmed/,
    3,
  ],
  [
    'the right file and another name confirmed',
    () => named(inTemp(freshBin), '--confirm', attached),
    /was given as confirmation/,
    3,
  ],
  [
    'the right file under a name that says nothing',
    (world) => {
      copyOnServer(world, freshBin, 'credential.bin');
      return named(inTemp('credential.bin'), '--confirm', fresh);
    },
    /Nothing shows/,
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

  it('lets the right file through: by handover file, and confirmed by name', async () => {
    for (const words of [handed(), named(inTemp(freshBin), '--confirm', fresh)]) {
      const world = newWorld();
      const result = await onPractice(world, words);
      expect(result.code, result.stdout).toBe(0);
      expect(listedIn(world)).toEqual([...all, fresh]);
    }
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

  it('what nothing can tell beforehand is said loudly afterwards: exit 5 and the lost computers by name', async () => {
    const world = newWorld();
    const made = hostPath(world, dpmServer, 'C:\\Elsewhere');
    mkdirSync(made, { recursive: true });
    // By hand, so that nothing of dpm-prep knows it; then given the computer's name, and that name confirmed.
    const again = await byHandCmdlet(world);
    expect(again.code, again.stdout).toBe(0);
    renameSync(join(made, ownBin), join(made, freshBin));
    const result = await onPractice(world, named(`C:\\Elsewhere\\${freshBin}`, '--confirm', fresh));
    expect(result.code).toBe(5);
    const { problem } = document(result) as unknown as { readonly problem: { readonly what: string } };
    expect(problem.what).toContain('COMPUTERS ARE MISSING');
    for (const name of all.slice(0, 5)) expect(problem.what).toContain(name);
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
