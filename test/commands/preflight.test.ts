import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { preflightChecks } from '../../src/preflight/index.js';
import { computerFaults, type ComputerFault } from '../../src/rehearsal/faults.js';
import { openWorld } from '../../src/rehearsal/world.js';
import { quick } from '../rehearsal/pair.js';
import { document, dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('preflight');
const names = ['--dpm-server-name', 'Server01.corp.contoso.com', '--ps-name', 'Finance01.widgets.corp.com'];
const pair = { dpmServer: 'Server01.corp.contoso.com', computers: ['Finance01.widgets.corp.com'] };

type Method = 'ntlm' | 'certificate';
/** How far the pair is: nothing done, the agent installed, everything done. */
type Template = 'new' | 'installed' | 'attached';
type On = 'protected-computer' | 'dpm-server';

interface Found {
  readonly code: number | null;
  /** What did not pass, `id status`. */
  readonly troubles: readonly string[];
}

interface FindingRow {
  readonly id: string;
  readonly status: string;
  readonly ignored: boolean;
}

const findingsOf = (stdout: string): readonly FindingRow[] =>
  (JSON.parse(stdout) as { findings: readonly FindingRow[] }).findings;

const check = async (world: string, on: On, method: Method, ...more: readonly string[]): Promise<Found> => {
  const result = await dpmPrep([
    ...['preflight', '--world', world, '--on', on, '--auth', method, ...names],
    ...(method === 'ntlm' ? ['--user-name', 'mark'] : []),
    ...['--json', ...more],
  ]);
  return {
    code: result.code,
    troubles: findingsOf(result.stdout)
      .filter(({ status }) => status !== 'pass' && status !== 'not-applicable')
      .map(({ id, status }) => `${id} ${status}`),
  };
};

/** A pair on which everything is done, by certificate: what its ports and rules then are can be broken too. */
const attached = join(folder, 'attached' satisfies Template);
const installed = join(folder, 'installed' satisfies Template);

beforeAll(async () => {
  await openWorld({ folder: attached, ...pair, behaviour: quick });
  const { code, stdout } = await dpmPrep(['rehearse', '--auth', 'certificate', '--world', attached]);
  if (code !== 0) throw new Error(stdout);
  await openWorld({ folder: installed, ...pair, behaviour: quick });
  const agent = await dpmPrep(['install-agent', '--world', installed, '--accept-eula', '--yes']);
  if (agent.code !== 0) throw new Error(agent.stdout);
}, 120_000);

let worlds = 0;
const worldWith = async (template: Template, faults: readonly string[]): Promise<string> => {
  worlds += 1;
  const world = join(folder, String(worlds));
  if (template !== 'new') cpSync(join(folder, template), world, { recursive: true });
  await openWorld({ folder: world, ...pair, behaviour: quick, faults });
  return world;
};

/** Each fault, where it is looked for, and what must be found more than on a pair without it. */
const cases: readonly (readonly [
  fault: ComputerFault,
  at: string,
  on: On,
  method: Method,
  template: Template,
  code: number,
  more: readonly string[],
])[] = [
  ['not-elevated', '', 'protected-computer', 'ntlm', 'new', 3, ['elevation fail']],
  ['restart-pending', '', 'protected-computer', 'ntlm', 'new', 0, ['pending-restart warn']],
  ['user-exists', '', 'protected-computer', 'ntlm', 'new', 3, ['local-user fail']],
  ['user-exists', '', 'dpm-server', 'ntlm', 'new', 3, ['account-in-use fail']],
  ['force-guest', '', 'protected-computer', 'ntlm', 'new', 3, ['force-guest fail']],
  ['missing-vcpp', '', 'protected-computer', 'ntlm', 'new', 3, ['visual-cpp-2012 fail']],
  ['missing-dotnet', '', 'protected-computer', 'ntlm', 'new', 0, ['dotnet-35 warn']],
  ['missing-dotnet', '', 'protected-computer', 'certificate', 'new', 3, ['dotnet-35 fail']],
  ['other-agent-version', '', 'protected-computer', 'certificate', 'new', 3, ['agent-version fail']],
  ['other-dpm-server', '', 'protected-computer', 'ntlm', 'installed', 3, ['agent-owner fail']],
  [
    'unreachable',
    '@Server01.corp.contoso.com',
    'protected-computer',
    'ntlm',
    'new',
    3,
    ['port-135 fail', 'port-5718 warn', 'port-5719 warn'],
  ],
  ['refused', '@Server01.corp.contoso.com', 'protected-computer', 'ntlm', 'new', 3, ['port-135 fail']],
  [
    'name-unknown',
    '@Server01.corp.contoso.com',
    'protected-computer',
    'ntlm',
    'new',
    3,
    [
      'name-resolution fail',
      'port-135 could-not-check',
      'port-5718 could-not-check',
      'port-5719 could-not-check',
    ],
  ],
  [
    'cpwrapper-stopped',
    '@Server01.corp.contoso.com',
    'dpm-server',
    'certificate',
    'attached',
    0,
    ['service-cpwrapper warn'],
  ],
  [
    'port-6076-blocked',
    '@Server01.corp.contoso.com',
    'protected-computer',
    'certificate',
    'attached',
    0,
    ['port-6076 warn'],
  ],
  ['firewall-rules-missing', '', 'dpm-server', 'certificate', 'attached', 0, ['firewall-rules warn']],
  ['clock-off', '@Server01.corp.contoso.com', 'protected-computer', 'ntlm', 'new', 0, ['clock warn']],
  ['ntlm-restricted', '', 'protected-computer', 'ntlm', 'new', 3, ['ntlm-policy fail']],
  ['ntlm-restricted', '', 'protected-computer', 'certificate', 'new', 0, []],
  ['ipsec-required', '', 'protected-computer', 'ntlm', 'new', 0, ['ipsec warn']],
  [
    'installer-service-disabled',
    '',
    'protected-computer',
    'ntlm',
    'new',
    3,
    ['service-windows-installer fail'],
  ],
  ['com-stopped', '', 'protected-computer', 'ntlm', 'new', 3, ['service-com-plus fail']],
  ['wmi-stopped', '', 'protected-computer', 'ntlm', 'new', 3, ['service-wmi fail']],
  ['remote-registry-stopped', '', 'protected-computer', 'ntlm', 'new', 0, ['service-remote-registry warn']],
  [
    'cryptographic-services-stopped',
    '',
    'protected-computer',
    'certificate',
    'new',
    3,
    ['service-cryptographic fail'],
  ],
  ['fat-volume', '', 'protected-computer', 'ntlm', 'new', 3, ['boot-volume fail']],
  ['disk-full', '', 'protected-computer', 'ntlm', 'new', 3, ['free-space fail']],
  ['old-windows', '', 'protected-computer', 'ntlm', 'new', 3, ['windows-version fail']],
  ['read-only-domain-controller', '', 'protected-computer', 'ntlm', 'new', 0, ['domain-controller warn']],
  ['port-taken', '', 'protected-computer', 'ntlm', 'new', 3, ['local-ports fail']],
  ['scripts-missing', '', 'dpm-server', 'ntlm', 'new', 3, ['dpm-scripts fail']],
  [
    'module-missing',
    '',
    'dpm-server',
    'ntlm',
    'new',
    3,
    ['netbios-conflict could-not-check', 'dpm-module fail'],
  ],
];

/** What preflight cannot see before: these are the tools' and the certificate's own business. */
const notForPreflight: readonly ComputerFault[] = [
  'agent-configuration-missing',
  'no-installer',
  'agent-update',
  'update-forgets',
  'agent-update-restarts',
  'agent-update-reattach',
  'jobs-running',
  'data-sources-protected',
  'ca-approval',
  'root-untrusted',
  'crl-unreachable',
];

describe('the practice pair with a fault switched on', () => {
  const baselines = new Map<string, Promise<Found>>();
  const baselineOf = async (on: On, method: Method, template: Template): Promise<Found> => {
    const key = `${on} ${method} ${template}`;
    const known = baselines.get(key) ?? worldWith(template, []).then((world) => check(world, on, method));
    baselines.set(key, known);
    return known;
  };

  it.each(cases)(
    '%s%s, seen from the %s with %s (%s pair): exit %i, %j',
    async (fault, at, on, method, template, code, more) => {
      const before = await baselineOf(on, method, template);
      expect(before.code).toBe(0);
      const found = await check(await worldWith(template, [`${fault}${at}`]), on, method);
      const isNew = (trouble: string): boolean => !before.troubles.includes(trouble);
      expect(found.troubles.filter(isNew)).toEqual(more.filter(isNew));
      // What a fault shows must be more than what is shown without it.
      for (const trouble of more) expect(found.troubles).toContain(trouble);
      expect(found.code).toBe(code);
    },
    30_000,
  );

  it('every fault of a computer is looked for, or named as nothing that preflight can see', () => {
    const covered = new Set<string>([...cases.map(([fault]) => fault), ...notForPreflight]);
    expect(Object.keys(computerFaults).filter((fault) => !covered.has(fault))).toEqual([]);
  });
});

describe('dpm-prep preflight', () => {
  it('lists the checks', async () => {
    const result = document(await dpmPrep(['preflight', '--list-checks', '--json']));
    const { checks } = result.data as { checks: readonly { id: string }[] };
    expect(checks.map(({ id }) => id)).toEqual(preflightChecks.map(({ id }) => id));
    const text = await dpmPrep(['preflight', '--list-checks']);
    expect(text.stdout).toContain('visual-cpp-2012');
  });

  it('demotes a failed check by name, and still shows it', async () => {
    const world = await worldWith('new', ['fat-volume']);
    const found = await check(world, 'protected-computer', 'ntlm', '--ignore', 'boot-volume');
    expect(found).toEqual({ code: 0, troubles: ['boot-volume fail'] });
  });

  it('--strict: a warning fails', async () => {
    const world = await worldWith('new', ['restart-pending']);
    const found = await check(world, 'protected-computer', 'ntlm', '--strict');
    expect(found).toEqual({ code: 3, troubles: ['pending-restart warn'] });
  });

  it('refuses an id that no check has, and takes one of a certificate check', async () => {
    const unknown = await dpmPrep(['preflight', '--rehearse', '--ignore', 'boot-volum']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('"boot-volum"');
    const world = await worldWith('new', []);
    expect((await check(world, 'protected-computer', 'ntlm', '--ignore', 'key-length')).code).toBe(0);
  });

  it('says in text what is wrong, how it is fixed, and that nothing was changed', async () => {
    const world = await worldWith('new', ['missing-vcpp']);
    const result = await dpmPrep(['preflight', '--world', world, ...names]);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain('visual-cpp-2012');
    expect(result.stdout).toContain('vcredist_x64.exe');
    expect(result.stdout).toContain('nothing was changed');
    expect(result.stdout).toContain('REHEARSAL');
  });

  it.each([
    [[], names, 'Ready. All checks passed.'],
    [['restart-pending'], names, 'Ready. Read the warnings above first.'],
    [[], [], 'Not complete. Without a DPM server name'],
    [['fat-volume'], [...names, '--ignore', 'boot-volume'], 'Ready only because --ignore'],
    [['disk-full'], names, 'Not ready. Fix what failed'],
  ])('with the faults %j and %j its verdict is: %s', async (faults, words, verdict) => {
    const world = await worldWith('new', faults);
    const { stdout } = await dpmPrep(['preflight', '--world', world, '--auth', 'ntlm', ...words]);
    expect(stdout).toContain(verdict);
    for (const sentence of ['All checks passed', 'Ready.']) {
      if (!verdict.includes(sentence)) expect(stdout).not.toContain(sentence);
    }
  });

  it('needs a Windows computer', async () => {
    const result = await dpmPrep(['preflight']);
    if (process.platform !== 'win32') expect(result.code).toBe(2);
  });
});

const prepare = (world: string): readonly string[] => [
  ...['set-dpm-server', '--world', world, '--auth', 'ntlm', ...names, '--user-name', 'mark'],
  ...['--handover-folder', join(world, 'exchange'), '--yes', '--json'],
];
const password = { environment: { DPM_PREP_PASSWORD: 'Rehearsed-Word-1!' } };

describe('before a procedure', () => {
  it('a failed check stops it with exit 3, nothing is started and nothing is written', async () => {
    const world = await worldWith('new', ['com-stopped']);
    const result = await dpmPrep([
      ...['install-agent', '--world', world, '--accept-eula', '--yes', '--json'],
    ]);
    expect(result.code).toBe(3);
    expect(document(result)).toMatchObject({ outcome: 'check-failed', changed: false, steps: [] });
    expect((await openWorld({ folder: world })).log()).toEqual([]);
    const text = await dpmPrep(['install-agent', '--world', world, '--accept-eula', '--yes']);
    expect(text.stdout).toContain('Not started: a check failed. Nothing was changed.');
  });

  it('--ignore lets it run', async () => {
    const world = await worldWith('new', ['old-windows', 'disk-full']);
    const words = ['install-agent', '--world', world, '--accept-eula', '--yes', '--json', '--strict'];
    expect((await dpmPrep(words)).code).toBe(3);
    const result = await dpmPrep([...words, '--ignore', 'windows-version', '--ignore', 'free-space']);
    expect(result.code).toBe(0);
    expect(findingsOf(result.stdout).filter(({ ignored }) => ignored)).toHaveLength(2);
  });

  it('the account of an earlier run is ours, so a second run has nothing to do; another one is not', async () => {
    const world = await worldWith('new', []);
    expect((await dpmPrep(['install-agent', '--world', world, '--accept-eula', '--yes'])).code).toBe(0);
    expect((await dpmPrep(prepare(world), password)).code).toBe(6);
    const again = await dpmPrep(prepare(world), password);
    expect(again.code).toBe(6);
    expect(document(again).changed).toBe(false);
    expect((await check(world, 'protected-computer', 'ntlm')).troubles).toEqual([]);
  }, 30_000);

  it('an account that another computer was attached with is refused on the DPM server', async () => {
    const world = join(folder, 'two');
    const two = { ...pair, computers: [...pair.computers, 'Finance02.widgets.corp.com'] };
    await openWorld({ folder: world, ...two, behaviour: quick });
    const prepared = await dpmPrep(['rehearse', '--world', world, ...names]);
    expect(prepared.code).toBe(0);
    const result = await dpmPrep(
      [
        ...['attach', '--world', world, '--dpm-server-name', pair.dpmServer],
        ...['--ps-name', 'Finance02.widgets.corp.com', '--user-name', 'mark', '--yes', '--json'],
      ],
      password,
    );
    expect(result.code).toBe(3);
    const failed = findingsOf(result.stdout).filter(({ status }) => status === 'fail');
    expect(failed).toMatchObject([
      { id: 'account-in-use', found: 'mark is the account of Finance01.widgets.corp.com.' },
    ]);
  }, 30_000);

  it('a dry run shows the findings, and says by its exit code whether it would start', async () => {
    const world = await worldWith('new', ['fat-volume']);
    const result = await dpmPrep([
      ...['install-agent', '--world', world, '--accept-eula', '--dry-run', '--json'],
    ]);
    expect(result.code).toBe(3);
    expect(findingsOf(result.stdout).some(({ id }) => id === 'boot-volume')).toBe(true);
  });
});

describe('a pair on which everything is done', () => {
  // DPMRA is stopped, nothing listens on 5719, and DPM's setup opened TCP 135: all of that is healthy.
  it.each(['protected-computer', 'dpm-server'] as const)(
    'has nothing to warn of on the %s, also with --strict',
    async (on) => {
      expect(await check(attached, on, 'certificate', '--strict')).toEqual({ code: 0, troubles: [] });
    },
  );
});
