import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openWorld } from '../../src/rehearsal/world.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { figure } from './support/figure.js';
import { judge, measure, most, type Measured } from './support/hostile.js';
import { workIn } from './support/practice.js';

const folder = temporaryFolder('hostile-files');
let files = 0;
let largest = 0;

const write = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** A file that says to have so many bytes, and takes no room. */
const sparse = (name: string, bytes: number, begin = ''): string => {
  const path = write(name, begin);
  truncateSync(path, bytes);
  return path;
};

const keep = (measured: Measured): Measured => {
  files += 1;
  largest = Math.max(largest, measured.megabytes);
  expect(measured.megabytes).toBeLessThan(most.megabytes);
  return measured;
};

const gigabyte = 1024 ** 3;

/** Nine times nine times nine …: text that grows with every alias. */
const billionLaughs = (list: boolean): string => {
  const lines = ['a0: &a0 lol'];
  for (let level = 1; level < 12; level += 1) {
    const before = `*a${String(level - 1)}`;
    lines.push(
      `a${String(level)}: &a${String(level)} [${Array.from({ length: 9 }, () => before).join(', ')}]`,
    );
  }
  return list ? lines.map((line) => `- { ${line} }`).join('\n') : lines.join('\n');
};

/** YAML that is made to hurt, as `name, text`. `list`: for a file that is a list. */
const yamlBombs = (list: boolean): readonly (readonly [string, string | Buffer])[] => {
  const begin = list ? '- psName: ' : 'dpmServerName: ';
  return [
    ['aliases of aliases', billionLaughs(list)],
    ['an alias of itself', `${begin}&a [*a]`],
    ['flow lists nested 100,000 deep', `${begin}${'['.repeat(100_000)}`],
    ['closed flow lists nested 20,000 deep', `${begin}${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['flow mappings nested 50,000 deep', `${begin}${'{a: '.repeat(50_000)}`],
    [
      'block lists nested 2,000 deep',
      `${begin}\n${Array.from({ length: 700 }, (_, n) => `${' '.repeat(n + 2)}-`).join('\n')}`,
    ],
    ['lists in one line nested 100,000 deep', '- '.repeat(100_000)],
    ['question marks nested 50,000 deep', '? '.repeat(50_000)],
    ['a scalar of 900 KB', `${begin}${'x'.repeat(900_000)}`],
    ['a quote that never ends', `${begin}"${'x\n'.repeat(200_000)}`],
    [
      '100,000 keys',
      list
        ? `- {${Array.from({ length: 60_000 }, (_, n) => `k${String(n)}: 1`).join(', ')}}`
        : Array.from({ length: 90_000 }, (_, n) => `k${String(n)}: 1`).join('\n'),
    ],
    [
      'the same key again and again',
      list ? `- {${'psName: a, '.repeat(50_000)}}` : 'dpmServerName: a\n'.repeat(50_000),
    ],
    [
      '100,000 anchors',
      `${begin}[${Array.from({ length: 60_000 }, (_, n) => `&a${String(n)} x`).join(', ')}]`,
    ],
    ['100,000 tags', `${begin}[${'!!js/function x, '.repeat(50_000)}]`],
    ['100,000 documents', '---\na: b\n'.repeat(100_000)],
    ['100,000 comments', '# x\n'.repeat(200_000) + begin + '['],
    ['colons and nothing else', ':'.repeat(500_000)],
    // An answer file may say nothing; an inventory may not.
    ...(list ? [['tabs and nothing else', '\t'.repeat(500_000)] as const] : []),
    ['NUL bytes', Buffer.alloc(500_000)],
    ['bytes that are not UTF-8', Buffer.alloc(500_000, Buffer.from([0xc3, 0x28, 0xf0, 0x9f]))],
    ['terminal sequences', `${begin}"a"\n\u001b]0;owned\u0007\u001b[2J\u009b31m: \u202eevil\n`],
    ['terminal sequences in a key', list ? '- {"\\e[2Jx": y}' : '"\\e[2J\\x9b31m": y'],
    ['terminal sequences in a value', `${begin}"\\e]0;owned\\a\\e[2J\\x9b31m\\u202e"`],
    [
      'a key of Object.prototype',
      list ? '- {__proto__: {a: b}, constructor: x}' : '__proto__: {a: b}\nconstructor: x\n',
    ],
  ];
};

describe('6 hostile answer files', () => {
  const words = (path: string): readonly string[] => [
    'install-agent',
    '--answers',
    path,
    '--dry-run',
    '--no-input',
  ];

  it.each(yamlBombs(false))('%s', async (_name, content) => {
    const path = write(`answers-${String(files)}.yaml`, content);
    judge(keep(await measure(folder, words(path))), [2], /answer|dpmServerName|--/);
  });

  it.each([
    ['3 GB', () => sparse('answers-big.yaml', 3 * gigabyte), /is larger than/],
    ['a device without end', () => '/dev/zero', /is larger than/],
    ['a folder', () => folder, /cannot be read \(EISDIR\)/],
    [
      'a JSON list nested 500,000 deep',
      () => write('answers-deep.json', '['.repeat(500_000)),
      /neither YAML nor/,
    ],
  ])('%s', async (_name, path, why) => {
    judge(keep(await measure(folder, words(path()))), [2], why);
  });

  it('a password file without end', async () => {
    const ended = await measure(folder, [
      ...['update-password', '--dpm-server-name', 'Server01', '--password-file', '/dev/zero'],
      ...[
        '--rehearse',
        '--world',
        join(folder, 'password-world'),
        '--on',
        'protected-computer',
        '--yes',
        '--no-input',
      ],
    ]);
    judge(keep(ended), [2, 3], /password/);
  });
});

const carried: readonly (readonly [string, (name: string) => string])[] = [
  ['3 GB', (name) => sparse(name, 3 * gigabyte)],
  ['a list nested 30,000 deep', (name) => write(name, '['.repeat(30_000))],
  ['an object nested 10,000 deep', (name) => write(name, '{"kind":'.repeat(8_000) + '1' + '}'.repeat(8_000))],
  [
    'a known key with 10,000 levels',
    (name) =>
      write(
        name,
        `{"kind":"dpm-prep handover","schemaVersion":1,"nodes":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
      ),
  ],
  ['NUL bytes', (name) => write(name, Buffer.alloc(60_000))],
  [
    'bytes that are not UTF-8',
    (name) => write(name, Buffer.alloc(60_000, Buffer.from([0xc3, 0x28, 0xf0, 0x9f]))),
  ],
  ['nothing', (name) => write(name, '')],
  ['a number without end', (name) => write(name, '1'.repeat(60_000))],
  [
    'a newer schema with terminal sequences',
    (name) => write(name, '{"kind":"dpm-prep handover","schemaVersion":1e308,"x":"\\u001b[2J"}'),
  ],
  ['terminal sequences', (name) => write(name, '{"kind":"\u001b]0;owned\u0007","schemaVersion":1}')],
  [
    'a key of Object.prototype',
    (name) => write(name, '{"__proto__":{"kind":"dpm-prep handover"},"schemaVersion":1}'),
  ],
];

describe('6 hostile files from another computer', async () => {
  const world = join(folder, 'world');
  await openWorld({ folder: world, dpmServer: 'Server01', computers: ['Finance01'] });
  const onServer = ['--rehearse', '--world', world, '--on', 'dpm-server', '--yes', '--no-input'];

  const changesNothing = async (
    words: readonly string[],
    codes: readonly number[],
    why: RegExp,
  ): Promise<void> => {
    judge(
      keep(
        await measure(folder, [...words, ...onServer], { environment: { DPM_PREP_PASSWORD: 'Torture-1!' } }),
      ),
      codes,
      why,
    );
    expect(workIn(world)).toEqual([]);
  };

  it.each(carried)('a handover file: %s', async (_name, make) => {
    const path = make(`hostile-${String(files)}.handover.json`);
    await changesNothing(['attach', '--handover', path], [3], /handover\.json|handover file/);
  });

  it('a handover file whose name acts on the terminal', async () => {
    const path = write('\u001b]0;owned\u0007\u001b[2J\u202e.handover.json', '{}');
    await changesNothing(['attach', '--handover', path], [2, 3], /handover/);
  });

  it.each(carried)('a plan file: %s', async (_name, make) => {
    const path = make(`hostile-${String(files)}.switch.json`);
    await changesNothing(
      ['switch-auth', '--plan', path, '--dpm-server-name', 'Server01', '--accept-eula'],
      [3],
      /switch\.json|switch plan/,
    );
  });

  it.each(yamlBombs(true))('an inventory of YAML: %s', async (_name, content) => {
    const path = write(`inventory-${String(files)}.yaml`, content);
    await changesNothing(['attach', '--auth', 'certificate', '--inventory', path], [2], /inventory/);
  });

  it.each<readonly [string, () => string | Buffer]>([
    ['a quote that never ends', () => `psName\n"${'x\n'.repeat(1_000_000)}`],
    ['a line without end', () => `psName\n${'x'.repeat(3_000_000)}`],
    ['100,000 columns', () => `${'a,'.repeat(100_000)}b\nc\n`],
    ['100,000 columns of one row', () => `psName\n${'a,'.repeat(100_000)}b\n`],
    [
      '10,001 computers',
      () => `psName,handover\n${Array.from({ length: 10_001 }, (_, n) => `c${String(n)},`).join('\n')}`,
    ],
    ['NUL bytes', () => Buffer.alloc(500_000)],
    ['bytes that are not UTF-8', () => Buffer.alloc(500_000, Buffer.from([0xc3, 0x28, 0xf0, 0x9f]))],
    ['terminal sequences in a name', () => 'psName,handover\n"\u001b]0;owned\u0007\u001b[2J",x\n'],
    ['terminal sequences in the header', () => 'psName,\u001b[2J\u009b31m\u202e\nFinance01,x\n'],
    ['a column of Object.prototype', () => 'psName,__proto__\nFinance01,x\n'],
    ['only line ends', () => '\n'.repeat(3_000_000)],
  ])('an inventory of CSV: %s', async (_name, content) => {
    const path = write(`inventory-${String(files)}.csv`, content());
    await changesNothing(['attach', '--auth', 'certificate', '--inventory', path], [2], /inventory/);
  });

  it.each([
    ['3 GB', () => sparse('inventory-big.csv', 3 * gigabyte, 'psName\n')],
    ['a device without end', () => '/dev/zero'],
    ['a folder', () => folder],
  ])('an inventory: %s', async (_name, path) => {
    await changesNothing(
      ['attach', '--auth', 'certificate', '--inventory', path()],
      [2, 3],
      /inventory|bytes/,
    );
  });

  it('a named pipe that nobody writes is refused', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await changesNothing(['attach', '--handover', pipe], [2], /is not a file/);
    await changesNothing(['attach', '--auth', 'certificate', '--inventory', pipe], [2], /is not a file/);
  });
});

afterAll(() => {
  figure(
    '6',
    `Hostile files: ${String(files)} answer files, handover files, plan files and inventories (YAML bombs, 3 GB, devices, terminal sequences, no UTF-8): each refused with one sentence and its exit code, nothing changed; at most ${largest.toFixed(0)} MB of memory`,
  );
});
