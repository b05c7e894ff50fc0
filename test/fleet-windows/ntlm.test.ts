import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changedIn, failedIn, tail } from '../fleet/support/fleet.js';
import { play, type Played } from '../fleet/support/playbook.js';
import { describeUnless, onPath } from '../support/lacking.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { exePath, installPath, newDpmServer, newProtectedComputer } from '../windows/support/dpm.js';
import { missing } from '../windows/support/parts.js';
import { places } from '../windows/support/places.js';
import { systemCollections, WindowsHost, windowsCollection } from './support/windows-host.js';

/*
 * The playbook with the real modules of ansible.windows, in the console host of PowerShell 7 under Wine: one computer from
 * nothing to attached by NTLM. What it does not show: Windows, Windows PowerShell 5.1, its SSH server, WinRM.
 */

const programs = ['ansible-playbook', 'ssh', 'ssh-keygen', 'sshd', 'unshare'];
const lacking = [
  ...missing('Wine', 'mingw gcc', '.NET SDK', 'osslsigncode'),
  ...programs.filter((name) => onPath(name, '/usr/sbin') === null),
  ...(existsSync(join(systemCollections, 'ansible_collections/ansible/windows'))
    ? []
    : ['collection ansible.windows']),
  ...(process.getuid?.() === 0 ? [] : ['root']),
];

/** Letters that a command line, a code page or a template could change. */
const password = 'Pä$$ wört"1{x}';
/** The part of it that stays itself in every encoding: it is looked for everywhere. */
const traces = ['wört"1', 'w\u251c\u00c2rt"1'];

/** What preflight rightly says of a Wine prefix. */
const notInWine = [
  ...['windows-version', 'visual-cpp-2012', 'dotnet-35', 'name-resolution', 'service-com-plus'],
  ...['service-cryptographic', 'service-wmi', 'service-cpwrapper'],
];

describeUnless(lacking, 'the real Windows modules of Ansible attach a computer by NTLM', () => {
  const folder = temporaryFolder('fleet-windows');
  const home = join(folder, 'control');
  const inventory = join(folder, 'inventory.yml');
  const hosts: WindowsHost[] = [];
  /** A copy: whoever builds again meanwhile changes the original. */
  const exe = join(folder, 'dpm-prep.exe');
  let collections = '';

  beforeAll(async () => {
    mkdirSync(home);
    writeFileSync(join(home, 'vault-password'), 'vault\n', { mode: 0o600 });
    for (const end of ['', '.sha256']) copyFileSync(`${places.exe}${end}`, `${exe}${end}`);
    collections = windowsCollection(join(folder, 'collections'));
    const computers = [await newProtectedComputer('Finance01'), await newDpmServer('Server01')];
    // Preflight wants every script of Microsoft's to be there.
    for (const script of ['Update-NonDomainServerInfo.ps1', 'Remove-ProductionServer.ps1'])
      await computers[1]?.put(`${installPath}bin\\${script}`, "throw 'not for this test'\n");
    for (const computer of computers)
      hosts.push(await WindowsHost.start(computer, join(folder, computer.name)));
    const [finance, server] = hosts;
    const vars = {
      dpm_prep_dpm_server_name: 'Server01',
      dpm_prep_accept_eula: true,
      dpm_prep_installer: 'C:\\Agents',
      dpm_prep_exe: exe,
      dpm_prep_exe_sha256: createHash('sha256').update(readFileSync(exe)).digest('hex'),
      dpm_prep_handover_folder: join(folder, 'handover'),
      dpm_prep_ignore: notInWine,
    };
    const account = { dpm_prep_user_name: 'finance01', dpm_prep_password: password };
    const children = {
      dpm_prep_server: { hosts: { Server01: server?.variables } },
      dpm_prep_computers: { hosts: { Finance01: { ...finance?.variables, ...account } } },
    };
    // YAML is a superset of JSON.
    writeFileSync(inventory, JSON.stringify({ all: { vars, children } }), { mode: 0o600 });
  });
  afterAll(async () => {
    for (const host of hosts) await host.end();
  });

  const playIt = async (...args: readonly string[]): Promise<Played> => {
    const begun = Date.now();
    const played = await play({
      inventory,
      home,
      secret: 'wört"1',
      args,
      environment: { ANSIBLE_COLLECTIONS_PATH: collections, ANSIBLE_TIMEOUT: '120' },
    });
    process.stdout.write(
      `ansible-playbook ${args.join(' ')}: ${String(Math.round((Date.now() - begun) / 1000))} s\n`,
    );
    return played;
  };
  const onServer = (name: string): string => hosts[1]?.computer.place(`${installPath}bin\\${name}`) ?? '';
  const attached = (): readonly string[] => readFileSync(onServer('attached.txt'), 'utf8').split('\n');
  const hasAgent = (): boolean =>
    existsSync(hosts[0]?.computer.place('C:\\Program Files\\Microsoft Data Protection Manager') ?? '');

  it('check mode says that it would prepare the computer, and changes nothing', async () => {
    // In check mode nothing is copied: the program must be there already.
    const there = ['-e', JSON.stringify({ dpm_prep_program: exePath, dpm_prep_exe: '' })];
    const played = await playIt('--check', ...there);
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(played.report).toEqual(['Finance01  prepared  prepared']);
    expect(hasAgent()).toBe(false);
    expect(attached()).toEqual(['Old07', '']);
  });

  it('the computer goes from nothing to attached, with the password as it is in the inventory', async () => {
    const played = await playIt('-vv');
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(played.report).toEqual(['Finance01  attached  attached']);
    expect(attached().map((name) => name.toLowerCase())).toEqual(['old07', 'finance01', '']);
    expect(readFileSync(onServer('password.txt'), 'utf8')).toBe(password);
    expect(played.sightings).toEqual([]);
    for (const trace of traces) expect(played.output).not.toContain(trace);
  });

  it('a second run changes nothing', async () => {
    const before = attached();
    const played = await playIt();
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(changedIn(played)).toEqual([]);
    expect(attached()).toEqual(before);
  });

  it('the password stays in no file but those of the stand-ins', () => {
    const holding = hosts.flatMap(({ computer }) =>
      ['C:\\ProgramData', 'C:\\users', 'C:\\windows\\temp'].flatMap((place) =>
        readdirSync(computer.place(place), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .filter((path) => {
            const content = readFileSync(path);
            return traces.some(
              (trace) => content.includes(trace) || content.includes(Buffer.from(trace, 'utf16le')),
            );
          }),
      ),
    );
    expect(holding).toEqual([]);
  });
});
