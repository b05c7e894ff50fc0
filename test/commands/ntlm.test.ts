import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from '../../src/rehearsal/world.js';
import { reportDocumentSchema } from '../../src/show/document-schema.js';
import { dpmPrep, type CliResult } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const windows = process.platform === 'win32';
const first = 'Unique-Word-4711!';
const second = 'Another-Word-4712!';
const quick = { installMs: 1, configureMs: 1, scriptMs: 1, attachDelayMs: 0 };

const practise = async (): Promise<World> =>
  openWorld({ folder: join(temporaryFolder('ntlm'), 'world'), behaviour: quick });

const run = async (
  world: World,
  on: 'protected-computer' | 'dpm-server',
  words: readonly string[],
  password: string | null = first,
): Promise<CliResult> =>
  dpmPrep([...words, '--rehearse', '--world', world.folder, '--on', on, '--yes', '--no-input', '--json'], {
    environment: password === null ? {} : { DPM_PREP_PASSWORD: password },
  });

const install = async (world: World): Promise<CliResult> =>
  run(world, 'protected-computer', ['install-agent', '--accept-eula'], null);

const setNames = ['--dpm-server-name', 'Server01', '--ps-name', 'Finance01', '--user-name', 'mark'];

const set = async (world: World, more: readonly string[] = []): Promise<CliResult> =>
  run(world, 'protected-computer', [
    ...['set-dpm-server', '--auth', 'ntlm', ...setNames, '--handover-folder', join(world.folder, 'exchange')],
    ...more,
  ]);

const names = (change: Readonly<Record<string, string>> = {}): readonly string[] =>
  Object.entries({
    'dpm-server-name': 'Server01',
    'ps-name': 'Finance01',
    'user-name': 'mark',
    ...change,
  }).flatMap(([flag, value]) => [`--${flag}`, value]);

const attach = async (
  world: World,
  change: Readonly<Record<string, string>> = {},
  password = first,
): Promise<CliResult> => run(world, 'dpm-server', ['attach', '--auth', 'ntlm', ...names(change)], password);

/** The document, accepted by the schema that is published, in success and in failure. */
const said = (result: CliResult) => {
  try {
    return reportDocumentSchema.parse(JSON.parse(result.stdout));
  } catch (error) {
    throw new Error(`no document: ${result.stdout}\n${result.stderr}`, { cause: error });
  }
};

/** What a shell sees of an exit code: outside Windows eight bits. */
const shown = (code: number): number => (windows ? code : code % 256);

const listed = async (world: World): Promise<readonly string[]> =>
  (await world.machine('dpm-server').ask('protected-computers', { dpmServerName: 'Server01' })).computers.map(
    ({ serverName }) => serverName,
  );

describe('install-agent', () => {
  it('that fails shows the last lines of the log, and what the error id in them means', async () => {
    const world = await practise();
    await world.setFaults(['installer:success-text-but-fails']);
    expect(said(await install(world)).problem?.fix.join('\n')).toContain('did not write a log (%windir%');
    await world.setFaults(['installer-service-disabled']);
    const result = await run(
      world,
      'protected-computer',
      ['install-agent', '--accept-eula', '--ignore', 'service-windows-installer'],
      null,
    );
    const failed = said(result);
    expect(failed.problem?.dpmErrors).toEqual([330]);
    expect(failed.problem?.fix[0]).toMatch(/^DPM error 330 means: /);
    expect(failed.problem?.fix.join('\n')).toMatch(
      /Last lines of C:\\Windows\\temp\\msdpm.*\n.*\n.*ERROR ID: 330/i,
    );
    expect(result.code).toBe(4);
    expect(failed.notes.join('\n')).not.toContain('set-dpm-server');
  });

  it('says that Windows must be restarted, and that it is there already the second time', async () => {
    const world = await practise();
    await world.setFaults(['installer:restart-needed']);
    const result = await install(world);
    expect(result.code).toBe(shown(3010));
    expect(said(result)).toMatchObject({ exitCode: 3010, restartRequired: true, changed: true });
    await world.setFaults([]);
    const again = said(await install(world));
    expect(again).toMatchObject({ exitCode: 0, changed: false, outcome: 'nothing-to-do' });
    expect(again.steps[0]).toMatchObject({
      state: 'already-done',
      found: { text: expect.stringMatching(/\d+\.\d+\.\d+\.\d+/) as string },
    });
  });

  it('does not begin without the licence accepted', async () => {
    const world = await practise();
    const result = await run(world, 'protected-computer', ['install-agent'], null);
    expect(result.code).toBe(2);
    expect(said(result).problem?.what).toContain('--accept-eula');
    expect(world.log()).toEqual([]);
  });
});

describe('from the agent to the attached computer', () => {
  let world: World;
  beforeAll(async () => {
    world = await practise();
    expect((await install(world)).code).toBe(0);
  }, 60_000);

  it('set-dpm-server ends 6 with the command for the DPM server, and changes nothing again', async () => {
    const result = await set(world);
    expect(result.code).toBe(6);
    expect(said(result)).toMatchObject({
      changed: true,
      next: { side: 'dpm-server', documentedCommand: expect.stringContaining('-PSName Finance01') as string },
    });
    expect(said(await set(world))).toMatchObject({ exitCode: 6, changed: false });
  });

  it.each([
    [32680, 'a wrong password', {}, second],
    [32690, 'another user name', { 'user-name': 'john' }, first],
    [
      32685,
      'the name in another form',
      { 'ps-name': 'Finance01.contoso.com', 'dpm-server-name': 'Server01' },
      first,
    ],
  ] as const)(
    'attach fails with %i for %s, says what it means, and lists nobody',
    async (id, _what, change, word) => {
      const result = await attach(world, change, word);
      expect(await listed(world)).toEqual([]);
      expect([2, 3, 4]).toContain(result.code);
      const { problem } = said(result);
      if (result.code === 4) {
        expect(problem?.dpmErrors).toContain(id);
        expect(problem?.fix.join('\n')).toContain(`DPM error ${String(id)} means: `);
      } else {
        // Refused by our own check before the tool could say it.
        expect(problem?.what).toMatch(/form|name/);
      }
    },
  );

  it('attach: the DPM server lists the computer; a second time nothing is done', async () => {
    expect(said(await attach(world))).toMatchObject({ exitCode: 0, changed: true });
    expect(await listed(world)).toEqual(['Finance01']);
    expect(said(await attach(world))).toMatchObject({ exitCode: 0, changed: false });
  });

  it('update-password on both, and the other name is refused', async () => {
    const refused = await run(
      world,
      'protected-computer',
      ['update-password', '--dpm-server-name', 'Server02'],
      second,
    );
    expect(refused.code).toBe(3);
    expect(said(refused).problem?.what).toContain('Server01');
    const there = await run(
      world,
      'protected-computer',
      ['update-password', '--dpm-server-name', 'Server01'],
      second,
    );
    expect(there.code).toBe(6);
    const words = ['update-password', '--dpm-server-name', 'Server01', '--ps-name', 'Finance01'];
    expect((await run(world, 'dpm-server', words, first)).code).toBe(4);
    const here = await run(world, 'dpm-server', words, second);
    expect(said(here)).toMatchObject({ exitCode: 0, changed: true });
  });

  it('status tells agent, DPM server and runs on the one computer, the protected ones on the other', async () => {
    const computer = said(await run(world, 'protected-computer', ['status'], null));
    expect(computer.data).toMatchObject({
      role: 'protected-computer',
      agent: { version: expect.stringMatching(/^\d+\./) as string },
      configuredDpmServers: ['Server01'],
    });
    const server = said(await run(world, 'dpm-server', ['status'], null));
    expect(server.data).toMatchObject({ role: 'dpm-server', protectedComputers: [{ name: 'Finance01' }] });
    expect(server.changed).toBe(false);
  });

  it('no password is in any argument list of a tool, any file of the world, or anything printed', async () => {
    const printed: string[] = [];
    const failing = await attach(await practise());
    printed.push(failing.stdout, failing.stderr);
    for (const words of [['status'], ['install-agent', '--accept-eula', '--verbose']]) {
      const result = await run(world, 'protected-computer', words);
      printed.push(result.stdout, result.stderr);
    }
    expect(world.log().length).toBeGreaterThan(5);
    const files = readdirSync(world.folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(world.folder, name))
      .filter((path) => statSync(path).isFile());
    expect(files.length).toBeGreaterThan(10);
    for (const word of [first, second]) {
      const withIt = files.filter((path) => readFileSync(path).includes(word));
      expect(withIt).toEqual([]);
      expect(printed.join('\n')).not.toContain(word);
    }
  });
});

it('a local user that another computer is attached with is 32689, and said before anything is done', async () => {
  const world = await openWorld({
    folder: join(temporaryFolder('ntlm-reused'), 'world'),
    computers: ['Finance01', 'Finance02'],
    behaviour: quick,
  });
  await install(world);
  await set(world);
  await attach(world);
  const other = ['--rehearse', '--world', world.folder, '--yes', '--no-input', '--json'];
  const environment = { DPM_PREP_PASSWORD: first };
  await dpmPrep(['install-agent', '--accept-eula', '--on', 'Finance02', ...other]);
  await dpmPrep(
    [
      'set-dpm-server',
      ...names({ 'ps-name': 'Finance02' }),
      '--handover-folder',
      join(world.folder, 'exchange'),
      '--on',
      'Finance02',
      ...other,
    ],
    {
      environment,
    },
  );
  const result = await attach(world, { 'ps-name': 'Finance02' });
  const text = JSON.stringify(said(result));
  expect([3, 4]).toContain(result.code);
  expect(text).toContain('32689');
  expect(await listed(world)).toEqual(['Finance01']);
}, 60_000);

describe('resume', () => {
  it('resumes the failed run once the fault is fixed, and then has nothing left', async () => {
    const world = await practise();
    await world.setFaults(['installer:success-text-but-fails']);
    expect((await install(world)).code).toBe(4);
    const status = said(await run(world, 'protected-computer', ['status'], null));
    expect(status.exitCode).toBe(3);
    expect(status.findings).toContainEqual(
      expect.objectContaining({
        id: 'run-cut-off',
        status: 'warn',
        fix: [expect.stringContaining('dpm-prep resume')] as unknown,
      }),
    );
    await world.setFaults([]);
    expect(said(await run(world, 'protected-computer', ['resume'], null))).toMatchObject({
      exitCode: 0,
      changed: true,
    });
    expect(said(await run(world, 'protected-computer', ['resume'], null))).toMatchObject({
      exitCode: 0,
      changed: false,
      outcome: 'nothing-to-do',
    });
  }, 60_000);
});
