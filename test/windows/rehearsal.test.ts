import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Terminal } from '../support/terminal.js';
import { describeWith } from './support/parts.js';
import { places } from './support/places.js';
import { WindowsComputer } from './support/wine.js';

const exePath = 'C:\\dpm\\dpm-prep.exe';
let computer: WindowsComputer;

describeWith(['Wine', 'mingw gcc'], 'dpm-prep.exe on the practice pair', () => {
  beforeAll(async () => {
    computer = await WindowsComputer.make('Finance01');
    await computer.copy(places.exe, exePath);
  });
  afterAll(async () => {
    await computer.end();
  });

  const exe = (args: readonly string[], folder = 'C:\\dpm') =>
    computer.run({ path: exePath, arguments: args, folder, limitMs: 100_000 });

  it('plays the whole rehearsal, and starts nothing but itself', async () => {
    const { stdout, stderr, exitCode, processes } = await exe(['rehearse', '--json', '--world', 'C:\\world']);
    expect(stderr).toContain('REHEARSAL');
    expect(JSON.parse(stdout)).toMatchObject({ rehearsal: true, changed: true, problem: null });
    expect(exitCode).toBe(0);
    expect(processes.map((line) => line.replace(/^"?C:\\dpm\\dpm-prep\.exe"? /, ''))).toEqual([
      'rehearse --json --world C:\\world',
      ...[
        '--practice-tool C:\\world Finance01 D:\\Agents\\DPMAgentInstaller_x64.exe /q /IAcceptEULA',
        '--practice-tool C:\\world Finance01 "C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin\\SetDpmServer.exe" -DpmServerName Server01 -isNonDomainServer -UserName mark',
        '--practice-tool C:\\world Server01 "C:\\Program Files\\Microsoft System Center\\DPM\\DPM\\bin\\Attach-NonDomainServer.ps1"',
        '--practice-tool C:\\world Server01 refresh-computer',
      ].flatMap((tool) => ['--keep dpm-prep.exe', tool]),
    ]);
  });

  it('finds on the same pair that all is done', async () => {
    const { stdout, exitCode } = await exe(['rehearse', '--json', '--world', 'C:\\world']);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'nothing-to-do', changed: false });
    expect(exitCode).toBe(0);
  });

  it('keeps names that are not ASCII, in a folder that is not, whatever the console has', async () => {
    const world = `C:\\Übung für наверх\\${'long folder name '.repeat(4).trim()}`;
    const { stdout } = await exe(['rehearse', '--json', '--world', world, '--user-name', 'märk']);
    expect(JSON.parse(stdout)).toMatchObject({ changed: true, problem: null, data: { world } });
    expect(stdout).toContain('märk');
    const handover = await readFile(
      computer.place(`${world}\\machines\\Finance01\\C\\Users\\Administrator\\Finance01.handover.json`),
      'utf8',
    );
    expect(handover).toContain('märk');
  });

  it('guides a person in a terminal to the end', async () => {
    const [program, ...words] = computer.wine;
    const terminal = new Terminal(
      [
        'guide',
        '--rehearse',
        '--world',
        'C:\\guided',
        '--on',
        'protected-computer',
        '--accept-eula',
        '--handover-folder',
        'C:\\dpm',
      ],
      { program: [program, ...words, exePath], environment: computer.environment },
    );
    // Wine's redraws are messy, and it takes Enter only as a key of its own.
    const answer = async (question: RegExp, text = ''): Promise<void> => {
      await terminal.waitFor(question, 60_000);
      await sleep(700);
      if (text !== '') {
        terminal.send(text);
        await sleep(1_500);
      }
      terminal.send('\r');
    };
    try {
      await answer(/Which computer is this\?/);
      await answer(/What do you want to protect\?/);
      await answer(/Does it run on a cluster\?/, 'n');
      await answer(/What else on this computer/);
      await answer(/\? Authentication:/);
      await answer(/\? Name of the DPM server:/, 'Server01');
      await answer(/\? User name:/, 'mark');
      await answer(/Run this plan\?/);
      await answer(/Configuring dpm server settings/, 'Pass-word1!');
      await sleep(3_000);
      await answer(/Configuring dpm server settings/, 'Pass-word1!');
      await terminal.waitFor('Now on the DPM server Server01', 60_000);
      expect(terminal.text()).toContain('The local account mark exists');
      expect(terminal.text()).not.toContain('Pass-word1!');
    } finally {
      terminal.kill();
    }
  });
});
