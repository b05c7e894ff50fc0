import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { readLog } from '../../src/rehearsal/log.js';
import { changeWorld, readState, readWorld } from '../../src/rehearsal/store.js';
import { openWorld, type World } from '../../src/rehearsal/world.js';
import { reportDocumentSchema } from '../../src/show/document-schema.js';
import { attach, ended, install, quick, setDpmServer } from '../rehearsal/pair.js';
import { contentOf, onPractice } from '../support/certificate-world.js';
import { launcher } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { keys, Terminal } from '../support/terminal.js';
import { startNode } from '../torture/support/worker.js';

const server = 'Server01.corp.contoso.com';
const [node1, node2, alone] = [
  'Node01.corp.contoso.com',
  'Node02.corp.contoso.com',
  'Finance01.widgets.corp.com',
] as const;

const folder = temporaryFolder('remove');
const template = join(folder, 'attached');

beforeAll(async () => {
  const world = await openWorld({
    folder: template,
    dpmServer: server,
    computers: [node1, node2, alone],
    behaviour: quick,
  });
  for (const [index, name] of [node1, node2, alone].entries()) {
    const user = `mark${String(index + 1)}`;
    await install(world.machine(name));
    await setDpmServer(world.machine(name), `-DpmServerName ${server} -isNonDomainServer -UserName ${user}`);
    await attach(world.machine(server), { dpm: server, ps: name, user });
  }
  await changeWorld(template, (draft) => {
    for (const record of draft.of({ id: server }).server?.records ?? [])
      if (record.serverName.startsWith('Node')) record.clusterName = 'Cluster01';
  });
}, 120_000);

let count = 0;
const worldWith = async (faults: readonly string[] = []): Promise<World> => {
  count += 1;
  const copy = join(folder, `world-${String(count)}`);
  cpSync(template, copy, { recursive: true });
  return openWorld({ folder: copy, faults });
};

interface Said {
  readonly code: number | null;
  readonly document: ReturnType<typeof reportDocumentSchema.parse>;
  readonly text: string;
}

const run = async (world: World, on: string, words: readonly string[]): Promise<Said> => {
  const result = await onPractice(world.folder, words, { on });
  const document = reportDocumentSchema.parse(JSON.parse(result.stdout));
  const { problem, notes } = document;
  return {
    code: result.code,
    document,
    text: [...(problem === null ? [] : [problem.what, ...problem.fix]), ...notes].join('\n'),
  };
};

const remove = async (world: World, on: string, ...words: readonly string[]): Promise<Said> =>
  run(world, on, ['remove', ...words]);

const listedIn = ({ folder: at }: World): readonly string[] =>
  (readState(at, server).server?.records ?? [])
    .filter(({ deleted }) => !deleted)
    .map(({ serverName }) => serverName)
    .sort();

const everyone = [alone, node1, node2].sort();

/** Everything but what a run writes of itself. */
const stateOf = (world: World): unknown =>
  readWorld(world.folder).computers.map(({ id }) => readState(world.folder, id));

describe('what is never removed', () => {
  it.each([
    [
      'a typing error',
      ['--ps-name', 'Finance1.widgets.corp.com'],
      3,
      /does not list.*\n.*It lists: .*Node01/,
    ],
    ['another form of the name', ['--ps-name', 'Finance01'], 3, /It lists Finance01\.widgets\.corp\.com/],
    ['one node of a cluster', ['--ps-name', node1], 3, /Node02.* would be left/],
    ['a cluster that is not listed', ['--cluster-name', 'Cluster02'], 2, /it lists nodes of Cluster01/],
    ['the DPM server itself', ['--ps-name', server], 3, /does not list Server01|this DPM server itself/],
    [
      'a computer and a cluster at once',
      ['--ps-name', alone, '--cluster-name', 'Cluster01'],
      2,
      /both given/,
    ],
    [
      'a computer of another DPM server',
      ['--ps-name', alone, '--dpm-server-name', 'Server02'],
      3,
      /not Server02/,
    ],
  ])('%s', async (_what, words, code, text) => {
    const world = await worldWith();
    const before = stateOf(world);
    const said = await remove(world, server, ...words, '--confirm', alone);
    expect(said.text).toMatch(text);
    expect(said.code).toBe(code);
    expect(stateOf(world)).toEqual(before);
  });

  it('a computer that is not confirmed by its own name, unattended or typed', async () => {
    const world = await worldWith();
    const none = await remove(world, server, '--ps-name', alone);
    expect([none.code, none.text]).toEqual([2, expect.stringContaining('--confirm <name>')]);
    const other = await remove(world, server, '--ps-name', alone, '--confirm', node1);
    expect([other.code, other.text]).toEqual([3, expect.stringMatching(/You confirmed.*Nothing was/)]);
    const node = await remove(world, server, '--cluster-name', 'Cluster01', '--confirm', node1);
    expect([node.code, node.text]).toEqual([3, expect.stringContaining('--confirm Cluster01')]);
    const here = await remove(world, alone, '--confirm', node1);
    expect([here.code, here.text]).toEqual([3, expect.stringContaining('--confirm Finance01')]);
    expect(listedIn(world)).toEqual(everyone);
    expect(readState(world.folder, alone).agent).not.toBeNull();
  });

  it('a computer whose data sources are in active protection (292), nor the other nodes of its cluster', async () => {
    const world = await worldWith();
    await changeWorld(world.folder, (draft) => {
      for (const record of draft.of({ id: server }).server?.records ?? [])
        if (record.serverName === node2)
          record.dataSources.push({ name: 'C:\\', kind: 'Volume', protected: true });
    });
    const said = await remove(world, server, '--cluster-name', 'Cluster01', '--confirm', 'Cluster01');
    expect([said.code, said.document.problem?.dpmErrors]).toEqual([3, [292]]);
    expect(said.text).toContain('Retain protected data');
    expect(said.text).not.toMatch(/switch/i);
    expect(listedIn(world)).toEqual(everyone);
  });

  it('anything in a dry run, whose last line names all that an unattended run needs', async () => {
    const world = await worldWith();
    const before = stateOf(world);
    const said = await remove(world, server, '--cluster-name', 'cluster01', '--dry-run');
    expect(said.code).toBe(0);
    expect(said.document.steps.map(({ command }) => command)).toEqual(
      [node1, node2].map((name) => `Remove-ProductionServer.ps1 -DPMServerName ${server} -PSName ${name}`),
    );
    expect(said.document.replay).toMatch(/--cluster-name Cluster01 --confirm Cluster01 .*--yes --no-input$/);
    const here = await remove(world, alone, '--dry-run');
    expect(here.code, here.text).toBe(0);
    expect(here.document.steps.map(({ state }) => state)).toEqual(['planned', 'planned']);
    expect(here.document.replay).toContain('--confirm Finance01');
    expect(stateOf(world)).toEqual(before);
  });
});

describe('a computer leaves the DPM server', () => {
  it('on the DPM server: in DPM’s spelling, once, with what stops and what stays', async () => {
    const world = await worldWith();
    const said = await remove(
      world,
      server,
      '--ps-name',
      alone.toUpperCase(),
      '--confirm',
      alone.toLowerCase(),
    );
    expect(said.code, said.text).toBe(6);
    expect(said.document.steps.map(({ command }) => command)).toEqual([
      `Remove-ProductionServer.ps1 -DPMServerName ${server} -PSName ${alone}`,
    ]);
    expect(said.text).toMatch(/Backups of Finance01\.widgets\.corp\.com stop\./);
    expect(said.text).toMatch(/stays on the DPM server as inactive protection/);
    expect(said.document.next).toMatchObject({
      side: 'protected-computer',
      computer: alone,
      command: expect.stringMatching(/^dpm-prep remove /) as unknown,
    });
    expect(listedIn(world)).toEqual([node1, node2]);

    for (const name of [alone, 'finance01']) {
      const again = await remove(world, server, '--ps-name', name, '--confirm', alone);
      expect([again.code, again.document.outcome]).toEqual([0, 'nothing-to-do']);
    }
    expect(ended(world).filter((line) => line.startsWith('Remove-'))).toHaveLength(1);
  });

  it('all nodes of a cluster, and twice is nothing to do', async () => {
    const world = await worldWith();
    const words = ['--cluster-name', 'cluster01', '--confirm', 'cluster01'];
    const said = await remove(world, server, ...words);
    expect(said.code, said.text).toBe(6);
    expect(said.document.next?.instructions.join(' ')).toContain(`${node1}, ${node2}`);
    expect(listedIn(world)).toEqual([alone]);
    const again = await remove(world, server, ...words);
    expect([again.code, again.document.outcome]).toEqual([0, 'nothing-to-do']);
  });

  it('on the computer: uninstalls, waits for the restart, deletes the folder; then nothing is left', async () => {
    const world = await worldWith();
    const first = await remove(world, alone, '--confirm', 'finance01');
    expect([first.code, first.document.restartRequired]).toEqual([3010 % 256, true]);
    expect(first.text).toMatch(/Backups of FINANCE01 stop|Backups of Finance01 stop/);
    expect(first.text).toMatch(/dpm-prep remove --ps-name Finance01\.widgets\.corp\.com .*--on dpm-server/);
    const early = await remove(world, alone, '--confirm', 'finance01');
    expect([early.code, early.document.changed]).toEqual([3010 % 256, false]);
    const status = await run(world, alone, ['status']);
    const { left } = status.document.data as { readonly left: readonly string[] };
    expect(left.join('\n')).toMatch(/Finish the removal.*dpm-prep remove/);
    expect(left.join('\n')).not.toContain('install-agent');

    await world.restart(alone);
    const last = await remove(world, alone, '--confirm', 'finance01');
    expect(last.code, last.text).toBe(0);
    expect(last.text).toContain('no longer protected');
    expect(readState(world.folder, alone).agent).toBeNull();
    const again = await remove(world, alone, '--confirm', 'finance01');
    expect([again.code, again.document.outcome]).toEqual([0, 'nothing-to-do']);
  });
});

const journalOf = (world: World, on: string): string =>
  join(world.machine(on).stateFolder ?? '', 'journal.jsonl');

/** Killed at the first line of its journal, resumed and killed at the second, and so on, until it comes to its end. Returns how often it was killed. */
const cutEverywhere = async (world: World, on: string, words: readonly string[]): Promise<number> => {
  const journal = journalOf(world, on);
  const size = (): number => (existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length : 0);
  const flags = ['--world', world.folder, '--on', on, '--yes', '--no-input', '--json'];
  for (let cuts = 0; cuts < 60; cuts += 1) {
    const before = size();
    const running = startNode([launcher, ...(cuts === 0 || before < 2 ? words : ['resume']), ...flags], {});
    while (running.child.exitCode === null && size() < before + 1 + cuts) await sleep(2);
    running.child.kill('SIGKILL');
    const result = await running.ended;
    if (result.signal !== 'SIGKILL') {
      expect([0, 6, 3010 % 256], result.stdout).toContain(result.code);
      return cuts;
    }
  }
  throw new Error('It never came to its end.');
};

const doneTwice = (world: World): readonly string[] => {
  const done = readLog(world.folder).flatMap((entry) =>
    entry.event === 'ended' && entry.did.length > 0 ? [`${entry.machine} ${entry.did.join(', ')}`] : [],
  );
  return done.filter((line, at) => done.indexOf(line) !== at);
};

describe('typed by a person', () => {
  const ask = (world: World, on: string, words: readonly string[]): Terminal =>
    new Terminal(['remove', ...words, '--rehearse', '--world', world.folder, '--on', on]);

  it('asks for the name until it is right, shows the plan, and asks once more', async () => {
    const world = await worldWith();
    const terminal = ask(world, server, []);
    await terminal.waitFor(`${alone} (`);
    terminal.line(keys.down + keys.down);
    await terminal.waitFor(`Type ${alone} to confirm:`);
    terminal.line('yes');
    await terminal.waitFor('press Ctrl-C to cancel');
    terminal.line(`${keys.backspace.repeat(3)}${alone}`);
    await terminal.waitFor('Run this plan?');
    expect(terminal.text()).toContain(`Backups of ${alone} stop.`);
    expect(listedIn(world)).toEqual(everyone);
    terminal.line('y');
    expect(await terminal.exitCode()).toBe(6);
    expect(listedIn(world)).toEqual([node1, node2]);
  });
});

describe('a removal that is killed', () => {
  it('on the DPM server is resumed, and removes each node once', async () => {
    const world = await worldWith();
    const words = ['remove', '--cluster-name', 'Cluster01', '--confirm', 'Cluster01'];
    expect(await cutEverywhere(world, server, words)).toBeGreaterThan(3);
    expect(listedIn(world)).toEqual([alone]);
    expect(doneTwice(world)).toEqual([]);
  }, 120_000);

  it('on the computer is resumed before and after the restart, and uninstalls once', async () => {
    const world = await worldWith();
    const words = ['remove', '--confirm', 'Finance01'];
    expect(await cutEverywhere(world, alone, words)).toBeGreaterThan(2);
    const folderThere = (): boolean =>
      Object.keys(contentOf(world.folder)).some((path) => path.includes('DPMRA.exe') && path.includes(alone));
    await world.restart(alone);
    await cutEverywhere(world, alone, words);
    expect(folderThere()).toBe(false);
    expect(readState(world.folder, alone).agent).toBeNull();
    expect(doneTwice(world)).toEqual([]);
  }, 120_000);
});
