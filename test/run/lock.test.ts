import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeLock } from '../../src/run/lock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const base = temporaryFolder('lock');
const fresh = (): string => mkdtempSync(join(base, 'l-'));
const started = Math.round((Date.now() / 1000 - uptime()) / 60);
const holder = (processId: number, more: object = {}): string =>
  JSON.stringify({
    processId,
    host: hostname(),
    command: 'dpm-prep attach',
    since: new Date().toISOString(),
    computerStarted: started,
    ...more,
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
    writeFileSync(join(folder, 'run.lock'), holder(process.ppid, { computerStarted: started - 60 }));
    takeLock(folder, 'mine').release();
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
