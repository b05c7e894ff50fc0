import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changeWorld, readState } from '../../src/rehearsal/store.js';
import { openWorld, type World } from '../../src/rehearsal/world.js';
import { quick } from '../rehearsal/pair.js';
import { document, dpmPrep, type CliResult } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

// docs/moving.md, played: every command that the page shows, in its order. Each DPM server has a practice pair of its own,
// and the computer is carried from one to the other.

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'moving.md'), 'utf8').replaceAll(
  '\r\n',
  '\n',
);
/** The commands of the page. */
const shown = [...page.matchAll(/^```\n([^]*?)^```/gm)].flatMap(([, block = '']) => block.trim().split('\n'));

const folder = temporaryFolder('moving');
const environment = { DPM_PREP_PASSWORD: 'Rehearsed-Word-1!' };
const psName = 'Finance01';

const pair = async (name: string, dpmServer: string): Promise<World> =>
  openWorld({ folder: join(folder, name), dpmServer, computers: [psName], behaviour: quick });

/** One line as it stands on the page, with what an unattended rehearsal needs besides. */
const play = async (
  world: World,
  on: string,
  line: string,
  more: readonly string[] = [],
): Promise<CliResult> => {
  const [program, command = '', ...words] = line.split(' ');
  expect(program).toBe('dpm-prep');
  const unattended = ['--world', world.folder, '--on', on, '--yes', '--no-input', '--json'];
  return dpmPrep([command, ...words, ...more, ...unattended], { environment, folder: world.exchangeFolder });
};

const protect = async (world: World, server: string): Promise<void> => {
  const steps = [
    [psName, 'dpm-prep install-agent --accept-eula', 0],
    [psName, `dpm-prep set-dpm-server --dpm-server-name ${server} --user-name mark`, 6],
    [server, `dpm-prep attach --handover ${psName}.handover.json`, 0],
  ] as const;
  for (const [on, words, code] of steps) {
    const played = await play(world, on, words);
    expect(played.code, `${words}\n${played.stdout}`).toBe(code);
  }
};

/** The computer as it is in one pair, now in the other one: its state, its files and its record of runs. */
const carry = async (from: World, to: World): Promise<void> => {
  const machine = join('machines', psName);
  cpSync(join(from.folder, machine), join(to.folder, machine), { recursive: true });
  await changeWorld(to.folder, (draft) => {
    Object.assign(draft.of({ id: psName }), readState(from.folder, psName));
  });
};

const listed = ({ folder: at }: World, server: string): readonly string[] =>
  (readState(at, server).server?.records ?? [])
    .filter(({ deleted }) => !deleted)
    .map(({ serverName }) => serverName);

const confirm = ['--confirm', psName];

const [removeThere = '', removeHere = '', installIt = '', setServer = '', attachIt = '', status = ''] = shown;

/** Sections 2 to 4 of the page, as its commands stand there but for the name of a DPM server that was rebuilt. */
const sections2to4 = async (world: World, server: string): Promise<void> => {
  const first = await play(world, psName, removeHere, confirm);
  expect(document(first).restartRequired, first.stdout).toBe(true);
  await world.restart(psName);
  const steps = [
    [psName, removeHere, confirm, 0],
    [psName, installIt, [], 0],
    [psName, setServer.replace('Server02', server), [], 6],
    [server, attachIt, [], 0],
  ] as const;
  for (const [on, words, more, code] of steps) {
    const played = await play(world, on, words, more);
    expect(played.code, `${words}\n${played.stdout}`).toBe(code);
  }
  expect(listed(world, server)).toEqual([psName]);
  expect(document(await play(world, psName, status)).data).toMatchObject({ configuredDpmServers: [server] });
};

describe('docs/moving.md', () => {
  it('shows these commands, and no other', () => {
    expect(shown).toEqual([
      'dpm-prep remove --ps-name Finance01',
      'dpm-prep remove',
      'dpm-prep install-agent --installer D:\\Agents --accept-eula',
      'dpm-prep set-dpm-server --dpm-server-name Server02 --user-name mark2',
      'dpm-prep attach --handover Finance01.handover.json',
      'dpm-prep status',
    ]);
  });

  it('moves a computer to another DPM server, and SetDpmServer alone is refused', async () => {
    const old = await pair('old', 'Server01');
    const next = await pair('next', 'Server02');
    await protect(old, 'Server01');
    await carry(old, next);
    const alone = await play(next, psName, setServer);
    expect(document(alone), alone.stdout).toMatchObject({ exitCode: 3, changed: false });
    expect(alone.stdout).toMatch(/"agent-owner"[^]*Server01/);

    const removed = await play(old, 'Server01', removeThere, confirm);
    expect(removed.code, removed.stdout).toBe(6);
    expect(listed(old, 'Server01')).toEqual([]);
    await sections2to4(next, 'Server02');
  }, 120_000);

  it('brings it back to a DPM server that was rebuilt under its name, without its database', async () => {
    const world = await pair('rebuilt', 'Server01');
    await protect(world, 'Server01');
    await changeWorld(world.folder, (draft) => {
      draft.of({ id: 'Server01' }).server?.records.splice(0);
    });
    await sections2to4(world, 'Server01');
  }, 120_000);

  it('refuses the account of the agent that was uninstalled, before anything changes', async () => {
    const world = await pair('account', 'Server01');
    await protect(world, 'Server01');
    await play(world, psName, removeHere, confirm);
    await world.restart(psName);
    await play(world, psName, removeHere, confirm);
    expect((await play(world, psName, installIt)).code).toBe(0);
    const again = await play(
      world,
      psName,
      setServer.replace('Server02', 'Server01').replace('mark2', 'mark'),
    );
    expect(document(again), again.stdout).toMatchObject({ exitCode: 3, changed: false });
    expect(again.stdout).toContain('32693');
  }, 120_000);
});
