import { existsSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseAudit, serializeAudit, type AuditDocument } from '../../src/audit/document.js';
import { judgeFleet } from '../../src/audit/judge.js';
import { readLog } from '../../src/rehearsal/log.js';
import { sameSealing } from '../../src/rehearsal/password.js';
import { places, plantProgram, practiceVersion } from '../../src/rehearsal/practice-files.js';
import { addRecord } from '../../src/rehearsal/records.js';
import { changeWorld, readState } from '../../src/rehearsal/store.js';
import { openWorld } from '../../src/rehearsal/world.js';
import { launcher } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { figure, randomFor, times, type Random } from './support/figure.js';
import { good, outcomeOf } from './support/practice.js';
import { startNode, type Ended, type Running } from './support/worker.js';

const folder = temporaryFolder('rotation');
const server = 'Server01';
const old = 'Torture-First-1!';
const fresh = 'Torture-November-2!';
const generation = ['--generation', '2026-11'];

const start = (world: string, on: string, words: readonly string[], password?: string): Running =>
  startNode(
    [launcher, ...words, ...['--rehearse', '--world', world, '--on', on, '--yes', '--no-input', '--json']],
    password === undefined ? {} : { environment: { DPM_PREP_PASSWORD: password } },
  );

const finished = (ended: Ended): void => {
  expect(good, `${JSON.stringify(outcomeOf(ended).problem)} ${ended.stderr}`).toContain(ended.code);
};

/** Computers with an agent of their own, configured by dpm-prep for NTLM and attached. */
const attachedWorld = async (world: string, names: readonly string[]): Promise<void> => {
  await openWorld({
    folder: world,
    dpmServer: server,
    computers: names,
    behaviour: { installMs: 1, configureMs: 80, attachDelayMs: 0, scriptMs: 30 },
  });
  await changeWorld(world, (draft) => {
    for (const id of names) {
      const state = draft.of({ id });
      state.services.push({ name: 'DPMRA', displayName: 'DPMRA', state: 'running', startMode: 'automatic' });
      state.agent = { version: practiceVersion, configuration: { mode: 'none' }, onceNtlm: false };
    }
  });
  for (const name of names) {
    for (const program of ['DPMRA.exe', 'SetDpmServer.exe'])
      plantProgram(world, name, `${places.agentBin}\\${program}`, practiceVersion);
    finished(
      await start(
        world,
        name,
        [
          ...['set-dpm-server', '--auth', 'ntlm', '--dpm-server-name', server, '--ps-name', name],
          ...['--user-name', name.toLowerCase(), '--handover-folder', world],
        ],
        old,
      ).ended,
    );
  }
  await changeWorld(world, (draft) => {
    for (const id of names) {
      const computer = draft.world.computers.find((one) => one.id === id);
      const account = draft.of({ id }).accounts.find((one) => one.name === id.toLowerCase());
      if (computer === undefined || account === undefined) throw new Error(`no ${id}`);
      account.passwordLastSet = new Date(Date.now() - 86_400_000).toISOString();
      addRecord(draft.world, draft.of({ id: server }), computer, {
        serverName: id,
        authentication: 'ntlm',
        userName: account.name,
        password: account.password,
      });
    }
  });
};

/** Computers whose password their DPM server does not have, by the practice computers themselves. */
const halfChanged = (world: string, names: readonly string[]): readonly string[] => {
  const { records = [] } = readState(world, server).server ?? {};
  return names.filter((name) => {
    const account = readState(world, name).accounts.find((one) => one.name === name.toLowerCase());
    const record = records.find((one) => one.serverName === name);
    return !sameSealing(record?.password ?? null, account?.password ?? null);
  });
};

const audited = async (world: string, on: string): Promise<AuditDocument> => {
  const ended = await start(world, on, ['audit', '--offline']).ended;
  finished(ended);
  const { document } = (JSON.parse(ended.stdout) as { data: { document: AuditDocument } }).data;
  const parsed = parseAudit(serializeAudit(document));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
};

/** Computers that the comparison of both sides names. */
const named = async (world: string, name: string): Promise<readonly string[]> => {
  const documents = [await audited(world, name), await audited(world, server)];
  const { computers } = judgeFleet({
    received: documents.map((document, index) => ({ file: String(index), document })),
    roster: null,
    now: new Date(),
    maxAgeMs: 3_600_000,
    minDays: 1,
    rehearsal: true,
  });
  return computers
    .filter(({ findings }) =>
      findings.some(({ id, status }) => id === 'password-half-changed' && status === 'fail'),
    )
    .map((computer) => computer.name.split('.')[0] ?? computer.name);
};

/** No practice tool is running: one that outlived its run ends by itself. */
const settled = async (world: string): Promise<void> => {
  for (let tries = 0; tries < 200; tries += 1) {
    const entries = readLog(world);
    const begun = entries.filter(({ event }) => event === 'started').length;
    if (begun === entries.filter(({ event }) => event === 'ended').length) return;
    await sleep(50);
  }
};

const cuts = ['tool-began', 'tool-ended', 'journal', 'random'] as const;
type Cut = (typeof cuts)[number];

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

/** Kills the run at a boundary; false where it had ended before. */
const kill = async (run: Running, world: string, on: string, cut: Cut, random: Random): Promise<boolean> => {
  const watched = cut === 'journal' ? join(world, 'machines', on, 'dpm-prep') : world;
  const count = (event: string): number => readLog(world).filter((entry) => entry.event === event).length;
  const journal = join(watched, 'journal.jsonl');
  const before = { started: count('started'), ended: count('ended'), size: sizeOf(journal) };
  if (cut === 'random') {
    void sleep(random.whole(1_500)).then(() => run.child.kill('SIGKILL'));
    return (await run.ended).signal === 'SIGKILL';
  }
  let left = 1 + random.whole(5);
  let { size } = before;
  const watcher = watch(watched, () => {
    if (cut === 'journal') {
      if (sizeOf(journal) === size) return;
      size = sizeOf(journal);
      left -= 1;
      if (left <= 0) run.child.kill('SIGKILL');
    } else if (cut === 'tool-began' ? count('started') > before.started : count('ended') > before.ended) {
      run.child.kill('SIGKILL');
    }
  });
  const { signal } = await run.ended;
  watcher.close();
  return signal === 'SIGKILL';
};

interface Counted {
  killed: number;
  half: number;
  dead: number;
}

/** What rotate.yml runs for one computer, in its order; begun again from the top after each kill. */
const rotateOne = async (
  world: string,
  names: readonly string[],
  name: string,
  kills: number,
  counted: Counted,
): Promise<void> => {
  const random = randomFor(`rotation of ${name} in ${world.slice(-1)}`);
  const onServer = ['update-password', '--dpm-server-name', server, '--ps-name', name];
  const steps = [
    { on: server, words: [...onServer, '--refresh'], onlyBefore: true },
    {
      on: name,
      words: ['update-password', '--dpm-server-name', server, ...generation],
      password: fresh,
    },
    { on: server, words: [...onServer, ...generation], password: fresh },
    { on: name, words: ['update-password', ...generation, '--server-state', 'verified'] },
  ] as const;
  // Half of the kills at the two steps that change something.
  const due = Array.from({ length: kills }, (_, n) => ({
    step: [1, 2, 1, 2, 0, 3][(n + random.whole(6)) % 6] ?? 1,
    cut: cuts[(n + random.whole(cuts.length)) % cuts.length] ?? 'random',
  }));
  const openWorldAgain = await openWorld({ folder: world });
  for (let again = true; again;) {
    again = false;
    const own = (await audited(world, name)).protectedComputer?.passwordChange.value;
    const begun = own?.generation === '2026-11';
    for (const [index, step] of steps.entries()) {
      if ('onlyBefore' in step && begun) continue;
      const password = 'password' in step ? step.password : undefined;
      const at = due.findIndex((one) => one.step === index || (begun && one.step === 0));
      const [cut] = at === -1 ? [] : due.splice(at, 1);
      if (cut === undefined) {
        finished(await start(world, step.on, step.words, password).ended);
        continue;
      }
      const isDead = step.on === server && random.whole(3) === 0;
      if (isDead) {
        // The link is dead when this command begins, and comes back after the next try.
        await openWorldAgain.setFaults([`unreachable@${name}`]);
        const ended = await start(world, step.on, step.words, password).ended;
        expect(good).not.toContain(ended.code);
        counted.dead += 1;
        await openWorldAgain.setFaults([]);
      } else if (await kill(start(world, step.on, step.words, password), world, step.on, cut.cut, random)) {
        counted.killed += 1;
      }
      await settled(world);
      const half = halfChanged(world, names);
      expect(half.length, 'at most one is half changed').toBeLessThanOrEqual(1);
      if (half.length > 0) {
        expect(half).toEqual([name]);
        expect(await named(world, name)).toContain(name);
        counted.half += 1;
      }
      again = true;
      break;
    }
  }
};

describe('12 passwords changed while runs are killed and links are dead', () => {
  it('are known at every boundary: half changed is one at most, and named; none is set twice', async () => {
    const lanes = times(2, 1);
    const each = times(50, 3);
    const counted: Counted = { killed: 0, half: 0, dead: 0 };
    const lane = async (number: number): Promise<void> => {
      const world = join(folder, `world-${String(number)}`);
      const names = Array.from({ length: each }, (_, n) => `Fin${String(n + 1).padStart(3, '0')}`);
      await attachedWorld(world, names);
      for (const name of names) await rotateOne(world, names, name, times(7, 5), counted);
      expect(halfChanged(world, names)).toEqual([]);
      const log = readLog(world).flatMap((entry) => (entry.event === 'ended' ? [entry] : []));
      for (const name of names) {
        const own = log.filter(({ machine, did }) => machine === name && did.includes('set the password'));
        expect(own, name).toHaveLength(1);
        expect((await audited(world, name)).protectedComputer?.passwordChange.value).toMatchObject({
          state: 'verified',
          generation: '2026-11',
        });
      }
      const states = (await audited(world, server)).dpmServer?.computers.value ?? [];
      expect(states.map(({ passwordChange }) => passwordChange?.state)).toEqual(names.map(() => 'verified'));
      // A refresh with a password that the computer does not have is a failed logon.
      expect(log.filter(({ tool, errors }) => tool === 'refresh-computer' && errors.length > 0)).toEqual([]);
    };
    await Promise.all(Array.from({ length: lanes }, async (_, number) => lane(number)));
    expect(counted.killed).toBeGreaterThanOrEqual(times(400, 6));
    figure(
      '12',
      `Passwords: ${String(lanes * each)} practice computers through both computers, ${String(counted.killed)} runs killed and ${String(counted.dead)} links dead at a boundary; half changed after it ${String(counted.half)}, each named, never two at once; passwords set twice 0, tries with a wrong password 0, verified in the end ${String(lanes * each)}`,
    );
  });
});
