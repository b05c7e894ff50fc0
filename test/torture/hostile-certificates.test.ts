import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it, expect } from 'vitest';
import { noOpenssl, Workshop } from '../support/openssl.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { figure } from './support/figure.js';
import { judge, measure, most } from './support/hostile.js';

const folder = temporaryFolder('hostile-certificates');

describe.skipIf(noOpenssl)('6 certificates that were made to hurt (needs openssl 3)', () => {
  const shop = new Workshop();
  let count = 0;
  let largest = 0;
  let longest = 0;
  let plain: Buffer;

  beforeAll(() => {
    plain = shop.pfx(shop.leaf(shop.root()));
  });

  afterAll(() => {
    shop.remove();
    figure(
      '6',
      `Hostile certificates: ${String(count)} files through check-cert and convert-cert, at most ${longest.toFixed(0)} ms of processor time for the whole process and ${largest.toFixed(0)} MB`,
    );
  });

  const files: Readonly<Record<string, () => Buffer>> = {
    'as large as may be, of nulls': () => Buffer.alloc(4 * 1_048_576, Buffer.from([5, 0])),
    'larger than may be': () => Buffer.alloc(5 * 1_048_576, 0x30),
    'nested without end': () => Buffer.alloc(2 * 1_048_576, Buffer.from([0x30, 0x80])),
    'a length of 4 GB': () => Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30]),
    'nothing at all': () => Buffer.alloc(0),
    'terminal sequences': () => Buffer.from('\u001b]0;owned\u0007\u001b[2J\u009b31m'.repeat(10_000)),
    'a PEM name of terminal sequences': () => Buffer.from('-----BEGIN \u001b[2J\u009b31m-----\nAAAA\n'),
    '50,000 PEM blocks': () =>
      Buffer.from('-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n'.repeat(50_000)),
    'a PFX cut in half': () => plain.subarray(0, plain.length / 2),
    'a PFX with garbage in it': () =>
      Buffer.concat([plain.subarray(0, 400), Buffer.alloc(plain.length, 0x41)]),
    'bytes that are not UTF-8': () => Buffer.alloc(1_048_576, Buffer.from([0xc3, 0x28, 0xf0, 0x9f])),
  };

  it.each(
    Object.keys(files).flatMap((name) => [
      [name, 'check-cert', [3]] as const,
      [name, 'convert-cert', [2, 3]] as const,
    ]),
  )('%s, %s', async (name, command, codes) => {
    count += 1;
    const path = join(folder, `${String(count)}.pfx`);
    writeFileSync(path, files[name]?.() ?? '');
    const ended = await measure(folder, [command, path, '--no-input'], {
      environment: { DPM_PREP_PASSWORD: 'secret-1', DPM_PREP_NEW_PASSWORD: 'secret-2' },
    });
    judge(ended, codes, new RegExp(`${String(count)}\\.pfx`));
    longest = Math.max(longest, ended.cpuMs);
    largest = Math.max(largest, ended.megabytes);
    expect(ended.cpuMs).toBeLessThan(most.cpuMs);
    expect(ended.megabytes).toBeLessThan(most.megabytes);
  });

  it.each(['--trust', '--other', '--replaces'])('a device without end as %s', async (flag) => {
    count += 1;
    const path = join(folder, 'plain.pfx');
    writeFileSync(path, plain);
    const ended = await measure(folder, ['check-cert', path, flag, '/dev/zero', '--no-input', '--offline'], {
      environment: { DPM_PREP_PASSWORD: 'secret-1' },
    });
    judge(ended, [2, 3], /\/dev\/zero/);
    expect(ended.megabytes).toBeLessThan(most.megabytes);
  });
});
