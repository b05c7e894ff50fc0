import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { dpmPrep, type CliOptions } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('explain');
const log = [
  'Setup begins.',
  '[1] ERROR ID: 33234 while validating the certificate',
  '[2] (ID: 33234) again',
  'the installer ended with 0x800706BA',
  'DPM failed with error 270, error 998',
].join('\r\n');
writeFileSync(join(folder, 'msdpm.log'), log);
writeFileSync(join(folder, 'sixteen.log'), `\uFEFF${log}`, 'utf16le');
writeFileSync(join(folder, 'second log.log'), 'error 33234\nerror 270\nerror 270\nerror 270\n');
writeFileSync(join(folder, 'empty.log'), '');
writeFileSync(join(folder, '33234'), 'error 41');
mkdirSync(join(folder, 'logs'));

const documentSchema = z.object({
  data: z.object({
    errors: z.array(
      z.object({
        id: z.string(),
        count: z.number(),
        seenIn: z.array(
          z.object({ log: z.string(), count: z.number(), firstLine: z.number(), lastLine: z.number() }),
        ),
      }),
    ),
    unknown: z.array(z.object({ id: z.string(), count: z.number() })),
    moreUnknown: z.number(),
    lines: z.number(),
  }),
});

const explain = async (args: readonly string[], options: CliOptions = {}) =>
  dpmPrep(['explain', ...args], { folder, ...options });

/** `id count` of each error, and where it was seen. */
const summed = async (args: readonly string[], options: CliOptions = {}) => {
  const { code, stdout } = await explain([...args, '--json'], options);
  expect(code, stdout).toBe(0);
  const { data } = documentSchema.parse(JSON.parse(stdout));
  return {
    ...data,
    errors: data.errors.map(({ id, count, seenIn }) => [
      `${id} ${String(count)}`,
      ...seenIn.map(
        (place) => `${place.log} ${String(place.count)} ${String(place.firstLine)}-${String(place.lastLine)}`,
      ),
    ]),
  };
};

const ofTheLog = (name: string): readonly (readonly string[])[] => [
  ['33234 2', `${name} 2 2-3`],
  ['0x800706BA 1', `${name} 1 4-4`],
  ['270 1', `${name} 1 5-5`],
];

describe('a log with several ids', () => {
  it.each([
    ['named', ['msdpm.log'], {}, 'msdpm.log'],
    ['in UTF-16', ['sixteen.log'], {}, 'sixteen.log'],
    ['named twice', ['msdpm.log', 'msdpm.log'], {}, 'msdpm.log'],
    ['by pipe', [], { input: log }, 'standard input'],
  ] as const)('%s is summed up', async (_what, args, options, name) => {
    expect(await summed(args, options)).toEqual({
      errors: ofTheLog(name),
      unknown: [{ id: '998', count: 1 }],
      moreUnknown: 0,
      lines: 5,
    });
  });

  it('takes an id as a screen shows it, as by pipe', async () => {
    for (const words of [['ID: 33234'], ['ID:', '33234'], ['Error ID: 33234']]) {
      const { code, stdout } = await dpmPrep(['explain', ...words]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^33234/);
    }
  });

  it('says what each means, how often it is there, and in which lines', async () => {
    const { code, stdout } = await explain(['msdpm.log']);
    expect(code).toBe(0);
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toMatch(/^33234 .*? 2 times, lines 2 to 3 .*dpm-prep .*0x800706BA .*? once, line 4 .*270 /);
    expect(text).toContain('Not in the table: 998 (once, last in line 5)');
    expect(text).not.toContain('msdpm.log');
  });

  it('is added to another log and to ids, the most frequent first, each with its own lines', async () => {
    const { errors } = await summed(['msdpm.log', '30', 'second log.log']);
    expect(errors).toEqual([
      ['270 4', 'msdpm.log 1 5-5', 'second log.log 3 2-4'],
      ['33234 3', 'msdpm.log 2 2-3', 'second log.log 1 1-1'],
      ['30 1'],
      ['0x800706BA 1', 'msdpm.log 1 4-4'],
    ]);
    const { stdout } = await explain(['msdpm.log', 'second log.log']);
    expect(stdout).toContain('second log.log: 3 times, lines 2 to 4');
  });
});

describe('an argument', () => {
  it('that is a number is an id, also where a file has that name', async () => {
    expect((await summed(['33234'])).errors).toEqual([['33234 1']]);
    expect((await summed(['./33234'])).errors).toEqual([['41 1', './33234 1 1-1']]);
  });

  it.each([
    [['missing.log'], '"missing.log" is neither an error id nor a file.'],
    [['33234x'], '"33234x" is neither an error id nor a file.'],
    [['logs'], '"logs" is a folder'],
    [['a\u001b[31mb'], 'is neither an error id nor a file'],
    [['empty.log'], 'No error id was given, or the log is empty.'],
    [[], 'No error id was given, or the log is empty.'],
  ] as const)('%j ends with exit code 2, and what is wrong', async (args, what) => {
    const { code, stdout, stderr } = await explain(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(what);
    expect(stderr).not.toContain('\u001b');
  });
});

describe('a log of any size and encoding', () => {
  const line = '44B4 3968 10/21 21:02:21.611 71 backupasync.cpp(1184) [000000001B73B830] NORMAL all is well';

  it('is read to its end: 300 MB, and the only error in the last line', async () => {
    const path = join(folder, 'large.log');
    const file = openSync(path, 'w');
    // Mostly a hole, which takes no disk; what reads it reads every byte.
    writeSync(file, `${line}\r\n`.repeat(1_000));
    writeSync(file, `\r\nthe end: error 33234\r\n`, 300 * 1024 * 1024);
    closeSync(file);
    const { errors } = await summed(['large.log'], {
      environment: { NODE_OPTIONS: '--max-old-space-size=128' },
    });
    rmSync(path);
    expect(errors).toEqual([['33234 1', 'large.log 1 1002-1002']]);
  }, 120_000);

  it('is read in whatever encoding Windows wrote it, also where that changes in the middle', async () => {
    const text = `Überprüfung läuft\r\nEreignis-ID 10016 für Müller\r\nFehler 41\r\n`;
    const wide = Buffer.from(text, 'utf16le');
    const files = {
      'utf8.log': Buffer.from(text),
      'utf8-mark.log': Buffer.from(`\uFEFF${text}`),
      'utf16le.log': wide,
      'utf16le-mark.log': Buffer.from(`\uFEFF${text}`, 'utf16le'),
      'utf16be.log': Buffer.from(wide).swap16(),
      'utf16be-mark.log': Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
      'cp1252.log': Buffer.from(text, 'latin1'),
      'lone-cr.log': Buffer.from(text.replaceAll('\r\n', '\r')),
      'lf.log': Buffer.from(text.replaceAll('\r\n', '\n')),
    };
    for (const [name, bytes] of Object.entries(files)) {
      writeFileSync(join(folder, name), bytes);
      const { errors } = await summed([name]);
      expect(errors, name).toEqual([
        ['10016 1', `${name} 1 2-2`],
        ['41 1', `${name} 1 3-3`],
      ]);
    }
    // PowerShell appends UTF-16 to a log of another tool, and the other way round.
    writeFileSync(
      join(folder, 'mixed.log'),
      Buffer.concat([Buffer.from('error 30\r\n'), wide, Buffer.from('error 33234\r\n'), wide]),
    );
    expect((await summed(['mixed.log'])).errors.map(([first]) => first)).toEqual([
      '10016 2',
      '41 2',
      '30 1',
      '33234 1',
    ]);
  }, 60_000);

  it('cuts no value of a long line in two, in either width', async () => {
    const long = '"0x80070643",'.repeat(3_000);
    for (const [name, bytes] of [
      ['long.log', Buffer.from(long)],
      ['wide.log', Buffer.from(long, 'utf16le')],
    ] as const) {
      writeFileSync(join(folder, name), bytes);
      expect((await summed([name])).errors).toEqual([['0x80070643 3000', `${name} 3000 1-1`]]);
    }
  });

  it('tells the last occurrence', async () => {
    writeFileSync(
      join(folder, 'DPMRACURR.errlog'),
      `${line}\n${line.replace('NORMAL all is well', 'WARNING Failed: Hr: = [0x80070721] : first')}\n${line
        .replace('21:02', '23:59')
        .replace('NORMAL all is well', 'FATAL Failed: Hr: = [0x80070721] : last')}\n`,
    );
    const { stdout } = await explain(['DPMRACURR.errlog']);
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      '0x80070721 RPC_S_SEC_PKG_ERROR 2 times, lines 2 to 3; last 10/21 23:59:21.611 FATAL',
    );
    expect(text).toContain('Last: 44B4 3968');
    expect(text).toContain(': last');
    expect(text).toContain('Versions: not stated.');
  });

  it('never leaves an HRESULT out', async () => {
    writeFileSync(
      join(folder, 'many.log'),
      Array.from({ length: 250 }, (_, index) => `x 0x8099${(0x1000 + index).toString(16)}`).join('\n'),
    );
    const { unknown, moreUnknown } = await summed(['many.log']);
    expect([unknown.length, moreUnknown]).toEqual([200, 50]);
    const { stdout } = await explain(['many.log']);
    expect(stdout).toContain('and 50 more');
    expect(stdout).toContain('0x80991000');
    expect((await explain(['0x8007173D'])).stdout).toContain('net helpmsg 5949');
    expect((await summed(['-2147023174'])).errors).toEqual([['0x800706BA 1']]);
  });
});
