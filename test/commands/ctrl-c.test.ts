import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readWorld, writeWorld } from '../../src/rehearsal/store.js';
import { openWorld } from '../../src/rehearsal/world.js';
import { document, dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { keys, Terminal } from '../support/terminal.js';

/* Ctrl-C where something is waited for: the end comes at once, with 130, and says what still works. */

const base = temporaryFolder('ctrl-c');
const password = 'Practice-2026!';
let count = 0;
let terminal: Terminal | null = null;

afterEach(() => {
  terminal?.kill();
  terminal = null;
});

const names = ['--dpm-server-name', 'Server01', '--user-name', 'mark', '--yes'];

/** With the agent, so that SetDpmServer can be run. */
const newWorld = async ({ agent }: { readonly agent: boolean }): Promise<string> => {
  count += 1;
  const world = join(base, `world-${String(count)}`);
  if (agent)
    expect((await dpmPrep(['install-agent', '--world', world, '--accept-eula', '--yes'])).code).toBe(0);
  return world;
};

const start = (command: string, world: string, ...words: readonly string[]): Terminal => {
  terminal = new Terminal([command, '--world', world, ...words], { folder: base, columns: 200 });
  return terminal;
};

/** Milliseconds. A second is for the start of processes on a busy machine; the wait that this is about took 80. */
const atOnceMs = 8_000;

const expectCancelled = async (session: Terminal): Promise<string> => {
  session.send(keys.ctrlC);
  expect(await session.exitCode(atOnceMs)).toBe(130);
  const text = session.text().replaceAll(/\s+/g, ' ');
  expect(text.match(/Cancelled/g)).toHaveLength(1);
  expect(text).not.toMatch(/bug in dpm-prep|did not work/);
  return text;
};

describe('Ctrl-C in a rehearsal', () => {
  it("ends with 130 at SetDpmServer's own prompt, and the next run does the work", async () => {
    const world = await newWorld({ agent: true });
    const session = start('set-dpm-server', world, ...names);
    await session.waitFor('Enter the password:');
    const text = await expectCancelled(session);
    expect(text).toContain('SetDpmServer.exe had the console, and the same Ctrl-C ended it');
    const again = await dpmPrep(['set-dpm-server', '--world', world, ...names, '--json'], {
      folder: base,
      environment: { DPM_PREP_PASSWORD: password },
    });
    expect(document(again)).toMatchObject({ exitCode: 6, changed: true });
  }, 60_000);

  it("ends with 130 at the second prompt, and at the attach script's", async () => {
    const world = await newWorld({ agent: true });
    const first = start('set-dpm-server', world, ...names);
    await first.waitFor('Enter the password:');
    first.line(password);
    await first.waitFor('Confirm the password:');
    await expectCancelled(first);
    first.kill();
    const done = await dpmPrep(['set-dpm-server', '--world', world, ...names, '--json'], {
      folder: base,
      environment: { DPM_PREP_PASSWORD: password },
    });
    expect(done.code).toBe(6);
    const second = start('attach', world, ...names, '--ps-name', 'Finance01');
    await second.waitFor(/password[^\n]*:\s*$/i);
    await expectCancelled(second);
  }, 60_000);

  it('ends with 130 while a verification waits for what the tool did', async () => {
    const world = await newWorld({ agent: true });
    const content = readWorld(world);
    // In a world where nothing settles late, the verification itself is over in a second.
    writeWorld(world, {
      ...content,
      faults: ['set-dpm-server:exit-0-does-nothing'],
      behaviour: { ...content.behaviour, attachDelayMs: 60_000 },
    });
    const session = start('set-dpm-server', world, ...names);
    await session.waitFor('-UserName mark');
    await session.waitFor(/\n {4}SetDpmServer\.exe/);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await expectCancelled(session);
  }, 60_000);

  it('leaves a hanging installer at work and says so', async () => {
    const world = await newWorld({ agent: false });
    await openWorld({ folder: world, faults: ['installer:hangs'] });
    const session = start('install-agent', world, '--accept-eula', '--yes');
    await session.waitFor(/waiting for DPMAgentInstaller_x64\.exe to end, 0:/);
    session.send(keys.ctrlC);
    expect(await session.exitCode(atOnceMs)).toBe(130);
    const [, id = ''] =
      /DPMAgentInstaller_x64\.exe is still running \(process (\d+)\)/.exec(
        session.text().replaceAll(/\s+/g, ' '),
      ) ?? [];
    expect(id).not.toBe('');
    const status = document(await dpmPrep(['status', '--world', world, '--json']));
    expect(status.data).toMatchObject({
      running: [{ tool: 'DPMAgentInstaller_x64.exe', processId: Number(id) }],
      left: [expect.stringMatching(/still runs.*dpm-prep resume --world/)],
    });
    expect(status.findings).toContainEqual(
      expect.objectContaining({
        id: 'run-cut-off',
        found: expect.stringContaining('was cancelled') as string,
      }),
    );
    process.kill(Number(id));
  }, 60_000);
});
