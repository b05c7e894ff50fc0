import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  computerWith,
  describeWithPowerShell,
  powershell,
  type Computer,
  type World,
} from './support/host.js';
import { Bridge } from '../../src/machine/windows/bridge.js';
import { questionScripts } from '../../src/machine/windows/scripts.js';
import { WindowsMachine } from '../../src/machine/windows/windows-machine.js';

const computers: Computer[] = [];
const computer = (world: World = {}): Computer => {
  const made = computerWith(world);
  computers.push(made);
  return made;
};
afterAll(() => {
  for (const made of computers) made.remove();
});

const services = 'SYSTEM\\CurrentControlSet\\Services';
const current = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const uninstall = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const setup = 'SOFTWARE\\Microsoft\\Microsoft Data Protection Manager\\Setup';

describeWithPowerShell('questions', () => {
  it('computer', async () => {
    const { machine } = computer({
      registry: {
        [current]: {
          ProductName: 'Windows Server 2022 Standard',
          CurrentBuild: '20348',
          InstallationType: 'Server Core',
          SystemRoot: 'C:\\Windows',
        },
        'SYSTEM\\CurrentControlSet\\Control\\Session Manager': {
          PendingFileRenameOperations: ['\\??\\C:\\x', ''],
        },
        'SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ActiveComputerName': { ComputerName: 'OLD' },
        'SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName': { ComputerName: 'NEW' },
      },
    });
    const answer = await machine.ask('computer', {});
    expect(answer).toMatchObject({
      elevated: true,
      membership: 'unknown',
      windowsDirectory: 'C:\\Windows',
      operatingSystem: {
        caption: 'Windows Server 2022 Standard',
        version: expect.stringMatching(/\.20348$/) as string,
        server: true,
      },
      restartPending: true,
    });
    expect(answer.netbiosName).not.toBe('');
    expect(answer.restartReasons).toEqual([
      'Windows renames or deletes files at its next start.',
      'The computer is renamed from OLD to NEW at the next start.',
    ]);
    const plain = await computer({
      elevated: false,
      registry: { [current]: { InstallationType: 'Client' } },
    }).machine.ask('computer', {});
    expect(plain).toMatchObject({
      elevated: false,
      restartPending: false,
      restartReasons: [],
      operatingSystem: { server: false, caption: '' },
    });
  });

  it('installation', async () => {
    const agent = computer({ services: { DPMRA: 'Running', DpmCPWrapperService: 'StartPending' } });
    agent.write('DPM/ActiveOwner/owner1', Buffer.from('\ufeffServer01.contoso.com', 'utf16le'));
    agent.write('DPM/ActiveOwner/owner2', Buffer.from('Büro\r\n', 'utf16le'));
    agent.write(
      'world/registry.json',
      JSON.stringify({
        [setup]: { InstallPath: `${agent.folder}/DPM/` },
        [`${services}\\DPMRA`]: { Start: 2 },
        [`${services}\\DpmCPWrapperService`]: { Start: 3 },
        [`${uninstall}\\{CC6B6758-3A68-4BBA-9D61-1F3278D6A7EA}`]: {
          DisplayName: 'Microsoft System Center  DPM Protection Agent',
          DisplayVersion: '10.22.197.0',
        },
        [`${uninstall}\\Other`]: { DisplayName: 'Something else' },
      }),
    );
    const answer = await agent.machine.ask('installation', {});
    expect(answer).toMatchObject({
      role: 'protected-computer',
      installPath: `${agent.folder}/DPM/`,
      binFolder: `${agent.folder}/DPM/bin`,
      products: [
        {
          displayName: 'Microsoft System Center  DPM Protection Agent',
          version: '10.22.197.0',
          productCode: '{CC6B6758-3A68-4BBA-9D61-1F3278D6A7EA}',
        },
      ],
    });
    expect([...answer.owners].sort()).toEqual(['Büro', 'Server01.contoso.com']);
    expect(answer.services.map(({ name, state, startMode }) => [name, state, startMode])).toEqual([
      ['DPMRA', 'running', 'automatic'],
      ['DPMAC', 'absent', 'unknown'],
      ['DpmCPWrapperService', 'starting', 'manual'],
    ]);
    const server = computer({
      registry: { [setup]: { InstallPath: 'C:\\DPM\\', DatabasePath: 'C:\\DPM\\db' } },
    });
    expect(await server.machine.ask('installation', {})).toMatchObject({ role: 'dpm-server', owners: [] });
    // Microsoft's collectors (getTSS) tell a DPM server by the key DB; its database can be on another computer.
    const remote = computer({
      services: { DPMRA: 'Stopped' },
      registry: {
        [setup]: { InstallPath: 'C:\\DPM\\' },
        [setup.replace('Setup', 'DB')]: { SqlServer: 'SQL7', InstanceName: 'MSDPM', DatabaseName: 'DPMDB' },
        [`${services}\\DPMRA`]: { Start: 3 },
      },
    });
    expect(await remote.machine.ask('installation', {})).toMatchObject({ role: 'dpm-server' });
    // What a failed installation left: the key, and neither DPMRA.exe nor the service.
    expect(
      await computer({ registry: { [setup]: { InstallPath: 'C:\\DPM\\' } } }).machine.ask('installation', {}),
    ).toMatchObject({ role: 'neither' });
    expect(await computer().machine.ask('installation', {})).toMatchObject({
      role: 'neither',
      installPath: null,
      binFolder: null,
      products: [],
    });
  });

  it('agent-installers', async () => {
    const server = computer();
    server.write('DPM/ProtectionAgents/RA/10.19.58.0/amd64/DPMAgentInstaller_x64.exe', 'x');
    server.write('DPM/ProtectionAgents/RA/10.22.197.0/amd64/1033/DPMAgentInstaller_KB5033756_AMD64.exe', 'x');
    server.write('DPM/ProtectionAgents/RA/9.9.9.9/amd64/DPMAgentInstaller_x64.exe', 'x');
    server.write('DPM/ProtectionAgents/RA/10.22.197.0/amd64/other.exe', 'x');
    server.write('DPM/ProtectionAgents/RA/10.22.197.0/amd64/DPMAgentInstaller_x64.exe.bak', 'x');
    server.write('world/registry.json', JSON.stringify({ [setup]: { InstallPath: `${server.folder}/DPM` } }));
    const { installers, searched } = await server.machine.ask('agent-installers', { path: null });
    expect(installers.map(({ version }) => version)).toEqual(['10.22.197.0', '10.19.58.0', '9.9.9.9']);
    expect(searched[0]).toBe(`${server.folder}/DPM/ProtectionAgents/RA`);
    const file = server.write('somewhere/DPMAgentInstaller_x64.exe', 'x');
    expect(await server.machine.ask('agent-installers', { path: file })).toEqual({
      installers: [{ path: file, version: null }],
      searched: [file],
    });
    expect(
      (await server.machine.ask('agent-installers', { path: `${server.folder}/somewhere` })).installers,
    ).toEqual([{ path: file, version: null }]);
    expect(
      (await server.machine.ask('agent-installers', { path: `${server.folder}/none` })).installers,
    ).toEqual([]);
  });

  it('installation-log', async () => {
    const agent = computer();
    agent.write('Windows/temp/msdpm1.log', Buffer.from('\ufeffeins\r\nzwei\r\nSchlüssel\r\n', 'utf16le'));
    agent.write(
      'Windows/temp/msdpm2.log',
      Array.from({ length: 20_000 }, (_, i) => `line ${String(i)} of the log ü`).join('\n'),
    );
    agent.write('Windows/temp/other.log', 'no');
    // What Microsoft's collectors take (getTSS): MSDPM*.*, <InstallPath>Temp\\*.errlog, and on the server DPMLogs.
    agent.write('Windows/temp/MSDPMAgent.txt', Buffer.from('ohne\r\nMarke\r\n', 'utf16le'));
    agent.write('DPM/DPM/Temp/DPMRACurr.errlog', 'one\ntwo\n');
    agent.write('DPM/DPM/Temp/other.txt', 'no');
    agent.write('DPM/DPMLogs/DpmSetup.log', 'setup\n');
    agent.write(
      'world/registry.json',
      JSON.stringify({
        [current]: { SystemRoot: `${agent.folder}/Windows` },
        [setup]: { InstallPath: `${agent.folder}/DPM/DPM/` },
      }),
    );
    const { files, alerts } = await agent.machine.ask('installation-log', { lines: 2 });
    expect(files).toHaveLength(5);
    expect(alerts).toEqual([]);
    expect(
      files.filter(({ kind }) => kind !== 'installation').map(({ kind, lines }) => [kind, ...lines]),
    ).toEqual([
      ['agent', 'one', 'two'],
      ['dpm-server', 'setup'],
    ]);
    expect(files.find(({ path }) => path.endsWith('.txt'))?.lines).toEqual(['ohne', 'Marke']);
    expect(files.find(({ path }) => path.endsWith('msdpm1.log'))?.lines).toEqual(['zwei', 'Schlüssel']);
    expect(files.find(({ path }) => path.endsWith('msdpm2.log'))?.lines).toEqual([
      'line 19998 of the log ü',
      'line 19999 of the log ü',
    ]);
    expect(await computer().machine.ask('installation-log', { lines: 1 })).toEqual({ files: [], alerts: [] });
  });

  it('local-users', async () => {
    const { machine } = computer({
      users: [
        { Name: 'Administrator', UserFlags: 0x10202, Administrator: true },
        { Name: 'jürgen', UserFlags: 0x10200, PasswordAge: 60 },
        { Name: 'dpm', PasswordAge: 86_400, Sid: 'S-local' },
        { Name: 'dpm', Administrator: true, Sid: 'S-domain', Domain: true },
      ],
    });
    const { users } = await machine.ask('local-users', {});
    expect(
      users.map(({ name, enabled, passwordExpires, administrator }) => [
        name,
        enabled,
        passwordExpires,
        administrator,
      ]),
    ).toEqual([
      ['Administrator', false, false, true],
      ['jürgen', true, false, false],
      ['dpm', true, true, false],
    ]);
    const age = Date.now() - Date.parse(users[1]?.passwordLastSet ?? '');
    expect(age).toBeGreaterThan(59_000);
    expect(age).toBeLessThan(180_000);
    expect(users[0]?.passwordLastSet).toBeNull();
  });

  const whole = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ Name: `user${String(at)}`, Administrator: at === 7 }));

  it('local-users finds the accounts that are asked about without a list of the domain', async () => {
    const { machine } = computer({ users: whole(12_000), accounts: { Listing: false } });
    const { users } = await machine.ask('local-users', { names: ['USER7', 'no-such-user', 'user11999'] });
    expect(users.map(({ name, administrator }) => [name, administrator])).toEqual([
      ['user7', true],
      ['user11999', false],
    ]);
    // The same computer cannot be asked for all of them.
    await expect(machine.ask('local-users', {})).rejects.toThrow('The accounts were listed.');
  });

  it.each([
    ['access denied', -2_147_024_891],
    ['an unknown error', -2_147_467_259],
  ])(
    'local-users looks into the list where an account cannot be asked by name: %s',
    async (_what, Finding) => {
      const { machine } = computer({ users: whole(9), accounts: { Finding } });
      const { users } = await machine.ask('local-users', { names: ['User8', 'no-such-user'] });
      expect(users.map(({ name }) => name)).toEqual(['user8']);
    },
  );

  it.each([-2_147_022_675, -2_147_023_564, -2_147_463_164])(
    'local-users takes the error %i for an account that does not exist',
    async (Finding) => {
      const { machine } = computer({ users: whole(9), accounts: { Finding, Listing: false } });
      expect(await machine.ask('local-users', { names: ['user8'] })).toEqual({ users: [] });
    },
  );

  it('local-users looks into the list for a name that no account can have', async () => {
    // Asked by name, no account would exist; a slash would mean something else in a path.
    const { machine } = computer({ users: whole(2), accounts: { Finding: -2_147_022_675 } });
    const { users } = await machine.ask('local-users', { names: ['a/b', 'user1'] });
    expect(users.map(({ name }) => name)).toEqual(['user1']);
  });

  it('firewall-rules', async () => {
    const policy = `${services}\\SharedAccess\\Parameters\\FirewallPolicy`;
    const { machine } = computer({
      registry: {
        [`${policy}\\PublicProfile`]: { EnableFirewall: 1 },
        [`${policy}\\DomainProfile`]: { EnableFirewall: 0 },
        [`${policy}\\StandardProfile`]: { EnableFirewall: 0 },
        // A group policy wins over the local setting, and can switch the local rules off.
        'SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\PrivateProfile': {
          EnableFirewall: 1,
          AllowLocalPolicyMerge: 0,
        },
        'SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\FirewallRules': {
          '{6}':
            'v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort2_10=5718-5719|RA4=192.0.2.0/24|Name=range|',
        },
        [`${policy}\\FirewallRules`]: {
          '{1}':
            'v2.30|Action=Allow|Active=TRUE|Dir=In|App=C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin\\DPMRA.exe|Name=dpmra|',
          '{2}': 'v2.30|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=135|LPort=5718|Name=DCOM|',
          '{3}': 'v2.30|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|RPort=135|Name=out|',
          '{4}': 'v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=17|LPort=6076|Name=UDP|',
          '{7}':
            'v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Domain|Profile=Private|LPort=RPC-EPMap|App=C:\\Windows\\system32\\svchost.exe|Svc=RpcEptMapper|Name=mapper|',
          '{8}': 'v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|Name=everything|',
          '{9}': 'v2.30|Action=Allow|Active=TRUE|Dir=In|App=C:\\other.exe|Name=other program|',
          '{5}': 'v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Name=Remote Desktop|',
        },
      },
    });
    const answer = await machine.ask('firewall-rules', {});
    expect(answer.enabled).toBe(true);
    expect(answer.profiles).toEqual([
      { profile: 'domain', enabled: false, localRulesApply: true },
      { profile: 'private', enabled: true, localRulesApply: false },
      { profile: 'public', enabled: true, localRulesApply: true },
    ]);
    const any = { profiles: [], remoteAddresses: null, fromPolicy: false };
    expect([...answer.rules].sort((a, b) => a.name.localeCompare(b.name))).toEqual([
      {
        ...any,
        name: 'DCOM',
        enabled: false,
        allow: true,
        program: null,
        protocol: 'TCP',
        localPorts: '135,5718',
      },
      {
        ...any,
        name: 'dpmra',
        enabled: true,
        allow: true,
        program: 'C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin\\DPMRA.exe',
        protocol: null,
        localPorts: null,
      },
      {
        ...any,
        name: 'everything',
        enabled: true,
        allow: false,
        program: null,
        protocol: 'TCP',
        localPorts: null,
      },
      {
        ...any,
        name: 'mapper',
        enabled: true,
        allow: true,
        program: 'C:\\Windows\\system32\\svchost.exe',
        protocol: 'TCP',
        localPorts: 'RPC-EPMap',
        profiles: ['domain', 'private'],
      },
      {
        ...any,
        name: 'range',
        enabled: true,
        allow: false,
        program: null,
        protocol: 'TCP',
        localPorts: '5718-5719',
        remoteAddresses: '192.0.2.0/24',
        fromPolicy: true,
      },
    ]);
    expect(await computer().machine.ask('firewall-rules', {})).toMatchObject({ enabled: null, rules: [] });
  });

  it('listening-ports', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    const { ports } = await computer().machine.ask('listening-ports', {});
    server.close();
    expect(ports.map((listening) => listening.port)).toContain(port);
  });

  it('running-tools', async () => {
    const { machine } = computer();
    const { processes } = await machine.ask('running-tools', { path: process.execPath });
    expect(processes.map(({ id }) => id)).toContain(process.pid);
    expect(await machine.ask('running-tools', { path: '/nowhere/node' })).toEqual({ processes: [] });
  });

  it('registry-values', async () => {
    const { machine } = computer({
      registry: { 'SYSTEM\\Lsa': { ForceGuest: 0, Big: -1, Text: 'ü “x”', Many: ['a', 'b'], '': 'default' } },
    });
    const key = 'HKLM\\SYSTEM\\Lsa';
    const values = ['ForceGuest', 'Big', 'Text', 'Many', '', 'None'].map((name) => ({ key, name }));
    const answer = await machine.ask('registry-values', {
      values: [...values, { key: 'HKLM\\Nowhere', name: 'x' }],
    });
    expect(answer.values.map(({ exists, value }) => [exists, value])).toEqual([
      [true, 0],
      [true, 4_294_967_295],
      [true, 'ü “x”'],
      [true, ['a', 'b']],
      [true, 'default'],
      [false, null],
      [false, null],
    ]);
    await expect(machine.ask('registry-values', { values: [{ key: 'HKCU\\x', name: 'y' }] })).rejects.toThrow(
      'HKCU\\x is not a key of HKLM',
    );
  });

  it('services and installed programs', async () => {
    const { machine } = computer({
      services: { VSS: 'Stopped' },
      registry: {
        [`${services}\\VSS`]: { Start: 3 },
        [`${services}\\Odd`]: { Start: 4 },
        [`${uninstall}\\{A}`]: {
          DisplayName: 'Microsoft Visual C++ 2012 x64 Additional Runtime',
          DisplayVersion: '11.0.61030',
        },
        ['SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\{B}']: {
          DisplayName: 'Microsoft VISUAL C++ 2012 x86',
        },
        [`${uninstall}\\{C}`]: { DisplayName: 'Other' },
      },
    });
    expect(await machine.ask('services', { names: ['VSS', 'Odd', 'None'] })).toEqual({
      services: [
        { name: 'VSS', displayName: 'VSS', state: 'stopped', startMode: 'manual' },
        { name: 'Odd', displayName: null, state: 'unknown', startMode: 'disabled' },
        { name: 'None', displayName: null, state: 'absent', startMode: 'unknown' },
      ],
    });
    const { programs } = await machine.ask('installed-programs', {
      nameContains: ['visual c++ 2012', 'nothing'],
    });
    expect(programs.map(({ key, view, version }) => [key, view, version])).toEqual([
      ['{A}', '64-bit', '11.0.61030'],
      ['{B}', '32-bit', null],
    ]);
  });

  it('services: a Get-Service that does not work is never an unknown service', async () => {
    const { environment } = computer({ registry: { [`${services}\\VSS`]: { Start: 3 } } });
    const { services: script } = questionScripts;
    const reply = await new Bridge({ powershell, environment }).call({
      script: { ...script, text: `function Get-Service { throw 'it cannot be loaded' }\n${script.text}` },
      input: { names: ['VSS'] },
      timeoutMs: 60_000,
    });
    expect(reply).toMatchObject({ kind: 'error', error: 'it cannot be loaded' });
  });

  it('ipsec', async () => {
    const policy = 'SOFTWARE\\Policies\\Microsoft\\Windows\\IPSec\\Policy\\Local';
    const { machine } = computer({
      registry: {
        [policy]: { ActivePolicy: `${policy}\\ipsecPolicy{1}` },
        [`${policy}\\ipsecPolicy{1}`]: { ipsecName: 'Server (Request)' },
        [`${services}\\SharedAccess\\Parameters\\FirewallPolicy\\ConSecRules`]: {
          '{1}': 'v2.30|Action=SecureServer|Active=TRUE|Name=isolate|',
          '{2}': 'v2.30|Action=Novel|Active=FALSE|Name=odd|',
        },
      },
    });
    expect(await machine.ask('ipsec', {})).toEqual({
      assignedPolicies: ['Server (Request)'],
      connectionRules: [
        { name: 'isolate', enabled: true, inbound: 'require', outbound: 'request' },
        { name: 'odd', enabled: false, inbound: 'unknown', outbound: 'unknown' },
      ],
    });
    expect(await computer().machine.ask('ipsec', {})).toEqual({ assignedPolicies: [], connectionRules: [] });
  });

  it('domain-controller, where no directory answers', async () => {
    const { readOnly, problem } = await computer().machine.ask('domain-controller', {});
    expect(readOnly).toBeNull();
    expect(problem).toMatch(/\S/);
  });

  it('last-start and volumes', async () => {
    const { machine } = computer();
    const { started } = await machine.ask('last-start', {});
    const up = (Date.now() - Date.parse(started)) / 1000;
    const { uptime } = await import('node:os');
    expect(Math.abs(up - uptime())).toBeLessThan(120);
    // No volume of Linux has a drive letter.
    expect(await machine.ask('volumes', {})).toEqual({ volumes: [] });
  });

  it('certificates of the user store', async () => {
    const made = computer();
    const home = join(made.folder, 'home');
    mkdirSync(home);
    const machine = new WindowsMachine({ powershell, environment: { ...made.environment, HOME: home } });
    const ask = () => machine.ask('certificates', { stores: ['CurrentUser\\My'], thumbprint: null });
    expect(await ask()).toEqual({ certificates: [] });
  });

  it('ends at its time limit, and when it is cancelled', async () => {
    const { machine } = computer();
    await expect(machine.ask('computer', {}, { timeoutMs: 30 })).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('no answer within') as string,
    });
    const stop = new AbortController();
    setTimeout(() => {
      stop.abort();
    }, 50);
    await expect(machine.ask('computer', {}, { signal: stop.signal })).rejects.toMatchObject({
      exitCode: 130,
    });
  });

  it('says it when there is no PowerShell', async () => {
    const machine = new WindowsMachine({ powershell: '/nowhere/powershell.exe' });
    await expect(machine.ask('computer', {})).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('could not be started') as string,
    });
    const relative = new WindowsMachine({ powershell: 'powershell.exe' });
    await expect(relative.ask('computer', {})).rejects.toMatchObject({
      message: expect.stringContaining('is not an absolute path') as string,
    });
  });
});

describeWithPowerShell('acts', () => {
  const programs = (made: Computer): void => {
    made.write(
      'world/registry.json',
      JSON.stringify({
        'SOFTWARE\\Microsoft\\Windows\\CurrentVersion': { ProgramFilesDir: `${made.folder}/Program Files` },
      }),
    );
  };
  const remove = async (made: Computer, path: string) =>
    (
      await made.machine.perform(
        { kind: 'act', act: 'delete-agent-folder', input: { path }, shown: '' },
        { attended: false },
      )
    ).result;

  it('delete-agent-folder deletes that folder, and links as links', async () => {
    const made = computer();
    programs(made);
    const folder = join(made.folder, 'Program Files/Microsoft Data Protection Manager');
    made.write('Program Files/Microsoft Data Protection Manager/DPM/bin/DPMRA.exe', 'x');
    const precious = made.write('precious/file', 'x');
    symlinkSync(join(made.folder, 'precious'), join(folder, 'DPM', 'link'));
    expect(await remove(made, folder)).toEqual({ deleted: true, refused: null, left: [] });
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(precious)).toBe(true);
    expect(await remove(made, folder)).toEqual({ deleted: false, refused: null, left: [] });
  });

  it.each([
    ['another folder', (made: Computer) => join(made.folder, 'Program Files'), 'is not'],
    [
      'a way round',
      (made: Computer) => join(made.folder, 'Program Files/Microsoft Data Protection Manager') + '/../..',
      'is not',
    ],
    [
      'more than the agent in it',
      (made: Computer) => {
        made.write('Program Files/Microsoft Data Protection Manager/DPM/x', 'x');
        made.write('Program Files/Microsoft Data Protection Manager/Other/x', 'x');
        return join(made.folder, 'Program Files/Microsoft Data Protection Manager');
      },
      'holds Other',
    ],
    [
      'a link',
      (made: Computer) => {
        made.write('elsewhere/DPM/x', 'x');
        mkdirSync(join(made.folder, 'Program Files'));
        symlinkSync(
          join(made.folder, 'elsewhere'),
          join(made.folder, 'Program Files/Microsoft Data Protection Manager'),
        );
        return join(made.folder, 'Program Files/Microsoft Data Protection Manager');
      },
      'is a link',
    ],
  ])('delete-agent-folder refuses %s', async (_, prepare, why) => {
    const made = computer();
    programs(made);
    const before = execFileSync('find', [made.folder, '-not', '-path', '*/world*'], { encoding: 'utf8' });
    const path = prepare(made);
    const prepared = execFileSync('find', [made.folder, '-not', '-path', '*/world*'], { encoding: 'utf8' });
    expect(prepared.length).toBeGreaterThanOrEqual(before.length);
    expect(await remove(made, path)).toMatchObject({
      deleted: false,
      refused: expect.stringContaining(why) as string,
      left: [],
    });
    expect(execFileSync('find', [made.folder, '-not', '-path', '*/world*'], { encoding: 'utf8' })).toBe(
      prepared,
    );
  });
});
