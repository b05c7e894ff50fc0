import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { handoverFileName, serializeHandover, type Handover } from '../../src/dpm/handover.js';
import {
  certificateWorld,
  computerName,
  contentOf,
  inTemp,
  onPractice,
  onServer,
} from '../support/certificate-world.js';
import { document } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const world = join(temporaryFolder('handover-refused'), 'world');
const computer = computerName(1);
const path = (): string => onServer(world, handoverFileName(computer));
let good: Buffer;

beforeAll(async () => {
  await certificateWorld({ folder: world, count: 1 });
  good = readFileSync(path());
});

const handover = (): Handover => {
  const { checksum: _checksum, ...rest } = JSON.parse(good.toString('utf8')) as Handover & {
    readonly checksum: string;
  };
  return rest;
};

/** Refused with exit code 3 and one sentence that says why; nothing on either computer changed. */
const refused = async (
  content: string | Buffer,
  why: RegExp,
  words: readonly string[] = ['attach', '--handover', inTemp(handoverFileName(computer))],
  on = 'dpm-server',
): Promise<void> => {
  writeFileSync(path(), content);
  const before = contentOf(world);
  const result = await onPractice(world, words, { on });
  expect(result.code, result.stdout + result.stderr).toBe(3);
  const { problem, changed } = document(result) as unknown as {
    readonly changed: boolean;
    readonly problem: { readonly what: string };
  };
  expect(changed).toBe(false);
  expect(problem.what).toMatch(why);
  expect(problem.what).toMatch(/Nothing was changed\.$/);
  expect(problem.what).not.toMatch(/\p{Cc}/u);
  expect(contentOf(world)).toEqual(before);
};

describe('a handover file at the command line', () => {
  // Every byte is tried where the file is read (test/dpm/handover.test.ts); here, what a person then sees.
  it.each([0.02, 0.2, 0.4, 0.6, 0.8, 0.98])('with a byte changed at %f of it', async (part) => {
    const bytes = Buffer.from(good);
    const at = Math.floor(bytes.length * part);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await refused(bytes, /was changed after it was written|is not complete|is not a handover file/);
  });

  it('with a control character in place of a letter', async () => {
    const text = good.toString('utf8').replace('Server01', 'Server\u001b[2J01');
    await refused(text, /is not complete|was changed/);
  });

  const files: readonly (readonly [string, () => string | Buffer, RegExp])[] = [
    ['truncated', () => good.subarray(0, 200), /is not complete/],
    ['empty', () => '', /is not complete/],
    ['another JSON file', () => '{"name": "dpm-prep"}', /is not a handover file/],
    ['the .bin itself', () => Buffer.from([0, 1, 2, 0x1b, 0x5b, 0x32, 0x4a]), /is not complete/],
    [
      'of a later schema',
      () => good.toString('utf8').replace(/"schemaVersion": \d+/, '"schemaVersion": 99'),
      /newer dpm-prep \(schema 99; this one knows 2\)/,
    ],
    [
      'of a real computer',
      () => serializeHandover({ ...handover(), rehearsal: false }),
      /comes from a real computer/,
    ],
    [
      'of another DPM server',
      () => serializeHandover({ ...handover(), dpmServerName: 'Server02.corp.contoso.com' }),
      /is for Server02\.corp\.contoso\.com.*but this computer is/,
    ],
    [
      'for another computer’s .bin',
      () =>
        serializeHandover({
          ...handover(),
          protectedComputerCredential: {
            name: `CertificateConfiguration_${computer}.bin`,
            sha256: '0'.repeat(64),
          },
        }),
      /its content differs/,
    ],
  ];
  it.each(files)('%s', async (_what, make, why) => {
    await refused(make(), why);
  });

  it('of another pair, on the protected computer', async () => {
    writeFileSync(path(), '');
    const other = serializeHandover({ ...handover(), psName: 'hr07.widgets.corp.com' });
    const words = ['set-dpm-server', '--auth', 'certificate', '--handover', path()];
    await refused(other, /is for hr07\.widgets\.corp\.com, but this computer is fin001/, words, computer);
  });

  it('too large to be one', async () => {
    writeFileSync(path(), Buffer.alloc(100_000, 0x20));
    const result = await onPractice(world, ['attach', '--handover', inTemp(handoverFileName(computer))]);
    expect([2, 3]).toContain(result.code);
    expect(result.stdout).not.toMatch(/bug/);
  });

  it('and unchanged it is taken', async () => {
    writeFileSync(path(), good);
    const result = await onPractice(world, ['attach', '--handover', inTemp(handoverFileName(computer))]);
    expect(result.code, result.stdout).toBe(0);
  });
});
