import { copyFileSync, cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  advance,
  parseSwitchPlan,
  serializeSwitchPlan,
  type SwitchStage,
} from '../../src/dpm/switch-plan.js';
import { changeWorld, readState } from '../../src/rehearsal/store.js';
import { openWorld, type World } from '../../src/rehearsal/world.js';
import { reportDocumentSchema } from '../../src/show/document-schema.js';
import { attach, importIssued, install, quick, setDpmServer } from '../rehearsal/pair.js';
import { dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

// In the middle of a switch, and after it: what other commands, other plan files and other folders make of it.

const server = 'Server01.corp.contoso.com';
const node = 'Node01.corp.contoso.com';
const folder = temporaryFolder('switch-progress');
const template = join(folder, 'begun');
const kept = join(folder, 'kept.switch.json');
const thumbprints: Record<string, string> = {};

/** The folder that the plan file is carried in; every command runs there. */
const carried = (world: string): string => join(world, 'exchange');
const planFile = (world: string): string => join(carried(world), 'Cluster01.switch.json');

const run = async (world: string, on: string, words: readonly string[], where = carried(world)) => {
  const result = await dpmPrep(
    [...words, '--rehearse', '--world', world, '--on', on, '--no-input', '--json'],
    { folder: where },
  );
  const document = reportDocumentSchema.parse(JSON.parse(result.stdout));
  const { problem, notes } = document;
  const text = [...(problem === null ? [] : [problem.what, ...problem.fix]), ...notes].join('\n');
  return { code: result.code, document, text };
};
const switchAuth = async (world: string, on: string, words: readonly string[]) =>
  run(world, on, [
    ...['switch-auth', '--yes', '--accept-eula', '--thumbprint', thumbprints[on] ?? ''],
    ...words,
  ]);
const left = async (world: string, on: string, words: readonly string[] = []): Promise<string> => {
  const { document } = await run(world, on, ['status', ...words]);
  return (document.data as { readonly left: readonly string[] }).left.join('\n');
};

let count = 0;
/** The node is removed from the DPM server; next it has to uninstall its agent. */
const begun = (): string => {
  count += 1;
  const world = join(folder, `world-${String(count)}`);
  cpSync(template, world, { recursive: true });
  copyFileSync(kept, moved(world));
  return world;
};
const moved = (world: string): string => join(carried(world), 'Moved.switch.json');

beforeAll(async () => {
  const world: World = await openWorld({
    folder: template,
    dpmServer: server,
    computers: [node],
    cluster: 'Cluster01',
    behaviour: quick,
  });
  await install(world.machine(node));
  await setDpmServer(world.machine(node), `-DpmServerName ${server} -isNonDomainServer -UserName mark`);
  await attach(world.machine(server), { dpm: server, ps: node, user: 'mark' });
  for (const computer of [server, node]) thumbprints[computer] = await importIssued(world, computer);
  const { code, text } = await switchAuth(template, server, [
    ...['--plan', planFile(template), '--cluster-name', 'cluster01'],
  ]);
  expect(code, text).toBe(6);
  // The record names the place in the template, so every copy of it finds the file elsewhere.
  renameSync(planFile(template), kept);
}, 120_000);

describe('in the middle of a switch', () => {
  it('the plan has names as DPM spells them', () => {
    const parsed = parseSwitchPlan(readFileSync(kept, 'utf8'));
    expect(parsed.ok && [parsed.value.clusterName, parsed.value.nodes[0]?.name]).toEqual(['Cluster01', node]);
  });

  it('status says what comes next on both computers, and gives no other advice', async () => {
    const world = begun();
    expect(await left(world, server)).toContain(
      `Run on the protected computer ${node}: dpm-prep switch-auth --plan`,
    );
    const onNode = await left(world, node);
    expect(onNode).toContain('Continue the switch of Cluster01 here: dpm-prep switch-auth --plan');
    await run(world, node, ['resume', '--yes']);
    const uninstalled = await left(world, node);
    expect(uninstalled).toContain('Continue the switch of Cluster01 here');
    expect(uninstalled).not.toContain('install-agent');
  }, 60_000);

  it('status knows it with another state folder, from the plan file beside it', async () => {
    const world = begun();
    const other = join(folder, 'other-state');
    mkdirSync(other, { recursive: true });
    expect(await left(world, server, ['--state-dir', other])).toContain(
      `Run on the protected computer ${node}`,
    );
    expect(await left(world, node, ['--state-dir', other])).toContain(
      'Continue the switch of Cluster01 here',
    );
  }, 60_000);

  it('status knows it from the record where the plan file was carried away', async () => {
    const world = begun();
    renameSync(moved(world), join(world, 'carried-away'));
    expect(await left(world, server)).toContain(`Run on the protected computer ${node}`);
    const { code, text } = await run(world, server, ['resume', '--yes']);
    expect(code, text).toBe(6);
    expect(text).toContain(`Next, ${node} has to uninstall the agent`);
  }, 60_000);

  it('resume does the turn of this computer, and elsewhere says whose turn it is', async () => {
    const world = begun();
    const onServer = await run(world, server, ['resume', '--yes']);
    expect(onServer.code, onServer.text).toBe(6);
    expect(onServer.document.next).toMatchObject({ computer: node });
    const onNode = await run(world, node, ['resume', '--yes']);
    expect(onNode.document, onNode.text).toMatchObject({ exitCode: 3010, changed: true });
    expect(readState(world, node).agent).toBeNull();
  }, 60_000);

  it('another plan file does not begin it a second time', async () => {
    const world = begun();
    for (const words of [
      ['--cluster-name', 'Cluster01'],
      ['--node', 'Node01'],
      ['--ps-name', node],
    ]) {
      const { code, text } = await switchAuth(world, server, ['--plan', 'other.switch.json', ...words]);
      expect(code, text).toBe(3);
      expect(text).toContain('The switch of Cluster01 has begun with the plan file');
      expect(text).toContain(`Next, ${node} has to`);
    }
  }, 60_000);

  it('an agent that was installed again in between is uninstalled again', async () => {
    const world = begun();
    expect((await run(world, node, ['resume', '--yes'])).document.exitCode).toBe(3010);
    await (await openWorld({ folder: world })).restart(node);
    expect((await run(world, node, ['install-agent', '--yes', '--accept-eula'])).code).toBe(0);
    const again = await run(world, node, ['resume', '--yes']);
    expect(again.document, again.text).toMatchObject({ exitCode: 3010, changed: true });
    await (await openWorld({ folder: world })).restart(node);
    const cleared = await run(world, node, ['resume', '--yes', '--dry-run']);
    expect(cleared.code, cleared.text).toBe(0);
    expect(cleared.document.steps.map(({ id }) => id)).toContain('delete-agent-folder');
  }, 120_000);
});

const cleared = ['agentUninstalled', 'folderDeleted'] as const;

/** The plan file says that the node has reached these stages; the computers do not. */
const pretend = (world: string, stages: readonly SwitchStage[]): void => {
  const parsed = parseSwitchPlan(readFileSync(moved(world), 'utf8'));
  if (!parsed.ok) throw new Error(parsed.problem);
  const after = advance(parsed.value, {
    stages,
    nodeName: null,
    at: new Date(),
    ...(stages.includes('configured') ? { credential: { name: 'node.bin', sha256: 'a'.repeat(64) } } : {}),
  });
  writeFileSync(moved(world), serializeSwitchPlan(after));
};

/** The DPM server lists the node again. */
const listAgain = async (world: string, authentication: 'ntlm' | 'certificate'): Promise<void> =>
  changeWorld(world, (draft) => {
    for (const record of draft.of({ id: server }).server?.records ?? []) {
      record.deleted = false;
      record.authentication = authentication;
    }
  });

describe('a plan file that the computers contradict', () => {
  it('does not configure an agent that was not uninstalled', async () => {
    const world = begun();
    pretend(world, cleared);
    const { code, text } = await switchAuth(world, node, ['--plan', moved(world)]);
    expect(code, text).toBe(3);
    expect(text).toContain('The plan file says that the agent was uninstalled');
  }, 60_000);

  it('does not attach a computer that is attached by NTLM again', async () => {
    const world = begun();
    pretend(world, [...cleared, 'agentInstalled', 'configured']);
    await listAgain(world, 'ntlm');
    const { code, text } = await switchAuth(world, server, ['--plan', moved(world)]);
    expect(code, text).toBe(3);
    expect(text).toContain(`lists ${node} with NTLM`);
  }, 60_000);
});

describe('a finished switch', () => {
  const finished = async (authentication: 'ntlm' | 'certificate'): Promise<string> => {
    const world = begun();
    pretend(world, [...cleared, 'agentInstalled', 'configured', 'attached', 'verified']);
    await listAgain(world, authentication);
    return world;
  };
  const words = ['--plan', 'other.switch.json', '--cluster-name', 'Cluster01'];

  it('is not begun again under another plan file name, unless the name is confirmed', async () => {
    const world = await finished('certificate');
    const again = await switchAuth(world, server, words);
    expect(again.document, again.text).toMatchObject({
      exitCode: 0,
      outcome: 'nothing-to-do',
      changed: false,
    });
    expect(again.text).toContain('already use certificates');
    const confirmed = await switchAuth(world, server, [...words, '--confirm', 'cluster01', '--dry-run']);
    expect(confirmed.document.steps.map(({ id }) => id)).toContain(`remove:${node}`);
  }, 60_000);

  it('is begun again where DPM shows NTLM', async () => {
    const world = await finished('ntlm');
    const again = await switchAuth(world, server, [...words, '--dry-run']);
    expect(again.document.steps.map(({ id }) => id)).toContain(`remove:${node}`);
  }, 60_000);
});
