import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Journal } from '../../src/run/journal.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { figure, times } from './support/figure.js';
import { bundleWorker } from '../support/worker.js';
import { startNode, type Running } from './support/worker.js';

const folder = temporaryFolder('two-at-once');
const worker = bundleWorker(new URL('workers/hold.ts', import.meta.url), folder);

const start = async (state: string): Promise<Running> => {
  const run = startNode([worker, state], { keepInput: true });
  await run.until('ready\n');
  return run;
};

const answered = async (run: Running): Promise<string> => {
  await Promise.race([run.until('working'), run.until('refused')]);
  return run.said().replace('ready\n', '');
};

/** A lock whose process was killed while it worked. */
const leaveDeadLock = async (state: string): Promise<void> => {
  const dead = await start(state);
  dead.child.stdin?.write('go\n');
  await dead.until('working');
  dead.child.kill('SIGKILL');
  await dead.ended;
  expect(existsSync(join(state, 'run.lock'))).toBe(true);
};

describe('2 two at once', () => {
  it('one works, the other says who holds the state folder; a dead lock is taken over', async () => {
    const pairs = times(50, 10);
    let named = 0;
    let takenOver = 0;
    for (let pair = 0; pair < pairs; pair += 1) {
      const state = join(folder, `pair-${String(pair)}`);
      const withDead = pair % 2 === 1;
      if (withDead) await leaveDeadLock(state);
      const runs = await Promise.all([start(state), start(state)]);
      for (const { child } of runs) child.stdin?.write('go\n');
      const said = await Promise.all(runs.map(answered));
      const winner = runs.findIndex((_, index) => said[index] === 'working\n');
      const loser = said[1 - winner] ?? '';
      expect(
        said.filter((text) => text === 'working\n'),
        said.join(),
      ).toHaveLength(1);
      expect(loser).toMatch(/^refused 3 Another run of dpm-prep is at work: /);
      expect(loser).toContain(`process ${String(runs[winner]?.child.pid)} `);
      named += 1;
      if (withDead) takenOver += 1;
      for (const { child } of runs) child.stdin?.end();
      const ends = await Promise.all(runs.map(async (run) => run.ended));
      expect(ends.map(({ stderr, code }) => [stderr, code])).toEqual([
        ['', 0],
        ['', 0],
      ]);
      expect(readdirSync(state)).toEqual(['journal.jsonl']);
      const finished = new Journal(state).runs.filter((run) => run.finished !== null);
      expect(finished).toHaveLength(1);
    }
    figure(
      '2',
      `Two at once: ${String(pairs)} pairs on one state folder, in ${String(named)} one worked and the other named its process; locks of dead processes taken over: ${String(takenOver)} of ${String(Math.floor(pairs / 2))}; locks left: 0`,
    );
  });
});
