import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { changeWorld } from '../../src/rehearsal/store.js';
import { openWorld, type World } from '../../src/rehearsal/world.js';
import { reportDocumentSchema } from '../../src/show/document-schema.js';
import { install, quick } from '../rehearsal/pair.js';
import { dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = join(temporaryFolder('cluster'), 'world');
const server = 'Server01.corp.contoso.com';
const nodes = ['Node01.corp.contoso.com', 'Node02.corp.contoso.com', 'Node03.corp.contoso.com'] as const;
const [node] = nodes;

let world: World;
beforeAll(async () => {
  world = await openWorld({
    folder,
    dpmServer: server,
    computers: nodes,
    cluster: 'Cluster01',
    behaviour: quick,
  });
  await install(world.machine(node));
}, 60_000);

const run = async (words: readonly string[]) => {
  const result = await dpmPrep(
    [...words, '--rehearse', '--world', folder, '--on', node, '--no-input', '--json'],
    { environment: { DPM_PREP_PASSWORD: 'Practice-Passw0rd-of-mark' } },
  );
  return { code: result.code, document: reportDocumentSchema.parse(JSON.parse(result.stdout)) };
};
const ntlm = (...more: readonly string[]) =>
  run([
    'set-dpm-server',
    '--auth',
    'ntlm',
    '--dpm-server-name',
    server,
    '--user-name',
    'mark',
    '--yes',
    ...more,
  ]);

describe('a cluster node', () => {
  it('is refused for NTLM before anything is changed, and its other nodes are named', async () => {
    const { code, document } = await ntlm();
    expect(code).toBe(3);
    expect(document.changed).toBe(false);
    expect(document.findings).toContainEqual(
      expect.objectContaining({
        id: 'cluster-authentication',
        status: 'fail',
        details: { cluster: { clusterName: 'Cluster01', otherNodes: ['Node02', 'Node03'] } },
      }),
    );
  });

  it('is planned for NTLM where only its System State is protected, with a word on the other nodes', async () => {
    const { code, document } = await ntlm('--workload', 'system-state', '--dry-run');
    expect(code).toBe(0);
    expect(document.notes.join('\n')).toContain('node of Cluster01');
    expect(document.notes.join('\n')).toContain('Node02, Node03');
  });

  it('shows nothing as a cluster while an agent was once configured for NTLM, whatever the node shows', async () => {
    await changeWorld(folder, (draft) => {
      const { agent } = draft.of({ id: node });
      if (!agent) throw new Error('There is no agent.');
      agent.configuration = { mode: 'certificate', dpmServerName: server, thumbprint: 'A', credential: 'b' };
      draft.of({ id: server }).server?.records.push({
        serverName: node,
        computer: node,
        authentication: 'certificate',
        userName: null,
        password: null,
        credential: 'b',
        attachedVersion: null,
        clusterName: 'Cluster01',
        visibleFrom: new Date(0).toISOString(),
        deleted: false,
        connected: true,
        dataSources: [{ name: 'C:\\', kind: 'Volume', protected: false }],
      });
    });
    const asked = { dpmServerName: server, clusterName: 'cluster01' };
    const computer = { dpmServerName: server, computerName: node, inquire: true };
    const machine = world.machine(server);
    expect((await machine.ask('cluster-resources', asked)).resources).toHaveLength(1);
    await changeWorld(folder, (draft) => {
      const { agent } = draft.of({ id: node });
      if (agent) agent.onceNtlm = true;
    });
    expect(await machine.ask('cluster-resources', asked)).toMatchObject({ found: true, resources: [] });
    expect((await machine.ask('data-sources', computer)).dataSources).toHaveLength(1);
  });
});
