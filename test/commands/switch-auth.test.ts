import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  nextTurn,
  parseSwitchPlan,
  serializeSwitchPlan,
  turnComputer,
  type SwitchPlan,
} from '../../src/dpm/switch-plan.js';
import { openWorld, type World } from '../../src/rehearsal/world.js';
import switchAuthModule from '../../src/commands/switch-auth/run.js';
import { reportDocumentSchema } from '../../src/show/document-schema.js';
import { attach, ended, importIssued, install, practise, quick, setDpmServer } from '../rehearsal/pair.js';
import { contentOf, onPractice } from '../support/certificate-world.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { trustEachOther } from '../support/trust.js';

// A cluster of two nodes goes from NTLM to certificates; at every station everyone else tries it too.

const server = 'Server01.corp.contoso.com';
const [node1, node2] = ['Node01.corp.contoso.com', 'Node02.corp.contoso.com'] as const;
const computers = [server, node1, node2] as const;
type Computer = (typeof computers)[number];

const folder = temporaryFolder('switch-auth');
const template = join(folder, 'by-ntlm');
const thumbprints: Partial<Record<string, string>> = {};

beforeAll(async () => {
  const world = await openWorld({
    folder: template,
    dpmServer: server,
    computers: [node1, node2],
    cluster: 'Cluster01',
    behaviour: quick,
  });
  for (const [index, node] of [node1, node2].entries()) {
    const user = `mark${String(index + 1)}`;
    await install(world.machine(node));
    await setDpmServer(world.machine(node), `-DpmServerName ${server} -isNonDomainServer -UserName ${user}`);
    await attach(world.machine(server), { dpm: server, ps: node, user });
  }
  for (const computer of computers) thumbprints[computer] = await importIssued(world, computer);
  await trustEachOther(world.folder);
}, 120_000);

const worldWith = async (name: string, faults: readonly string[] = []): Promise<World> => {
  const copy = join(folder, name);
  cpSync(template, copy, { recursive: true });
  return openWorld({ folder: copy, faults });
};

const planFile = (world: World): string => join(world.exchangeFolder, 'Cluster01.switch.json');

const documentSchema = reportDocumentSchema.extend({ data: switchAuthModule.dataSchema.nullable() });

interface Said {
  readonly code: number | null;
  readonly document: ReturnType<typeof reportDocumentSchema.parse>;
  /** The problem and its fixes, or the notes. */
  readonly text: string;
}

const switchAuth = async (world: World, on: string, more: readonly string[] = []): Promise<Said> => {
  const thumbprint = thumbprints[on];
  const result = await onPractice(
    world.folder,
    [
      ...['switch-auth', '--plan', planFile(world), '--accept-eula'],
      ...(thumbprint === undefined ? [] : ['--thumbprint', thumbprint]),
      ...more,
    ],
    { on },
  );
  const document = documentSchema.parse(JSON.parse(result.stdout));
  const { problem, notes } = document;
  return {
    code: result.code,
    document,
    text: [...(problem === null ? [] : [problem.what, ...problem.fix]), ...notes].join('\n'),
  };
};

const begin = ['--cluster-name', 'Cluster01', '--dpm-server-name', server];

/** What a shell sees of an exit code: outside Windows eight bits. */
const shown = (code: number): number => (process.platform === 'win32' ? code : code % 256);

/** The command refuses (or has nothing to do), and the practice pair is afterwards byte by byte what it was. */
const unchanged = async (world: World, attempt: () => Promise<Said>): Promise<Said> => {
  const before = contentOf(world.folder);
  const said = await attempt();
  expect(contentOf(world.folder)).toEqual(before);
  expect(said.document.changed).toBe(false);
  return said;
};

describe('a switch begins', () => {
  it('on the DPM server, not on a node', async () => {
    const world = await worldWith('begin-on-node');
    const { code, text } = await unchanged(world, async () => switchAuth(world, node1, begin));
    expect(code).toBe(2);
    expect(text).toContain('A switch begins on the DPM server');
  });

  it('with all nodes of a cluster, not with a part of it', async () => {
    const world = await worldWith('part');
    const { code, text } = await unchanged(world, async () =>
      switchAuth(world, server, ['--node', node1, '--dpm-server-name', server]),
    );
    expect(code).toBe(3);
    expect(text).toContain(node2);
  });

  it('not while data sources of one node are in active protection (292)', async () => {
    const world = await worldWith('protected', [`data-sources-protected@${node2}`]);
    const { code, document, text } = await unchanged(world, async () => switchAuth(world, server, begin));
    expect(code).toBe(3);
    expect(document.problem?.dpmErrors).toEqual([292]);
    expect(text).toContain(node2);
    expect(text).not.toContain(node1);
  });

  it('not for what certificates cannot protect', async () => {
    const world = await worldWith('unsupported');
    const { code, text } = await unchanged(world, async () =>
      switchAuth(world, server, [...begin, '--workload', 'system-state']),
    );
    expect(code).toBe(3);
    expect(text).toContain('Supported scenarios');
  });

  it('not by a dry run, which shows what would be removed', async () => {
    const world = await worldWith('dry');
    const { code, document } = await unchanged(world, async () =>
      switchAuth(world, server, [...begin, '--dry-run']),
    );
    expect(code).toBe(0);
    expect(document.steps.map(({ id }) => id.split(':')[0])).toEqual([
      'write-switch-plan',
      'set-dpm-credentials',
      'copy-credential-file',
      'remove',
      'remove',
      'write-switch-plan',
    ]);
  });
});

describe('from the first computer to the last', { timeout: 120_000 }, () => {
  let world: World;
  const plans: string[] = [];
  beforeAll(async () => {
    world = await worldWith('whole');
  });

  const planText = (): string => readFileSync(planFile(world), 'utf8');

  /** The computer whose turn it is does it; the file that it leaves is kept. */
  const turn = async (on: Computer, code: number, more: readonly string[] = []): Promise<Said> => {
    const said = await switchAuth(world, on, more);
    expect(said.code, said.text).toBe(shown(code));
    expect(said.document.changed).toBe(true);
    plans.push(planText());
    return said;
  };

  /** Tried there, it does nothing: 6 where that computer has done its part, 3 where it is too early. */
  const refused = async (on: Computer, code: 3 | 6, next: Computer): Promise<string> => {
    const { code: given, document, text } = await unchanged(world, async () => switchAuth(world, on));
    expect(given, `${on}: ${text}`).toBe(code);
    if (code === 3) expect(text).toContain(`It is not this computer's turn: first ${next} has to`);
    else expect(document.next).toMatchObject({ computer: next });
    return text;
  };

  it('the DPM server removes the nodes; then it is the turn of the first node alone', async () => {
    const { document } = await turn(server, 6, begin);
    expect(document.next).toMatchObject({ side: 'protected-computer', computer: node1 });
    await refused(server, 6, node1);
    const early = await refused(node2, 3, node1);
    expect(early, 'where someone would skip it').toContain('Do not skip the uninstallation.');
  });

  it.each([
    [
      'a computer that is not in it',
      'Finance01',
      { computers: ['Finance01'], dpmServer: server },
      'Finance01',
    ],
    ['another DPM server', 'Server09', { computers: ['Finance01'], dpmServer: 'Server09' }, 'Server09'],
    [
      'a DPM server with the name of a node',
      node1,
      { computers: ['Finance01'], dpmServer: node1 },
      'is a DPM server, but the plan names it as a node',
    ],
    [
      'a node with the name of the DPM server',
      server,
      { computers: [server], dpmServer: 'Server09' },
      'is not a DPM server, but the plan names it as one',
    ],
  ])('it means nothing on %s', async (_what, on, pair, says) => {
    const other = await practise(pair);
    writeFileSync(planFile(other), planText());
    const { code, text } = await unchanged(other, async () => switchAuth(other, on));
    expect(code, text).toBe(3);
    expect(text).toContain(says);
    expect(text).toContain('Nothing was changed.');
  });

  const changed = (change: (plan: SwitchPlan) => SwitchPlan): string => {
    const parsed = parseSwitchPlan(planText());
    if (!parsed.ok) throw new Error(parsed.problem);
    return serializeSwitchPlan(change(parsed.value));
  };

  it.each([
    ['edited by hand', () => planText().replace('"Cluster01"', '"Cluster02"'), 3],
    ['truncated', () => planText().slice(0, -40), 3],
    ['of a real switch', () => changed((plan) => ({ ...plan, rehearsal: false })), 3],
  ])('a plan file that is %s is refused on the computer whose turn it is', async (_what, text, code) => {
    const kept = planText();
    writeFileSync(planFile(world), text());
    try {
      const said = await unchanged(world, async () => switchAuth(world, node1));
      expect(said.code, said.text).toBe(code);
      expect(said.text).toContain('Nothing was changed.');
    } finally {
      writeFileSync(planFile(world), kept);
    }
  });

  it('a node uninstalls its agent, and continues only after the restart that Windows asks for', async () => {
    const first = await turn(node1, 3010);
    expect(first.document.restartRequired).toBe(true);
    const work = ended(world);
    const again = await switchAuth(world, node1);
    expect(again.code).toBe(shown(3010));
    expect(again.text).toContain('Restart Windows on');
    expect(ended(world)).toEqual(work);
    await refused(server, 6, node1);
    await refused(node2, 3, node1);
    await world.restart(node1);
    await turn(node1, 6);
    await refused(node1, 6, node2);
  });

  it('no node is configured by certificate before the agent is off all of them', async () => {
    await turn(node2, 3010);
    await world.restart(node2);
    await turn(node2, 6);
    await refused(server, 6, node1);
    await refused(node2, 3, node1);
  });

  it('the nodes are configured one after the other', async () => {
    await turn(node1, 6);
    await refused(node1, 6, node2);
    await refused(server, 6, node2);
    await turn(node2, 6);
    await refused(node1, 6, server);
    await refused(node2, 6, server);
  });

  it('an older copy of the plan is refused on the computer that it would have do things twice', async () => {
    const newest = planText();
    for (const text of plans.slice(0, -1)) {
      writeFileSync(planFile(world), text);
      const parsed = parseSwitchPlan(text);
      const next = parsed.ok ? nextTurn(parsed.value) : null;
      if (!parsed.ok || next === null) throw new Error(text);
      const said = await unchanged(world, async () => switchAuth(world, turnComputer(parsed.value, next)));
      expect(said.code).toBe(3);
      expect(said.text).toContain('is an older copy of the plan');
    }
    writeFileSync(planFile(world), newest);
  });

  it('the DPM server attaches all, and then there is nothing to do on any of them', async () => {
    const { text } = await turn(server, 0);
    expect(text).toContain('Every node is attached by certificate.');
    for (const on of computers) {
      const said = await unchanged(world, async () => switchAuth(world, on));
      expect(said.code).toBe(0);
      expect(said.document.outcome).toBe('nothing-to-do');
    }
  });

  it('each step was done once', async () => {
    const before = ended(await openWorld({ folder: template }));
    const work = ended(world).slice(before.length);
    const count = (what: RegExp): number => work.filter((line) => what.test(line)).length;
    expect({
      removed: count(/^Remove-ProductionServer\.ps1 0/),
      uninstalled: count(/^msiexec\.exe 3010/),
      deleted: count(/^delete-agent-folder 0/),
      installed: count(/^DPMAgentInstaller_x64\.exe 0/),
      configured: count(/^SetDpmServer\.exe 0/),
      credentials: count(/^Set-DPMCredentials 0/),
      attached: count(/^Attach-ProductionServerWithCertificate\.ps1 0/),
    }).toEqual({
      removed: 2,
      uninstalled: 2,
      deleted: 2,
      installed: 2,
      configured: 2,
      credentials: 1,
      attached: 2,
    });
  });
});
