import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { behave, hostEnvironment, newProtectedComputer, play } from './support/dpm.js';
import { powershell, runWorker } from './support/node.js';
import { describeWith } from './support/parts.js';
import type { WindowsComputer } from './support/wine.js';

const agentFile = 'C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin\\SetDpmServer.exe';
let computer: WindowsComputer;
const install = (agents = 'C:\\Agents'): readonly string[] => [
  'install-agent',
  ...['--yes', '--accept-eula', '--installer', agents],
];

describeWith(['Wine', 'mingw gcc', '.NET SDK'], 'the installer as a Windows program', () => {
  afterEach(async () => {
    await computer.end();
  });

  const said = 'Agent installation started: Schlüssel été';

  it('is read right whatever code page it prints in', async () => {
    computer = await newProtectedComputer('Finance01');
    const pages = [437, 850, 1252, 65001, 1200];
    const request = {
      path: 'C:\\Agents\\DPMAgentInstaller_x64.exe',
      inis: pages.map((page) => `page=${String(page)}\nplant=0\nwork=0\n`),
    };
    const results = (await runWorker(
      computer,
      'perform-programs',
      [powershell],
      request,
      hostEnvironment,
    )) as readonly { readonly ending: string; readonly output: readonly string[] }[];
    expect(results.map(({ ending }) => ending)).toEqual(pages.map(() => 'ended'));
    for (const [index, { output }] of results.entries())
      expect(output.join('\n'), String(pages[index])).toContain(said);
  });

  it('is read right through the whole program, which sees that nothing was installed', async () => {
    computer = await newProtectedComputer('Finance01');
    await behave(computer, { installer: { page: 1252, plant: 0, work: 0 } });
    const played = await play(computer, install());
    expect(played.report, played.stderr).toMatchObject({ exitCode: 5 });
    expect(played.stdout).toContain(said);
  });

  it('wants a restart: the exit code says so, from a long path that is not ASCII', async () => {
    const agents = `C:\\Übung für наверх & (100%) ^x\\${'long folder name '.repeat(7).trim()}`;
    computer = await newProtectedComputer('Finance01', { installer: { exit: 3010 } }, agents);
    const played = await play(computer, install(agents));
    expect(played.report, played.stderr).toMatchObject({
      exitCode: 3010,
      restartRequired: true,
      changed: true,
    });
    expect(played.exitCode).toBe(3010);
    expect(existsSync(computer.place(agentFile))).toBe(true);
  });

  it('continues after Ctrl-C, and the next run finds what it did', async () => {
    computer = await newProtectedComputer('Finance01', { installer: { work: 45_000 } });
    const played = await play(computer, install(), { interruptMs: 40_000 });
    expect(played.report, played.stderr).toMatchObject({ exitCode: 130 });
    expect(played.stdout).toContain('DPMAgentInstaller_x64.exe is still running');
    for (let second = 0; second < 60 && !existsSync(computer.place(agentFile)); second += 1)
      await sleep(1_000);
    const again = await play(computer, install());
    expect(again.report, again.stderr).toMatchObject({ exitCode: 0, changed: false });
    expect(again.processes.join('\n')).not.toContain('DPMAgentInstaller');
  });
});
