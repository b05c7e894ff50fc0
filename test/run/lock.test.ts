import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { markOf } from '../../src/machine/living-process.js';
import { takeLock } from '../../src/run/lock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const base = temporaryFolder('lock');
const fresh = (): string => mkdtempSync(join(base, 'l-'));
const holder = (processId: number, more: object = {}): string =>
  JSON.stringify({
    process: { ...markOf(processId), ...more },
    command: 'dpm-prep attach',
    since: new Date().toISOString(),
  });
const deadProcess = (): number => spawnSync(process.execPath, ['-e', '']).pid;

describe('the lock', () => {
  it('keeps a second run out and says who holds it', () => {
    const folder = fresh();
    const lock = takeLock(folder, 'dpm-prep attach');
    expect(() => takeLock(folder, 'dpm-prep guide')).toThrow(
      new RegExp(`dpm-prep attach, process ${String(process.pid)}`),
    );
    lock.release();
    takeLock(folder, 'dpm-prep guide').release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a process that is gone', () => {
    const folder = fresh();
    writeFileSync(join(folder, 'run.lock'), holder(deadProcess()));
    const lock = takeLock(folder, 'mine');
    expect(readFileSync(join(folder, 'run.lock'), 'utf8')).toContain('mine');
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over after a restart of the computer, though a process has that id again', () => {
    const folder = fresh();
    writeFileSync(
      join(folder, 'run.lock'),
      holder(process.ppid, { uptime: Math.floor(uptime()) + 3_600, start: null }),
    );
    takeLock(folder, 'mine').release();
  });

  it.runIf(process.platform === 'linux')('is taken over when another process has that id now', () => {
    const folder = fresh();
    writeFileSync(join(folder, 'run.lock'), holder(process.ppid, { start: 'another boot:1' }));
    takeLock(folder, 'mine').release();
  });

  it('is kept by a live process, whatever the clock of the computer says', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    try {
      const folder = fresh();
      const lock = takeLock(folder, 'dpm-prep attach');
      for (const minutes of [5, -10, 60 * 24 * 365]) {
        vi.setSystemTime(Date.now() + minutes * 60_000);
        expect(() => takeLock(folder, 'dpm-prep guide')).toThrow(/Another run of dpm-prep is at work/);
      }
      lock.release();
    } finally {
      vi.useRealTimers();
    }
  });

  it('is refused where a folder or a pipe stands in its place', () => {
    const folder = fresh();
    mkdirSync(join(folder, 'run.lock'));
    expect(() => takeLock(folder, 'mine')).toThrow(/run\.lock is not a regular file/);
    if (process.platform === 'win32') return;
    const piped = fresh();
    spawnSync('mkfifo', [join(piped, 'run.lock')]);
    expect(() => takeLock(piped, 'mine')).toThrow(/run\.lock is not a regular file/);
  });

  it('is taken over after a process died while it judged a dead lock', () => {
    const folder = fresh();
    writeFileSync(join(folder, 'run.lock'), holder(deadProcess()));
    mkdirSync(join(folder, 'run.lock.takeover'));
    takeLock(folder, 'mine').release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['', 'garbage', '{"processId":"x"}'])('is taken over when its file holds %j', (content) => {
    const folder = fresh();
    writeFileSync(join(folder, 'run.lock'), content);
    takeLock(folder, 'mine').release();
    expect(existsSync(join(folder, 'run.lock'))).toBe(false);
  });

  it('is left alone where a process of another computer may hold it', () => {
    const folder = fresh();
    writeFileSync(join(folder, 'run.lock'), holder(deadProcess(), { host: 'elsewhere' }));
    expect(() => takeLock(folder, 'mine')).toThrow(/on elsewhere/);
  });
});
