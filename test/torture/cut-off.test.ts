import { existsSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readLog } from '../../src/rehearsal/log.js';
import { Journal } from '../../src/run/journal.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { figure, randomFor, times, type Random } from './support/figure.js';
import {
  copyWorld,
  good,
  outcomeOf,
  procedures,
  resume,
  setBehaviour,
  startProcedure,
  stateOf,
  workIn,
  worldBefore,
  type Procedure,
  type Work,
} from './support/practice.js';
import type { Running } from './support/worker.js';

const folder = temporaryFolder('cut-off');

/**
 * These may run again. Update-NonDomainServerInfo.ps1 and a refresh: the page allows it, and nothing on either computer
 * shows whether they ran. A password is set again, since nothing shows which one an earlier run set. Tools that write a credential file: the file of an interrupted run is never taken up.
 */
const mayRepeat = ({ tool, did }: Work): boolean =>
  ['Update-NonDomainServerInfo.ps1', 'refresh-computer', 'Set-DPMCredentials'].includes(tool) ||
  (tool === 'SetDpmServer.exe' &&
    did.some((what) => what.endsWith(' by certificate') || what === 'set the password'));

const cuts = ['random', 'tool-works', 'tool-ended', 'journal', 'torn'] as const;
type Cut = (typeof cuts)[number];

/** Kills the run as soon as `now` says so, asked whenever something changes in the folder. */
const killWhen = async (run: Running, watched: string, now: () => boolean): Promise<void> => {
  const watcher = watch(watched, () => {
    if (now()) run.child.kill('SIGKILL');
  });
  await run.ended;
  watcher.close();
};

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);
const linesOf = (path: string, text: string): number =>
  existsSync(path) ? readFileSync(path, 'utf8').split(text).length - 1 : 0;

const cutOff = async (
  cut: Cut,
  procedure: Procedure,
  world: string,
  random: Random,
  wholeMs: number,
): Promise<boolean> => {
  const log = join(world, 'log.jsonl');
  const state = stateOf(procedure, world);
  const journal = join(state, 'journal.jsonl');
  // So long that it still works when resume begins.
  if (cut === 'tool-works') setBehaviour(world, { installMs: 3_000, configureMs: 3_000, scriptMs: 3_000 });
  const run = startProcedure(procedure, world);
  if (cut === 'random') {
    void sleep(random.whole(wholeMs)).then(() => run.child.kill('SIGKILL'));
    await run.ended;
  } else if (cut === 'tool-works' || cut === 'tool-ended') {
    const event = cut === 'tool-works' ? '"started"' : '"ended"';
    const before = linesOf(log, event);
    await killWhen(run, world, () => linesOf(log, event) > before);
  } else {
    // While the journal is written: at one of its entries.
    let left = 1 + random.whole(8);
    let size = sizeOf(journal);
    const parent = existsSync(state) ? state : join(state, '..');
    const watched = existsSync(state) ? state : null;
    const now = (): boolean => {
      const grown = sizeOf(journal);
      if (grown > size) left -= 1;
      size = grown;
      return left <= 0;
    };
    if (watched === null) {
      // The state folder is made by the run; wait for it first.
      const made = watch(parent, () => {
        if (!existsSync(state)) return;
        made.close();
        void killWhen(run, state, now);
      });
      await run.ended;
      made.close();
    } else await killWhen(run, watched, now);
    // The power goes: what was written last is only partly on the disk.
    if (cut === 'torn' && sizeOf(journal) > 0) {
      truncateSync(journal, Math.max(0, sizeOf(journal) - 1 - random.whole(60)));
    }
  }
  return (await run.ended).signal === 'SIGKILL';
};

/** No practice tool of this world is running. */
const settled = async (world: string): Promise<void> => {
  const log = join(world, 'log.jsonl');
  for (let n = 0; n < 100 && linesOf(log, '"started"') > linesOf(log, '"ended"'); n += 1) await sleep(50);
};

/** The tools that work still, stopped where they are: process ids. */
const holdTools = (world: string): readonly number[] => {
  const entries = readLog(world);
  const ended = new Set(entries.flatMap((entry) => (entry.event === 'ended' ? [entry.run] : [])));
  return entries.flatMap((entry) => {
    if (entry.event !== 'started' || ended.has(entry.run)) return [];
    try {
      process.kill(entry.processId, 'SIGSTOP');
      return [entry.processId];
    } catch {
      return [];
    }
  });
};

/** The run has begun, and had time to start another tool, which it must not; or it has. */
const anotherRunWorks = async (state: string, runs: number, world: string, held: number): Promise<void> => {
  const log = join(world, 'log.jsonl');
  const begun = Date.now();
  while (runsIn(state) < runs && Date.now() - begun < 60_000) await sleep(100);
  for (let n = 0; n < 30 && linesOf(log, '"started"') - linesOf(log, '"ended"') <= held; n += 1)
    await sleep(100);
};

interface Counted {
  cut: number;
  resumed: number;
  neverBegun: number;
  repeated: number;
  readonly kinds: Record<Cut, number>;
}

const runsIn = (state: string): number => (existsSync(state) ? new Journal(state).runs.length : 0);

/** A command whose work is done finds nothing to do; a password, though, may be updated as often as one likes. */
const mayFindNothingToDo = (procedure: Procedure): boolean => !procedure.name.startsWith('update-password');

const cutAndResume = async (
  procedure: Procedure,
  template: string,
  n: number,
  wholeMs: number,
  counted: Counted,
): Promise<void> => {
  const cut = cuts[n % cuts.length] ?? 'random';
  const about = `seeded cut ${String(n)} (${cut}) of ${procedure.name}`;
  const world = copyWorld(template, join(folder, `cut-${procedure.name.replaceAll(' ', '-')}-${String(n)}`));
  const state = stateOf(procedure, world);
  const workBefore = workIn(world).length;
  const runsBefore = runsIn(state);
  if (await cutOff(cut, procedure, world, randomFor(about), wholeMs)) {
    counted.cut += 1;
    counted.kinds[cut] += 1;
  }
  // Half of the time a tool that outlived the run may still work when resume begins.
  if (cut !== 'tool-works' && (n + Math.floor(n / cuts.length)) % 2 === 0) await settled(world);
  const begun = runsIn(state) > runsBefore;
  const held = cut === 'tool-works' ? holdTools(world) : [];
  const resuming = resume(procedure, world);
  if (held.length > 0) {
    await Promise.race([resuming, anotherRunWorks(state, runsIn(state) + 1, world, held.length)]);
    for (const id of held) process.kill(id, 'SIGCONT');
  }
  const resumed = outcomeOf(await resuming);
  expect(good, `${about}: ${JSON.stringify(resumed.problem)}`).toContain(resumed.exitCode);
  counted.resumed += 1;
  if (!begun) counted.neverBegun += 1;
  if (!begun || mayFindNothingToDo(procedure)) {
    const again = outcomeOf(await startProcedure(procedure, world).ended);
    expect(good, `${about}: ${JSON.stringify(again.problem)}`).toContain(again.exitCode);
    if (begun) expect(again.changed, `${about}: ${JSON.stringify([resumed, again])}`).toBe(false);
  }
  await settled(world);
  const work = workIn(world).slice(workBefore);
  expect(work.length, `${about}: ${JSON.stringify(resumed.steps)}`).toBeGreaterThan(0);
  const once = work.filter((each) => !mayRepeat(each)).map(({ tool, did }) => `${tool}: ${did.join(', ')}`);
  expect(once, about).toEqual([...new Set(once)]);
  const again = work.filter(mayRepeat).map(({ tool }) => tool);
  if (again.length > new Set(again).size) counted.repeated += 1;
  const last = new Journal(state).runs.at(-1);
  expect(good, about).toContain(last?.finished?.exitCode);
  // Killed between its last entry and the end, a run leaves the lock of a dead process: the next one takes it over.
  if (existsSync(join(state, 'run.lock'))) {
    const next = outcomeOf(await startProcedure(procedure, world).ended);
    expect(good, `${about}, behind a dead lock: ${JSON.stringify(next.problem)}`).toContain(next.exitCode);
  }
  expect(readdirSync(state), about).toEqual(['journal.jsonl']);
  rmSync(world, { recursive: true });
};

describe('1 interrupted anywhere', () => {
  const each = times(40, cuts.length);
  const counted: Counted = {
    cut: 0,
    resumed: 0,
    neverBegun: 0,
    repeated: 0,
    kinds: { random: 0, 'tool-works': 0, 'tool-ended': 0, journal: 0, torn: 0 },
  };
  let finished = 0;

  it.each(procedures.map((procedure) => [procedure.name, procedure] as const))(
    '%s: resume finishes it, every step done, none twice, no lock left',
    async (_name, procedure) => {
      const template = await worldBefore(procedure, folder);
      const whole = copyWorld(template, join(folder, 'whole'));
      const begun = Date.now();
      expect(good).toContain((await startProcedure(procedure, whole).ended).code);
      const wholeMs = Date.now() - begun;
      rmSync(whole, { recursive: true });
      let next = 0;
      const lane = async (): Promise<void> => {
        for (let n = next++; n < each; n = next++) {
          await cutAndResume(procedure, template, n, wholeMs, counted);
        }
      };
      await Promise.all([lane(), lane()]);
      finished += 1;
    },
  );

  it('was interrupted often enough to say so', () => {
    const { cut, kinds, resumed, neverBegun, repeated } = counted;
    const total = each * procedures.length;
    expect(finished).toBe(procedures.length);
    expect(cut).toBeGreaterThanOrEqual(times(300, total * 0.6));
    figure(
      '1',
      `Interrupted anywhere: ${String(total)} runs of ${String(procedures.length)} procedures (${procedures.map(({ name }) => name).join(', ')}), ${String(cut)} killed before their end (at random ${String(kinds.random)}, while a tool worked that then continued alone ${String(kinds['tool-works'])}, between the tool's end and our entry ${String(kinds['tool-ended'])}, while the journal was written ${String(kinds.journal)}, with a torn journal ${String(kinds.torn)}); brought to their end by resume ${String(resumed - neverBegun)}, by the command again because nothing was begun ${String(neverBegun)}; steps done twice 0, unreadable journals 0, locks in the way 0 (Update-NonDomainServerInfo.ps1, the refresh or a tool whose credential file is never taken up after a cut ran again in ${String(repeated)}, as they may)`,
    );
  });
});
