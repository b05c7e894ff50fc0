import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { dpmPrep } from '../support/cli.js';
import { toNtlmPlan } from '../support/guide-questions.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { keys, Terminal } from '../support/terminal.js';

/* The guide on a screen of 80 columns: what a person reads, types wrongly, and finds again on another evening. */

const base = temporaryFolder('guide-screen');
let count = 0;
let terminal: Terminal | null = null;

afterEach(() => {
  terminal?.kill();
  terminal = null;
});

const newWorld = (): string => {
  count += 1;
  return join(base, `world-${String(count)}`);
};

const open = (args: readonly string[], rows = 24): Terminal => {
  terminal = new Terminal(['guide', ...args], { folder: base, columns: 80, rows });
  return terminal;
};

/** How often a text is on the screen or above it. */
const times = (session: Terminal, text: string): number => session.text().split(text).length - 1;

describe('a path in the guide', () => {
  it('is judged at its own question, which is asked again with the reason', async () => {
    const world = newWorld();
    writeFileSync(join(base, 'empty.bin'), '');
    writeFileSync(join(base, 'notes.txt'), 'not a folder');
    writeFileSync(join(base, 'real.bin'), 'of an unknown format');
    const session = open(['--world', world, '--on', 'protected-computer', '--auth', 'certificate']);
    await session.answer([
      ['Which computer is this?', '\r'],
      ['The .bin that Set-DPMCredentials wrote on the DPM server:', 'Enter\r'],
      ['Path of the .bin', 'nosuch.bin\r'],
      [/nosuch\.bin was not found in these folders[^]*\? Path of the \.bin/, 'empty.bin\r'],
      [/empty\.bin is empty[^]*\? Path of the \.bin/, 'real.bin\r'],
    ]);
    await session.answer([
      ['licence terms', 'y\r'],
      ['Name of the DPM server:', 'Server01\r'],
      ['Name of the protected computer:', '\r'],
      ["Folder for this computer's own credential file (.bin):", `${join(base, 'notes.txt')}\r`],
      [/is a file, not a folder[^]*\? Folder for this/, 'C:\\Temp\r'],
      ['Certificate for DPM', keys.ctrlC],
    ]);
    expect(await session.exitCode()).toBe(130);
    expect(times(session, 'Path of the .bin')).toBe(3);
    expect(times(session, 'Name of the DPM server:')).toBe(1);
  }, 90_000);

  it('is judged at its own question in a certificate task, too', async () => {
    const world = newWorld();
    writeFileSync(join(base, 'notes.pfx'), 'not a certificate');
    const session = open(['--world', world, '--on', 'dpm-server']);
    await session.answer([
      ['What do you want to do on this DPM server?', 'Import\r'],
      ['Path of the .pfx file:', 'nosuch.pfx\r'],
      [/nosuch\.pfx does not exist[^]*\? Path of the \.pfx/, 'notes.pfx\r'],
    ]);
    await session.waitFor(/Path of the \.pfx file:[^]*Path of the \.pfx file:[^]*Path of the \.pfx file:/);
    expect(times(session, 'What do you want to do on this DPM server?')).toBe(1);
  }, 60_000);
});

describe('answers', () => {
  it('are there on another evening, each with its question, when the terminal was closed', async () => {
    const world = newWorld();
    const session = open(['--world', world, '--on', 'dpm-server']);
    await session.answer([
      ['What do you want to do on this DPM server?', 'Configure\r'],
      ['Name of the protected computer:', 'Finance01\r'],
      ['Name of the DPM server:', '\r'],
      ["Folder for this computer's own credential file (.bin):", '\r'],
    ]);
    await session.waitFor('Certificate for DPM');
    session.kill();
    const later = open(['--world', world, '--on', 'dpm-server']);
    await later.waitFor('Use these answers?');
    expect(later.text()).toMatch(/Name of the DPM server +Server01\.corp\.contoso\.com/);
    expect(later.text()).toMatch(/What do you want to do on this DPM server\s+Configure this/);
    later.send('y\r');
    await later.waitFor('Certificate for DPM');
    expect(times(later, 'Name of the DPM server:')).toBe(0);
  }, 60_000);

  it('are changed in a list that says that there is more of it, and no word of it is broken', async () => {
    const session = open(['--rehearse', '--world', newWorld()], 11);
    await session.answer(toNtlmPlan);
    await session.waitFor('Run this plan?');
    session.send('c\r');
    await session.waitFor('Which answer do you want to change?');
    await session.waitFor('(More choices below)');
    session.send(keys.down.repeat(4));
    await session.waitFor('(More choices above and below)');
    session.send(keys.down.repeat(5));
    await session.waitFor('(More choices above)');
    session.send(keys.down.repeat(5));
    session.send('\r');
    await session.waitFor('User name: (mark)');
    expect(session.text()).toMatch(/is this\? ?\n {2}The computer that you want to protect\n/);
  }, 60_000);
});

describe('a check that fails', () => {
  /** The names cannot be resolved once the person is past that question, so the preflight stops the plan. */
  const toMenu = async (): Promise<{ readonly session: Terminal; readonly world: string }> => {
    const world = newWorld();
    const session = open(['--rehearse', '--world', world, '--fault', 'force-guest'], 60);
    await session.answer(toNtlmPlan);
    await session.waitFor('What do you want to do?');
    expect(session.text()).toContain('force-guest');
    return { session, world };
  };

  it('is made again once it is fixed, and nothing is asked twice', async () => {
    const { session, world } = await toMenu();
    expect((await dpmPrep(['status', '--world', world, '--fault', 'none'])).code).not.toBe(2);
    session.send('Check\r');
    await session.waitFor('Run this plan?');
    expect(times(session, 'User name:')).toBe(1);
  }, 90_000);

  it('comes back with the same menu while it is not fixed', async () => {
    const { session } = await toMenu();
    session.send('Check\r');
    await session.waitFor(/What do you want to do\?[^]*What do you want to do\?/);
    expect(times(session, 'User name:')).toBe(1);
  }, 90_000);

  it('lets any answer be changed', async () => {
    const { session } = await toMenu();
    session.send('Change\r');
    await session.waitFor('Which answer do you want to change?');
    session.send('User\r');
    await session.waitFor('User name: (mark)');
    session.line('anna');
    await session.waitFor(/What do you want to do\?[^]*What do you want to do\?/);
    expect(session.text()).toMatch(/Change an answer/);
  }, 90_000);

  it('ends the guide with exit code 3, and the answers are offered the next time', async () => {
    const { session, world } = await toMenu();
    session.send('Stop\r');
    expect(await session.exitCode()).toBe(3);
    const later = open(['--world', world]);
    await later.waitFor('Use these answers?');
    expect(later.text()).toMatch(/User name +mark/);
  }, 90_000);
});

describe('the heading of the guide', () => {
  it('is shown once, also where the guide resumes a run of the guide', async () => {
    const world = newWorld();
    const session = open(['--rehearse', '--world', world], 60);
    await session.answer([...toNtlmPlan, ['Run this plan?', '\r'], ['Enter the password:', keys.ctrlC]]);
    expect(await session.exitCode()).toBe(130);
    const again = open(['--world', world], 60);
    await again.answer([['Resume that run', '\r']]);
    await again.waitFor('Run this plan?');
    expect(times(again, 'REHEARSAL')).toBe(1);
    expect(times(again, 'This computer\n')).toBe(1);
  }, 90_000);
});
