import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/checks/check.js';
import { productOf } from '../../src/dpm/versions.js';
import { questions, type Answer } from '../../src/machine/questions.js';
import { noFacts, preflight, type PreflightFacts } from '../../src/preflight/index.js';
import { fakeMachine, type FakeComputer } from './fake-machine.js';

/* What Microsoft and others say, and what a check makes of it. Each name gives the source of the expectation. */

const program = (displayName: string, version: string) =>
  ({ displayName, version, key: displayName, view: '64-bit' }) as const;
const vc2012 = program('Microsoft Visual C++ 2012 Redistributable (x64) - 11.0.61030', '11.0.61030.0');
const vc2013 = program('Microsoft Visual C++ 2013 Redistributable (x64) - 12.0.40664', '12.0.40664.0');
const vc2022 = program('Microsoft Visual C++ 2022 X64 Minimum Runtime - 14.38.33135', '14.38.33135');

const computer = (
  answers: FakeComputer['answers'],
  registry: FakeComputer['registry'] = {},
): FakeComputer => ({
  answers: {
    installation: {
      role: 'neither',
      installPath: null,
      binFolder: null,
      version: null,
      owners: [],
      agentConfiguration: null,
      services: [],
      products: [],
    },
    computer: {
      netbiosName: 'FINANCE01',
      fqdn: null,
      dnsSuffixes: [],
      membership: 'workgroup',
      membershipName: 'WORKGROUP',
      elevated: true,
      operatingSystem: { caption: 'Windows Server 2022', version: '10.0.20348', server: true },
      systemDirectory: 'C:\\Windows\\System32',
      windowsDirectory: 'C:\\Windows',
      restartPending: false,
      restartReasons: [],
    },
    ...answers,
  },
  registry,
  files: [],
});

const findings = async (
  answers: FakeComputer['answers'],
  facts: Partial<PreflightFacts> = {},
  registry: FakeComputer['registry'] = {},
): Promise<(id: string) => Finding> => {
  const found = await preflight(fakeMachine(computer(answers, registry)), {
    ...noFacts('protected-computer'),
    ...facts,
  });
  return (id) => {
    const finding = found.find((one) => one.id === id);
    if (!finding) throw new Error(`There is no check ${id}.`);
    return finding;
  };
};

describe('Visual C++, by the version of the installer', () => {
  const judged = async (
    version: string | null,
    programs: Answer<'installed-programs'>['programs'],
  ): Promise<readonly string[]> => {
    const of = await findings({
      'agent-installers': {
        installers: version === '' ? [] : [{ path: 'D:\\x.exe', version }],
        searched: [],
      },
      'installed-programs': { programs },
    });
    return [2012, 2013, 2022].map((year) => of(`visual-cpp-${String(year)}`).status);
  };
  const na = 'not-applicable';

  it.each([
    [
      "What's new in DPM 2025: a fresh agent needs 2013 x64; 2012 alone does not do",
      '10.25.1.0',
      [vc2012],
      [na, 'fail', 'warn'],
    ],
    [
      "What's new in DPM 2025: 2013 x64 does; UR1 also wants 2015-2022",
      '10.25.1.0',
      [vc2013],
      [na, 'pass', 'warn'],
    ],
    ["What's new in DPM 2025: 2013 and 2015-2022", '10.25.1.0', [vc2013, vc2022], [na, 'pass', 'pass']],
    ['KB 4052731, DPM 2016: 2012 x64 is missing', '5.0.375.0', [vc2013, vc2022], ['fail', na, na]],
    ['KB 4052731, DPM 2016: 2012 x64 is there', '5.0.375.0', [vc2012], ['pass', na, na]],
    ['DPM error 295, DPM 2019', '10.19.58.0', [], ['fail', na, na]],
    ['DPM error 295, DPM 2022', '10.22.197.0', [vc2012], ['pass', na, na]],
    ['DPM error 295, MABS V3', '13.0.415.0', [vc2012], ['pass', na, na]],
    ['DPM error 295, MABS V4', '14.0.30.0', [], ['fail', na, na]],
    ['no version can be read', null, [vc2012], ['pass', 'could-not-check', na]],
    ['no installer is found', '', [vc2012, vc2013], ['pass', 'pass', na]],
  ] as const)('%s', async (_name, version, programs, expected) => {
    expect(await judged(version, [...programs])).toEqual(expected);
  });

  it('looks at the installer that is given', async () => {
    const asked: unknown[] = [];
    const machine = fakeMachine(computer({}));
    await preflight(
      {
        ...machine,
        ask: async (question, input) => {
          if (question === 'agent-installers') asked.push(questions[question].input.parse(input));
          return machine.ask(question, input);
        },
      },
      { ...noFacts('protected-computer'), installer: 'D:\\Agents\\DPMAgentInstaller_x64.exe' },
    );
    expect(asked).toEqual([{ path: 'D:\\Agents\\DPMAgentInstaller_x64.exe' }]);
  });

  it('says only of DPM 2025 that its number is inferred', () => {
    expect(productOf('10.25.12.0')?.source.confidence).toBe('inferred');
    expect(productOf('10.22.197.0')).toMatchObject({
      product: 'DPM 2022',
      source: { confidence: 'documented' },
    });
    expect(productOf('99.1.0.0')).toBeNull();
    expect(productOf(null)).toBeNull();
  });
});

describe('Windows Firewall (MS-GPFAS; "Deploy the DPM protection agent")', () => {
  type Rule = Answer<'firewall-rules'>['rules'][number];
  const rule = (what: Partial<Rule>): Rule => ({
    name: 'rule',
    enabled: true,
    allow: true,
    program: null,
    protocol: 'TCP',
    localPorts: null,
    profiles: [],
    remoteAddresses: null,
    fromPolicy: false,
    ...what,
  });
  const agent = rule({ program: 'C:\\Program Files\\DPM\\bin\\DPMRA.exe', protocol: null });
  const mapper = rule({ localPorts: '135' });

  const judged = async (
    rules: readonly Rule[],
    profile: Partial<Answer<'firewall-rules'>['profiles'][number]> = {},
    membership: 'workgroup' | 'domain' = 'workgroup',
  ): Promise<Finding> => {
    const base = computer({}).answers.computer as Answer<'computer'>;
    const of = await findings(
      {
        computer: { ...base, membership },
        'firewall-rules': {
          enabled: true,
          profiles: (['domain', 'private', 'public'] as const).map((one) => ({
            profile: one,
            enabled: true,
            localRulesApply: true,
            ...profile,
          })),
          rules: [...rules],
        },
      },
      { procedure: 'update-password' },
    );
    return of('firewall-rules');
  };

  it.each([
    ['the documented rules', [agent, mapper], 'pass'],
    ['a range of ports', [rule({ localPorts: '5718-5719' }), mapper], 'pass'],
    ['several ports and ranges', [rule({ localPorts: '80,5700-5800' }), mapper], 'pass'],
    [
      'RPC-EPMap',
      [agent, rule({ program: 'C:\\Windows\\system32\\svchost.exe', localPorts: 'RPC-EPMap' })],
      'pass',
    ],
    ['a rule without a port allows every port', [rule({ protocol: null })], 'pass'],
    ['a rule for another program says nothing', [rule({ program: 'C:\\x.exe', protocol: null })], 'warn'],
    ['UDP says nothing', [agent, rule({ protocol: 'UDP', localPorts: '135' })], 'warn'],
    ['a rule that is off', [agent, rule({ localPorts: '135', enabled: false })], 'warn'],
    ['a blocking rule wins', [agent, mapper, rule({ localPorts: '135', allow: false })], 'warn'],
    ['a rule that blocks everything', [agent, mapper, rule({ allow: false, protocol: null })], 'warn'],
    [
      'a blocking rule for some addresses only',
      [agent, mapper, rule({ localPorts: '135', allow: false, remoteAddresses: '198.51.100.0/24' })],
      'pass',
    ],
    ['Domain alone, in a workgroup', [agent, rule({ localPorts: '135', profiles: ['domain'] })], 'warn'],
    [
      'Private and Public, in a workgroup',
      [agent, rule({ localPorts: '135', profiles: ['private', 'public'] })],
      'pass',
    ],
  ] as const)('%s', async (_name, rules, expected) => {
    expect((await judged(rules)).status).toBe(expected);
  });

  it('tells the profile that is missing', async () => {
    const finding = await judged([agent, rule({ localPorts: '135', profiles: ['private'] })]);
    expect(finding.found).toBe('No inbound rule allows TCP 135 (public profile).');
  });

  it('counts a Domain rule in a domain', async () => {
    const rules = [agent, rule({ localPorts: '135', profiles: ['domain'] })];
    expect((await judged(rules, {}, 'domain')).status).toBe('pass');
  });

  it('counts local rules only where the policy lets them', async () => {
    expect((await judged([agent, mapper], { localRulesApply: false })).status).toBe('warn');
    const fromPolicy = [agent, mapper].map((one) => ({ ...one, fromPolicy: true }));
    expect((await judged(fromPolicy, { localRulesApply: false })).status).toBe('pass');
  });

  it('judges nothing where the firewall is off in the profiles that are used', async () => {
    expect((await judged([], { enabled: false })).status).toBe('not-applicable');
  });

  it('tells a blocking rule before SetDpmServer makes its exceptions, too', async () => {
    const of = await findings(
      {
        'firewall-rules': {
          enabled: true,
          profiles: [],
          rules: [rule({ name: 'No DPM', program: 'C:\\DPM\\DPMRA.exe', protocol: null, allow: false })],
        },
      },
      { procedure: 'ntlm' },
    );
    expect(of('firewall-rules')).toMatchObject({
      status: 'warn',
      found: expect.stringContaining('No DPM') as string,
    });
  });
});

describe('volumes and SQL Server', () => {
  const volume = (drive: string, change: Partial<Answer<'volumes'>['volumes'][number]> = {}) => ({
    drive,
    fileSystem: 'NTFS',
    sizeBytes: 10 * 2 ** 30,
    freeBytes: 2 ** 30,
    holdsWindows: drive === 'C:',
    ...change,
  });

  it('"Prepare your environment for DPM": 300 MB free for each protected volume', async () => {
    const of = await findings({
      volumes: { volumes: [volume('C:'), volume('D:', { freeBytes: 299 * 2 ** 20 })] },
    });
    expect(of('free-space')).toMatchObject({ status: 'warn', found: 'Less than 300 MB is free: D: 299 MB.' });
    const enough = await findings({ volumes: { volumes: [volume('C:', { freeBytes: 300 * 2 ** 20 })] } });
    expect(enough('free-space').status).toBe('pass');
  });

  it('"Prepare your environment for DPM", error 164: NTFS, at least 1 GB; another one is told, and no fault', async () => {
    const of = await findings({
      volumes: {
        volumes: [volume('C:'), volume('R:', { fileSystem: 'ReFS' }), volume('S:', { sizeBytes: 2 ** 29 })],
      },
    });
    expect(of('protectable-volumes')).toMatchObject({
      status: 'pass',
      found: 'DPM cannot protect R: (ReFS), S: (smaller than 1 GB); it can protect the other volumes.',
    });
  });

  const ole18 = program('Microsoft OLE DB Driver for SQL Server', '18.7.4.0');
  const ole19 = program('Microsoft OLE DB Driver 19 for SQL Server', '19.3.5.0');
  it.each([
    ['release notes: DPM 2022 UR2 wants driver 18', '10.22.197.0', [ole18], 'pass'],
    ['release notes: 19 is not 18', '10.22.197.0', [ole19], 'warn'],
    ['release notes: DPM 2025 wants driver 19', '10.25.1.0', [ole18], 'warn'],
    ['release notes: DPM 2025 has driver 19', '10.25.1.0', [ole18, ole19], 'pass'],
    ['release notes: MABS V4 UR1 wants driver 18', '14.0.42.0', [], 'warn'],
    ['nothing is documented for DPM 2016', '5.0.375.0', [], 'not-applicable'],
  ] as const)('%s', async (_name, version, programs, expected) => {
    const of = await findings(
      {
        'agent-installers': { installers: [{ path: 'D:\\x.exe', version }], searched: [] },
        'installed-programs': { programs: [...programs] },
      },
      {},
      { sqlInstances: ['MSSQLSERVER'] },
    );
    expect(of('sql-ole-db').status).toBe(expected);
  });

  it('asks nothing of a computer without SQL Server', async () => {
    expect((await findings({}))('sql-ole-db').status).toBe('not-applicable');
  });
});

describe('what an agent leaves', () => {
  it('DPM error 306: remains of another version, and no working agent, are "not installed"', async () => {
    const base = computer({}).answers.installation as Answer<'installation'>;
    const remains = {
      displayName: 'Microsoft System Center 2016  DPM Protection Agent',
      version: '5.0.158.0',
      productCode: '{14DD5B44-17CE-4E89-8BEB-2E6536B81B35}',
    };
    const of = await findings({
      installation: { ...base, products: [remains] },
      'agent-installers': { installers: [{ path: 'D:\\x.exe', version: '10.22.197.0' }], searched: [] },
      'installed-programs': { programs: [] },
    });
    expect(of('agent-version')).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('306') as string,
    });
    expect(of('visual-cpp-2012').status).toBe('fail');
  });
});
