import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { nextTurn, parseSwitchPlan } from '../../src/dpm/switch-plan.js';
import { readLog } from '../../src/rehearsal/log.js';
import { openWorld } from '../../src/rehearsal/world.js';
import { launcher } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { figure, times } from './support/figure.js';
import { startNode, type Running } from './support/worker.js';

const folder = temporaryFolder('switch');
const nodes = times(3, 1);
const dpmServer = 'Server01.corp.contoso.com';
const nodeNames = Array.from(
  { length: nodes },
  (_none, index) => `Node0${String(index + 1)}.corp.contoso.com`,
);

const newWorld = async (name: string): Promise<string> => {
  const world = join(folder, name);
  await openWorld({
    folder: world,
    dpmServer,
    computers: nodeNames,
    cluster: 'Cluster01',
    behaviour: { installMs: 50, configureMs: 20, attachDelayMs: 20, scriptMs: 20 },
  });
  return world;
};

const rehearse = (world: string): Running =>
  startNode(
    [launcher, 'rehearse', '--switch', '--nodes', String(nodes), '--world', world, '--no-input', '--json'],
    { environment: { DPM_PREP_PASSWORD: 'Torture-First-1!' } },
  );

/**
 * What the practice tools did on which computer, in any order: a step that was done twice stands there twice. Every
 * world has certificates of its own.
 */
const workIn = (world: string): readonly string[] =>
  readLog(world)
    .flatMap((entry) =>
      entry.event === 'ended' && entry.did.length > 0
        ? [
            `${entry.machine} ${entry.tool} ${entry.did.join(', ')}`.replaceAll(
              /\b[0-9A-F]{40}\b/g,
              'THUMBPRINT',
            ),
          ]
        : [],
    )
    .sort();

/**
 * Tools that write a credential file run again after a cut: the file of an interrupted run is never taken up. Done
 * again on the same computer it is the same step, and no reason to cut the run once more.
 */
const writesCredential = (line: string): boolean =>
  / (?:Set-DPMCredentials|SetDpmServer\.exe) .*(?:credentials|by certificate|-dpmCredential)/i.test(line);

/** What was done, each credential step and each refresh once: both are done again where nobody saw them end. */
const workOnce = (world: string): readonly string[] =>
  workIn(world).filter(
    (line, at, all) =>
      !(writesCredential(line) || repeatable.some((tool) => line.includes(tool))) || all.indexOf(line) === at,
  );

const endedIn = (world: string): number => {
  const ended = new Set<string>();
  for (const [at, entry] of readLog(world).entries()) {
    if (entry.event !== 'ended' || repeatable.includes(entry.tool)) continue;
    const line = `${entry.machine} ${entry.tool} ${entry.did.join(', ')}`;
    ended.add(writesCredential(line) ? line : String(at));
  }
  return ended.size;
};

/** Asking and refreshing may be done as often as one likes, and are done again where nobody saw them end. */
const repeatable: readonly string[] = ['refresh-computer', 'Get-DPMProductionCluster'];

/**
 * How many steps a tool was begun for. SetDpmServer waits for its password and ends with the run that would have told
 * it: what is begun again, with nothing done in between, is the same step.
 */
const begunIn = (world: string): number => {
  const begun = new Set<string>();
  let done = 0;
  for (const entry of readLog(world)) {
    const said = entry.event === 'started' ? entry.arguments : entry.did;
    const line = `${entry.machine} ${entry.tool} ${said.join(' ')}`;
    const again = writesCredential(line) || entry.tool === 'Set-DPMCredentials';
    if (entry.event === 'ended' && entry.did.length > 0 && !again) done += 1;
    if (entry.event !== 'started' || repeatable.includes(entry.tool)) continue;
    begun.add(
      JSON.stringify(
        again ? [entry.machine, entry.tool] : [done, entry.machine, entry.tool, entry.arguments],
      ),
    );
  }
  return begun.size;
};

const planIn = (world: string): string => {
  const path = join(world, 'exchange', 'Cluster01.switch.json');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

/** The run is killed as soon as `state` changes. Returns whether it was killed. */
const killAtChange = async (run: Running, state: () => unknown): Promise<boolean> => {
  const before = state();
  while (run.child.exitCode === null && state() === before) await sleep(2);
  run.child.kill('SIGKILL');
  return (await run.ended).signal === 'SIGKILL';
};

/** A tool that outlived its run comes to its end. */
const settled = async (world: string): Promise<void> => {
  const open = (): number =>
    readLog(world).reduce((count, { event }) => count + (event === 'started' ? 1 : -1), 0);
  for (let n = 0; n < 200 && open() > 0; n += 1) await sleep(20);
};

interface Chain {
  readonly cuts: number;
  readonly world: string;
}

/** One switch, interrupted at every change of `state`, and each time begun again, until it comes to its end. */
const cutEverywhere = async (name: string, state: (world: string) => unknown): Promise<Chain> => {
  const world = await newWorld(name);
  let cuts = 0;
  for (; await killAtChange(rehearse(world), () => state(world)); cuts += 1) {
    expect(cuts).toBeLessThan(200);
    // Every other time the tool still works when the next run begins.
    if (cuts % 2 === 0) await settled(world);
  }
  const last = await rehearse(world).ended;
  expect(last.code, last.stdout).toBe(0);
  await settled(world);
  return { cuts, world };
};

describe('9 a switch interrupted after any step', () => {
  it(
    'ends with every node attached by certificate, each step done once',
    { timeout: times(3_600_000, 900_000) },
    async () => {
      const whole = await newWorld('whole');
      const ended = await rehearse(whole).ended;
      expect(ended.code, ended.stdout).toBe(0);
      const work = workIn(whole);
      expect(work.filter((line) => line.includes('attached')).length).toBe(2 * nodes);

      const chains = [
        await cutEverywhere('tools-begin', begunIn),
        await cutEverywhere('tools-end', endedIn),
        await cutEverywhere('plan-file', planIn),
      ];
      for (const { world, cuts } of chains) {
        expect(cuts).toBeGreaterThan(4);
        expect(workOnce(world)).toEqual(workOnce(whole));
        const plan = parseSwitchPlan(planIn(world));
        expect(plan.ok && nextTurn(plan.value)).toBeNull();
        const { computers } = await (
          await openWorld({ folder: world })
        )
          .machine('dpm-server')
          .ask('protected-computers', { dpmServerName: dpmServer });
        expect(
          computers
            .filter(({ state }) => state !== 'Deleted')
            .map((one) => [one.serverName, one.authentication]),
        ).toEqual(nodeNames.map((name) => [name, 'certificate']));
      }
      figure(
        '9',
        `A switch of ${String(nodes)} nodes interrupted: ${chains.map(({ cuts }) => String(cuts)).join(' + ')} times killed (as a tool began, as it ended, as the plan file changed), each time begun again; all nodes attached by certificate, steps done twice 0`,
      );
    },
  );
});
