import { mkdirSync, writeFileSync } from 'node:fs';
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
    lines: z.number(),
    cut: z.boolean(),
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
      lines: 5,
      cut: false,
    });
  });

  it('says what each means, how often it is there, and in which lines', async () => {
    const { code, stdout } = await explain(['msdpm.log']);
    expect(code).toBe(0);
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toMatch(/^33234 .*? 2 times, lines 2 to 3 .*dpm-prep .*0x800706BA .*? once, line 4 .*270 /);
    expect(text).toContain('Not in the table: 998.');
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
    [['empty.log'], 'There is nothing to explain.'],
    [[], 'There is nothing to explain.'],
  ] as const)('%j ends with exit code 2, and what is wrong', async (args, what) => {
    const { code, stdout, stderr } = await explain(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(what);
    expect(stderr).not.toContain('\u001b');
  });
});
