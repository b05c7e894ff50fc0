import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  newDpmServer,
  newProtectedComputer,
  installPath,
  play,
  tools,
  why,
  type Played,
} from './support/dpm.js';
import { describeWith } from './support/parts.js';
import { places } from './support/places.js';
import type { WindowsComputer } from './support/wine.js';

const password = 'Pä$$ wört"1{x}';
const bin = 'C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin';
let finance: WindowsComputer;
let server: WindowsComputer;

const powershellPath = 'C:\\windows\\system32\\WindowsPowerShell\\v1.0\\powershell.exe';

/** Every PowerShell by its full path, none of the current folder. */
const powershells = ({ processes }: Played): readonly string[] => [
  ...new Set(
    processes.flatMap(
      (line) => /^"?(.*powershell\.exe)"? /i.exec(line.slice(0, 200))?.[1]?.toLowerCase() ?? [],
    ),
  ),
];

describeWith(['Wine', 'mingw gcc', '.NET SDK'], 'the NTLM way with Windows programs', () => {
  beforeAll(async () => {
    finance = await newProtectedComputer('Finance01');
    server = await newDpmServer('Server01');
    for (const computer of [finance, server]) {
      await computer.put('C:\\dpm\\password.txt', `${password}\n`);
      // Traps in the current folder: whatever is started by name alone would be one of these.
      for (const trap of ['powershell.exe', 'SetDpmServer.exe', 'DPMAgentInstaller_x64.exe', 'hostname.exe'])
        await computer.copy(join(places.programs, 'arguments.exe'), `C:\\dpm\\${trap}`);
    }
  });
  afterAll(async () => {
    await finance.end();
    await server.end();
  });

  it('is refused where others can read its state folder, before anything changes', async () => {
    await chmod(finance.place('C:\\ProgramData'), 0o755);
    const played = await play(finance, [
      'install-agent',
      ...['--yes', '--installer', 'C:\\Agents', '--accept-eula'],
    ]).finally(() => chmod(finance.place('C:\\ProgramData'), 0o700));
    expect(played.report, why(played)).toMatchObject({ exitCode: 3, changed: false });
    expect(played.stdout).toContain('cannot be protected from other users (it is open to S-1-1-0)');
    expect(tools(played)).toEqual([]);
  });

  it('prepares the protected computer: agent, account, password, handover file', async () => {
    const played = await play(finance, [
      'guide',
      '--yes',
      ...['--auth', 'ntlm', '--dpm-server-name', 'Server01', '--user-name', 'mark'],
      ...['--installer', 'C:\\Agents', '--accept-eula', '--password-file', 'C:\\dpm\\password.txt'],
      ...['--handover-folder', 'C:\\dpm'],
    ]);
    expect(played.report, why(played)).toMatchObject({ exitCode: 6, rehearsal: false, problem: null });
    expect(played.exitCode).toBe(6);
    // Left open to all by the refused run above: the access list has closed it. Wine gives the group what the owner has.
    expect((await stat(finance.place('C:\\ProgramData\\dpm-prep'))).mode & 0o007).toBe(0);
    expect(tools(played)).toEqual([
      'C:\\Agents\\DPMAgentInstaller_x64.exe /q /IAcceptEULA',
      `"${bin}\\SetDpmServer.exe" -DpmServerName Server01 -isNonDomainServer -UserName mark`,
    ]);
    expect(powershells(played)).toEqual([powershellPath.toLowerCase()]);
    // The installer prints in code page 437.
    expect(played.stdout).toContain('Agent installation started: Schl\u00fcssel \u00e9t\u00e9');
    expect(new Set(played.scripts)).toEqual(
      new Set([
        'ask-computer',
        'ask-installation',
        'ask-agent-installers',
        'act-protect-folder',
        'ask-local-users',
        // Preflight asks these.
        'ask-installed-programs',
        'ask-ipsec',
        'ask-listening-ports',
        'ask-registry-values',
        'ask-services',
        'ask-volumes',
        'ask-firewall-rules',
        'run-console-tool',
      ]),
    );
    expect(await readFile(finance.place(`${bin}\\passwords`), 'utf8')).toBe(`${password}\n${password}\n`);
    expect(played.stdout + played.stderr + played.processes.join('\n')).not.toContain(password);
  });

  it('finds afterwards that nothing is left to do, and starts no tool', async () => {
    const played = await play(finance, [
      'guide',
      '--yes',
      ...['--auth', 'ntlm', '--dpm-server-name', 'Server01', '--user-name', 'mark'],
      ...['--password-file', 'C:\\dpm\\password.txt', '--handover-folder', 'C:\\dpm'],
    ]);
    expect(played.report, why(played)).toMatchObject({ exitCode: 6, changed: false });
    expect(tools(played)).toEqual([]);
  });

  it('attaches it on the DPM server', async () => {
    await server.put(
      'C:\\dpm\\FINANCE01.handover.json',
      await readFile(finance.place('C:\\dpm\\FINANCE01.handover.json')),
    );
    const played = await play(server, [
      'attach',
      '--yes',
      ...['--handover', 'C:\\dpm\\FINANCE01.handover.json', '--password-file', 'C:\\dpm\\password.txt'],
    ]);
    expect(played.report, why(played)).toMatchObject({ exitCode: 0, problem: null });
    expect(played.scripts).toContain('run-script');
    expect(tools(played)).toEqual([]);
    expect(await readFile(server.place(`${installPath}bin\\password.txt`), 'utf8')).toBe(password);
    expect(await readFile(server.place(`${installPath}bin\\attached.txt`), 'utf8')).toBe(
      'Old07\nFINANCE01\n',
    );
    expect(played.stdout + played.stderr + played.processes.join('\n')).not.toContain(password);
  });
});
