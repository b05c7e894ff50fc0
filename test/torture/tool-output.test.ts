import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleWorker } from '../support/worker.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { figure } from './support/figure.js';
import { judge, measure, most } from './support/hostile.js';
import { copyWorld, procedureNamed, setFaults, wordsOf, worldBefore } from './support/practice.js';
import { startNode } from './support/worker.js';

const folder = temporaryFolder('tool-output');
const reader = bundleWorker(new URL('workers/read-output.ts', import.meta.url), folder);
const size = 100 * 1_024 * 1_024;

interface Read {
  readonly exitCode: number | null;
  readonly bytes: number;
  readonly lines: number;
  readonly longest: number;
  readonly acts: boolean;
  readonly last: string;
  readonly megabytes: number;
}

/** Prints `size` bytes that are one text again and again, then a last line. */
const floodOf = (base64: string): string =>
  `const part = Buffer.alloc(65_520, Buffer.from('${base64}', 'base64'));
   const all = (bytes) => { for (let at = 0; at < bytes.length;) {
     try { at += require('fs').writeSync(1, bytes, at); } catch (error) { if (error.code !== 'EAGAIN') throw error; } } };
   for (let left = ${String(size)}; left > 0; left -= part.length) all(part);
   all(Buffer.from('\\nthe end\\n'));`;

const floods: readonly (readonly [string, Buffer, number])[] = [
  ['no line end', Buffer.from('x'), 2],
  ['no line end, in UTF-8', Buffer.from('äöü€'), 2],
  ['bytes that are not UTF-8', Buffer.from([0xc3, 0x28, 0xff, 0x80, 0xf5]), 2],
  ['NUL between others', Buffer.from([0x41, 0, 0x42, 0x43]), 2],
  ['terminal sequences', Buffer.from('\u001b]0;title\u0007\u001b[2J\u009b31mred'), 2],
  ['a terminal sequence that never ends', Buffer.from('\u001b]8;;'), 2],
  ['lines of 100 characters', Buffer.from(`${'y'.repeat(99)}\n`), Math.ceil(size / 100)],
];

let read = 0;
let largest = 0;

describe('6 tool output of 100 MB', () => {
  it.each(floods)('%s: read line by line, little of it kept', async (_name, text, lines) => {
    const { stdout, stderr } = await startNode([
      reader,
      process.execPath,
      '-e',
      floodOf(text.toString('base64')),
    ]).ended;
    expect(stderr).toBe('');
    const got = JSON.parse(stdout) as Read;
    expect(got).toMatchObject({ exitCode: 0, acts: false, last: 'the end' });
    expect(got.bytes).toBeGreaterThan(size);
    // 1,000 characters, each of which may be shown as \uXXXX, and the sign that something is left out.
    expect(got.longest).toBeLessThanOrEqual(6_001);
    expect(got.lines).toBeGreaterThanOrEqual(lines);
    expect(got.lines).toBeLessThan(lines * 1.01 + 2);
    expect(got.megabytes).toBeLessThan(most.megabytes);
    largest = Math.max(largest, got.megabytes);
    read += 1;
  });

  it('through the whole program: the work is done, and the screen stays harmless', async () => {
    const procedure = procedureNamed('install-agent');
    const world = copyWorld(await worldBefore(procedure, folder), join(folder, 'flooded'));
    setFaults(world, ['installer:floods']);
    const { words, environment } = wordsOf(procedure, world);
    const ended = await measure(folder, [...words.filter((word) => word !== '--json'), '--verbose'], {
      environment,
    });
    judge(ended, [0], /^Done\b/m);
    expect(ended.stderr).toMatch(/(?:xÿ){100}.*…$/mu);
    expect(ended.megabytes).toBeLessThan(most.megabytes);
    largest = Math.max(largest, ended.megabytes);
    read += 1;
  });

  it('all of it', () => {
    expect(read).toBe(floods.length + 1);
    figure(
      '6',
      `Tool output: ${String(read)} floods of 100 MB (${floods.map(([name]) => name).join(', ')}; one through the whole program) read line by line, nothing on the screen that a terminal acts on, at most ${largest.toFixed(0)} MB of memory`,
    );
  });
});
