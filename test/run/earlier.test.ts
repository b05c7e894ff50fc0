import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Journal } from '../../src/run/journal.js';
import { readLog } from '../../src/rehearsal/log.js';
import { practiceVersion } from '../../src/rehearsal/practice-files.js';
import { changeWorld, readState } from '../../src/rehearsal/store.js';
import { temporaryFolder } from '../support/temporary-folder.js';
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
} from '../torture/support/practice.js';

const folder = temporaryFolder('earlier');
const procedure = procedures.find(({ name }) => name === 'install-agent');

/** A run whose installer is at work, with the ids of both processes that it left. */
const started = async () => {
  if (procedure === undefined) throw new Error('no such procedure');
  const world = copyWorld(await worldBefore(procedure, folder), mkdtempSync(join(folder, 'world-')));
  const state = stateOf(procedure, world);
  setBehaviour(world, { installMs: 2_500 });
  const run = startProcedure(procedure, world);
  const ids = (): readonly [number, number] | null => {
    const kept = join(state, 'kept');
    const [file] = existsSync(kept) ? readdirSync(kept).filter((name) => name.endsWith('.json')) : [];
    if (file === undefined) return null;
    const record = JSON.parse(readFileSync(join(kept, file), 'utf8')) as {
      readonly keeper: { readonly processId: number };
      readonly processId: number | null;
    };
    return record.processId === null ? null : [record.keeper.processId, record.processId];
  };
  await expect.poll(ids, { timeout: 20_000 }).not.toBeNull();
  return { procedure, world, state, run, ids: ids() ?? [0, 0] };
};

it('waits for a tool that outlived its run, and puts how it ended into the journal', async () => {
  const { procedure: which, world, state, run } = await started();
  const workBefore = workIn(world).length;
  run.child.kill('SIGKILL');
  await run.ended;
  const resumed = await resume(which, world);
  expect(good, resumed.stderr).toContain(outcomeOf(resumed).exitCode);
  expect(resumed.stderr).toContain('The tool that the earlier run started has ended: with exit code 0');
  expect(workIn(world).slice(workBefore)).toHaveLength(1);
  const ended = new Journal(state).entries.filter(({ event }) => event === 'ended');
  expect(ended).toMatchObject([{ exitCode: 0, endedWell: true }]);
  expect(existsSync(join(state, 'kept'))).toBe(false);
});

it('says what ends a tool together with its run, and runs it again', async () => {
  const { procedure: which, world, run, ids } = await started();
  // As Windows ends everything of an SSH or WinRM session.
  for (const id of [...ids, run.child.pid ?? 0]) process.kill(id, 'SIGKILL');
  await run.ended;
  const resumed = await resume(which, world);
  expect(good, resumed.stderr).toContain(outcomeOf(resumed).exitCode);
  expect(resumed.stderr.replace(/\s+/g, ' ')).toContain('when the SSH or WinRM session of that run ends');
  expect(workIn(world)).toHaveLength(1);
});

/** A run of SetDpmServer that never ends, and writes nothing; its process ids. */
const hung = async () => {
  const which = procedures.find(({ name }) => name === 'set-dpm-server');
  if (which === undefined) throw new Error('no such procedure');
  const world = copyWorld(await worldBefore(which, folder), mkdtempSync(join(folder, 'world-')));
  const kept = join(stateOf(which, world), 'kept');
  setBehaviour(world, { configureMs: 3_600_000 });
  const run = startProcedure(which, world);
  const works = (): number | null => {
    const [file] = existsSync(kept) ? readdirSync(kept).filter((name) => name.endsWith('.json')) : [];
    if (file === undefined) return null;
    const { processId } = JSON.parse(readFileSync(join(kept, file), 'utf8')) as {
      readonly processId: number | null;
    };
    return processId;
  };
  await expect.poll(works, { timeout: 20_000 }).not.toBeNull();
  // dpm-prep answers its two questions for the password; killed before, the tool ends for want of an answer.
  const account = (): boolean => readState(world, 'Finance01').accounts.some(({ name }) => name === 'mark');
  await expect.poll(account, { timeout: 20_000 }).toBe(true);
  run.child.kill('SIGKILL');
  await run.ended;
  setBehaviour(world, { configureMs: 1 });
  return { which, world, processId: works() ?? 0 };
};

it('says which tool still runs and since when, and stops it after the silence limit of its step', async () => {
  const { which, world, processId } = await hung();
  const resumed = await resume(which, world, ['--silence-seconds', '2']);
  const said = resumed.stderr.replace(/\s+/g, ' ');
  expect(said).toContain(
    `SetDpmServer.exe (process ${String(processId)}), which an earlier run started, is still running since`,
  );
  expect(said).toContain('wrote nothing for 2 seconds');
  expect(() => process.kill(processId, 0)).toThrow();
  // The account was made, and nothing shows that the tool came to its end: so it is not done.
  expect(outcomeOf(resumed).exitCode).toBe(4);
}, 60_000);

const toolsIn = (world: string): readonly string[] =>
  readLog(world).flatMap((entry) => (entry.event === 'started' ? [entry.tool] : []));

/** A run of SetDpmServer that was killed while the tool worked; the tool has come to its end since. */
const cutAtTheEnd = async () => {
  const which = procedures.find(({ name }) => name === 'set-dpm-server');
  if (which === undefined) throw new Error('no such procedure');
  const world = copyWorld(await worldBefore(which, folder), mkdtempSync(join(folder, 'world-')));
  setBehaviour(world, { configureMs: 1_500 });
  const run = startProcedure(which, world);
  const account = (): boolean => readState(world, 'Finance01').accounts.some(({ name }) => name === 'mark');
  await expect.poll(account, { timeout: 20_000 }).toBe(true);
  run.child.kill('SIGKILL');
  await run.ended;
  const ended = (): boolean =>
    readLog(world).some(({ event, tool }) => event === 'ended' && tool === 'SetDpmServer.exe');
  await expect.poll(ended, { timeout: 20_000 }).toBe(true);
  return { which, world, state: stateOf(which, world) };
};

it('waits for a tool whose step the new plan does not have, and writes down how it ended', async () => {
  const { world, state, run } = await started();
  run.child.kill('SIGKILL');
  await run.ended;
  // The agent is there before its installer has ended, so the next plan has no installation.
  await changeWorld(world, (draft) => {
    draft.of({ id: 'Finance01' }).agent = {
      version: practiceVersion,
      configuration: { mode: 'none' },
      onceNtlm: false,
    };
    draft.of({ id: 'Finance01' }).services.push({
      ...{ name: 'DPMRA', displayName: 'DPMRA', state: 'stopped', startMode: 'manual' },
    });
  });
  const next = procedures.find(({ name }) => name === 'set-dpm-server');
  if (next === undefined) throw new Error('no such procedure');
  const prepared = await startProcedure(next, world).ended;
  expect(good, prepared.stderr).toContain(outcomeOf(prepared).exitCode);
  const { entries } = new Journal(state);
  const at = (event: string, step: string): number =>
    entries.findIndex((entry) => entry.event === event && 'step' in entry && entry.step === step);
  expect(at('ended', 'install-agent')).toBeGreaterThan(-1);
  expect(at('ended', 'install-agent')).toBeLessThan(at('started', 'set-dpm-server'));
  expect(existsSync(join(state, 'kept'))).toBe(false);
}, 60_000);

it('does not lose how a tool ended to a run of another plan', async () => {
  const { which, world, state } = await cutAtTheEnd();
  const install = procedures.find(({ name }) => name === 'install-agent');
  if (install === undefined) throw new Error('no such procedure');
  const other = await startProcedure(install, world).ended;
  expect(good, other.stderr).toContain(outcomeOf(other).exitCode);
  expect(existsSync(join(state, 'kept'))).toBe(false);
  const again = await startProcedure(which, world).ended;
  expect(good, again.stderr).toContain(outcomeOf(again).exitCode);
  expect(toolsIn(world).filter((tool) => tool === 'SetDpmServer.exe')).toHaveLength(1);
}, 60_000);
