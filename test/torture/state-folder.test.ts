import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statfsSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';
import { figure } from './support/figure.js';
import {
  copyWorld,
  good,
  outcomeOf,
  procedures,
  startProcedure,
  workIn,
  worldBefore,
  type Outcome,
} from './support/practice.js';

const folder = temporaryFolder('state-folder');
const mounted: string[] = [];

const mount = (name: string): string | null => {
  const place = join(folder, name);
  mkdirSync(place);
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', place]).status === 0;
  if (done) mounted.push(place);
  return done ? place : null;
};
const mayMount = process.platform === 'linux' && mount('probe') !== null;
afterAll(() => {
  for (const place of mounted) spawnSync('umount', [place]);
});

const install = procedures.find(({ name }) => name === 'install-agent');
if (!install) throw new Error('no install-agent');
const template = await worldBefore(install, folder);
let count = 0;

const run = async (
  state: string,
  meanwhile: (world: string) => () => void = () => () => undefined,
): Promise<{ readonly outcome: Outcome; readonly worked: boolean; readonly text: string }> => {
  count += 1;
  const world = copyWorld(template, join(folder, `world-${String(count)}`));
  const end = meanwhile(world);
  const ended = await startProcedure(install, world, { words: ['--state-dir', state] }).ended;
  end();
  return { outcome: outcomeOf(ended), worked: workIn(world).length > 0, text: ended.stdout };
};

/** One clear sentence, no stack trace; and what was changed is neither hidden nor without a record. */
const judge = ({ outcome, worked, text }: Awaited<ReturnType<typeof run>>, why: RegExp): void => {
  expect(outcome.problem?.what, text).toMatch(why);
  expect(text).not.toMatch(/\n\s+at |node:internal/);
  expect([outcome.exitCode, outcome.changed, worked], text).toEqual(
    worked ? [4, true, true] : [3, false, false],
  );
};

const goodJournal = async (): Promise<{ state: string; journal: string }> => {
  const state = join(folder, `state-${String(count)}`);
  expect(good).toContain((await run(state)).outcome.exitCode);
  return { state, journal: join(state, 'journal.jsonl') };
};

let cases = 0;

describe('3 disk and permissions', () => {
  it.skipIf(!mayMount)('a state folder that is read-only (needs the right to mount)', async () => {
    const state = mount('read-only') ?? '';
    spawnSync('mount', ['-o', 'remount,ro', state]);
    const result = await run(state);
    judge(result, /cannot be written \(EROFS\)/);
    expect(result.worked).toBe(false);
    cases += 1;
  });

  it.skipIf(!mayMount).each([0, 1, 2])(
    'a state folder on a full disk, %i pages free (needs the right to mount)',
    async (pages) => {
      const state = mount(`full-${String(pages)}`) ?? '';
      const { bavail, bsize } = statfsSync(state);
      writeFileSync(join(state, 'filling'), Buffer.alloc((bavail - pages) * bsize));
      const result = await run(state);
      // Two pages hold the lock and one page of the journal: enough to begin, perhaps to end.
      if (good.includes(result.outcome.exitCode)) expect(pages).toBe(2);
      else judge(result, /cannot be written \(ENOSPC\)/);
      const journal = join(state, 'journal.jsonl');
      if (result.worked) expect(readFileSync(journal, 'utf8')).toContain('"started"');
      cases += 1;
    },
  );

  it('a state folder that vanishes while a tool works', async () => {
    const state = join(folder, 'vanishing');
    const result = await run(state, (world) => {
      const watcher = watch(world, () => {
        if (existsSync(join(world, 'log.jsonl'))) rmSync(state, { recursive: true, force: true });
      });
      return () => {
        watcher.close();
      };
    });
    judge(result, /cannot be written \(ENOENT\)/);
    expect(result.worked).toBe(true);
    cases += 1;
  });

  it('a journal with a torn last line: a clean start', async () => {
    const { state, journal } = await goodJournal();
    appendFileSync(journal, '{"v":1,"at":"2026-');
    const { outcome } = await run(state);
    expect(good).toContain(outcome.exitCode);
    expect(() =>
      readFileSync(journal, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).not.toThrow();
    expect(readdirSync(state)).toEqual(['journal.jsonl']);
    cases += 1;
  });

  it.each([
    ['garbage in the middle', '\u0000\u0001garbage\n', /at line 1: it is not JSON/],
    ['a newer schema', '{"v":99,"at":"x"}\n', /a newer version of dpm-prep wrote it/],
    ['a foreign line', '{"v":1,"event":"run"}\n', /it is not an entry of dpm-prep/],
  ])('a journal with %s: nothing is changed', async (_name, line, why) => {
    const { state, journal } = await goodJournal();
    const before = `${line}${readFileSync(journal, 'utf8')}`;
    writeFileSync(journal, before);
    const result = await run(state);
    judge(result, why);
    expect(result.worked).toBe(false);
    expect(readFileSync(journal, 'utf8')).toBe(before);
    expect(existsSync(join(state, 'run.lock'))).toBe(false);
    cases += 1;
  });

  afterAll(() => {
    figure(
      '3',
      `Disk and permissions: ${String(cases)} of 9 states of the state folder (read-only, full three ways, vanished, journal torn, garbage, newer, foreign) end with one clear sentence or a clean start; changes without a record 0, changes reported as none 0`,
    );
  });
});
