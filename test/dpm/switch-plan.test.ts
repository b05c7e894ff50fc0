import { describe, expect, it } from 'vitest';
import {
  advance,
  newSwitchPlan,
  nextTurn,
  parseSwitchPlan,
  placeIn,
  serializeSwitchPlan,
  type SwitchPlan,
  type SwitchStage,
} from '../../src/dpm/switch-plan.js';
import { itIsACarriedFile } from '../support/carried-file.js';

const credential = { name: 'CertificateConfiguration_Node01.corp.contoso.com.bin', sha256: 'b'.repeat(64) };
const at = new Date('2026-03-01T10:00:00.000Z');
const fresh = newSwitchPlan({
  id: '0123456789abcdef',
  rehearsal: false,
  dpmServerName: 'Server01.corp.contoso.com',
  clusterName: 'Cluster01',
  nodeNames: ['Node01.corp.contoso.com', 'Node02.corp.contoso.com', 'Node03.corp.contoso.com'],
});
const [node01, node02, node03] = fresh.nodes.map(({ name }) => name) as [string, string, string];

const after = (
  plan: SwitchPlan,
  nodeName: string | null,
  stages: readonly SwitchStage[],
  made: SwitchPlan['dpmServerCredential'] = null,
): SwitchPlan => advance(plan, { stages, nodeName, at, ...(made === null ? {} : { credential: made }) });

const turn = (plan: SwitchPlan): string => {
  const next = nextTurn(plan);
  if (next === null) return 'nobody';
  return `${next.on === 'node' ? next.node.name : 'server'}: ${next.does}`;
};

describe('the switch plan', () => {
  itIsACarriedFile(
    { serialize: serializeSwitchPlan, parse: parseSwitchPlan },
    after(after(fresh, null, ['removed']), node01, ['agentUninstalled']),
  );

  it('says in the file who is next', () => {
    const text = serializeSwitchPlan(after(fresh, null, ['removed']));
    expect(JSON.parse(text)).toMatchObject({
      next: `${node01} has to uninstall the agent and delete its folder.`,
      revision: 2,
    });
  });

  it.each([
    ['a stage without the one before it', after(fresh, node01, ['agentUninstalled'])],
    [
      'configured without a credential file',
      after(fresh, null, ['removed', 'agentUninstalled', 'folderDeleted', 'agentInstalled', 'configured']),
    ],
    ['a credential file before it was made', after(fresh, node01, ['removed'], credential)],
    ['a node twice', { ...fresh, nodes: [...fresh.nodes, ...fresh.nodes.slice(0, 1)] }],
    ['no nodes', { ...fresh, nodes: [] }],
    ['a name that is no name', { ...fresh, dpmServerName: 'Server 01' }],
    [
      'a credential file with a folder',
      { ...fresh, dpmServerCredential: { ...credential, name: '..\\x.bin' } },
    ],
    ['a key that is none', Object.assign({ ...fresh }, { more: true })],
  ] satisfies readonly (readonly [string, SwitchPlan])[])(
    'is refused with %s, whatever its checksum',
    (_what, plan) => {
      expect(parseSwitchPlan(serializeSwitchPlan(plan)).ok).toBe(false);
    },
  );
});

describe('a switch plan that was tampered with', () => {
  it('is invalid where two computers have one credential file', () => {
    const done = after(fresh, null, ['removed', 'agentUninstalled', 'folderDeleted']);
    const same = {
      ...after(done, node01, ['agentInstalled', 'configured'], credential),
      dpmServerCredential: credential,
    };
    expect(parseSwitchPlan(serializeSwitchPlan(same))).toMatchObject({
      ok: false,
      problem: expect.stringContaining('one file as the credential file of two computers') as string,
    });
  });
});

describe('whose turn it is', () => {
  it('goes round as the page orders it: all removed, all uninstalled, then each by certificate, then all attached', () => {
    const seen: string[] = [];
    let plan = fresh;
    const step = (nodeName: string | null, stages: readonly SwitchStage[], made = false): void => {
      seen.push(turn(plan));
      plan = after(
        plan,
        nodeName,
        stages,
        made ? { ...credential, sha256: String(seen.length % 10).repeat(64) } : null,
      );
    };
    step(null, ['removed']);
    for (const name of [node01, node02, node03]) step(name, ['agentUninstalled', 'folderDeleted']);
    for (const name of [node01, node02, node03]) step(name, ['agentInstalled', 'configured'], true);
    step(null, ['attached', 'verified']);
    expect([...seen, turn(plan)]).toEqual([
      'server: remove',
      `${node01}: clear`,
      `${node02}: clear`,
      `${node03}: clear`,
      `${node01}: configure`,
      `${node02}: configure`,
      `${node03}: configure`,
      'server: attach',
      'nobody',
    ]);
    expect(plan.revision).toBe(9);
    expect(parseSwitchPlan(serializeSwitchPlan(plan)).ok).toBe(true);
  });

  it('stays with the DPM server until every node is removed', () => {
    expect(turn(after(after(fresh, node01, ['removed']), node02, ['removed']))).toBe('server: remove');
  });

  it('stays with a node whose agent is gone and whose folder is not', () => {
    expect(turn(after(after(fresh, null, ['removed']), node01, ['agentUninstalled', 'restarted']))).toBe(
      `${node01}: clear`,
    );
  });

  it('stays with the DPM server when nodes are attached and not verified', () => {
    const attached = after(
      fresh,
      null,
      ['removed', 'agentUninstalled', 'folderDeleted', 'agentInstalled', 'configured', 'attached'],
      credential,
    );
    expect(turn(attached)).toBe('server: attach');
  });
});

describe('which computer of the plan one is', () => {
  it.each([
    [['SERVER01', 'server01.corp.contoso.com'], 'server'],
    [['Node02', 'node02.corp.contoso.com'], node02],
    [['NODE03'], node03],
    [['Node04', 'Node04.corp.contoso.com'], null],
  ])('%j is %s', (names, expected) => {
    const place = placeIn(fresh, names);
    expect(place === null ? null : place.on === 'node' ? place.node.name : 'server').toBe(expected);
  });

  it('takes the very name before one that only begins like it', () => {
    const alike = { ...fresh, dpmServerName: 'Node01.other.com' };
    expect(placeIn(alike, ['Node01', 'Node01.corp.contoso.com'])).toMatchObject({ on: 'node' });
  });
});
