import { noRecord } from '../../src/steps/step.js';
import { describe, expect, it } from 'vitest';
import {
  advance,
  newSwitchPlan,
  nextTurn,
  type SwitchNode,
  type SwitchPlan,
} from '../../src/dpm/switch-plan.js';
import { Problem } from '../../src/problem.js';
import { plannedLines } from '../../src/procedures/plan.js';
import {
  attachPlan,
  clearPlan,
  configurePlan,
  removePlan,
  standingOf,
  type ClearInput,
  type Place,
} from '../../src/procedures/switch-auth.js';
import { setDpmServerCertificateId } from '../../src/steps/set-dpm-server-certificate.js';
import { fakeMachine } from '../support/fake-machine.js';

const dpmServerName = 'Server01.corp.contoso.com';
const names = ['Node01.corp.contoso.com', 'Node02.corp.contoso.com', 'Node03.corp.contoso.com'] as const;
const at = new Date('2026-03-01T10:00:00.000Z');
const sha256 = 'c'.repeat(64);
const fresh = newSwitchPlan({
  id: '0123456789abcdef',
  rehearsal: false,
  dpmServerName,
  clusterName: 'Cluster01',
  nodeNames: names,
});

const cleared = (plan: SwitchPlan, nodeName: string): SwitchPlan =>
  advance(plan, { stages: ['agentUninstalled', 'folderDeleted'], nodeName, at });
const configured = (plan: SwitchPlan, nodeName: string): SwitchPlan =>
  advance(plan, {
    stages: ['agentInstalled', 'configured'],
    nodeName,
    at,
    credential: { name: `CertificateConfiguration_${nodeName}.bin`, sha256 },
  });

const removed = advance(fresh, {
  stages: ['removed'],
  nodeName: null,
  at,
  dpmServerCredential: { name: `CertificateConfiguration_${dpmServerName}.bin`, sha256: 'd'.repeat(64) },
});
const allCleared = names.reduce(cleared, removed);
const allConfigured = names.reduce(configured, allCleared);
const attached = advance(allConfigured, { stages: ['attached'], nodeName: null, at });
const verified = advance(attached, { stages: ['verified'], nodeName: null, at });

const nodeOf = (plan: SwitchPlan, name: string): SwitchNode => {
  const node = plan.nodes.find((one) => one.name === name);
  if (!node) throw new Error(`no ${name}`);
  return node;
};
const placeOf = (plan: SwitchPlan, who: string): Place =>
  who === 'server' ? { on: 'dpm-server' } : { on: 'node', node: nodeOf(plan, who) };

const states = {
  fresh,
  removed,
  'one cleared': cleared(removed, names[0]),
  'two cleared': cleared(cleared(removed, names[0]), names[1]),
  'all cleared': allCleared,
  'one configured': configured(allCleared, names[0]),
  'two configured': configured(configured(allCleared, names[0]), names[1]),
  'all configured': allConfigured,
  attached,
  verified,
};

/** For the DPM server and each node: is it its turn, has it done its part, or is it too early? */
const expected: Readonly<Record<keyof typeof states, readonly [string, string, string, string]>> = {
  fresh: ['remove', 'early', 'early', 'early'],
  removed: ['wait', 'clear', 'early', 'early'],
  'one cleared': ['wait', 'wait', 'clear', 'early'],
  'two cleared': ['wait', 'wait', 'wait', 'clear'],
  'all cleared': ['wait', 'configure', 'early', 'early'],
  'one configured': ['wait', 'wait', 'configure', 'early'],
  'two configured': ['wait', 'wait', 'wait', 'configure'],
  'all configured': ['attach', 'wait', 'wait', 'wait'],
  attached: ['attach', 'wait', 'wait', 'wait'],
  verified: ['finished', 'finished', 'finished', 'finished'],
};

describe('where a computer stands', () => {
  it.each(Object.keys(expected) as (keyof typeof states)[])('%s: every computer of the plan', (state) => {
    const plan = states[state];
    const standings = ['server', ...names].map((who) => {
      const standing = standingOf(plan, placeOf(plan, who));
      if (standing.kind === 'finished') return 'finished';
      if (standing.kind === 'my-turn') return standing.turn.does;
      return standing.early ? 'early' : 'wait';
    });
    expect(standings).toEqual(expected[state]);
  });
});

const path = 'C:\\Switch\\Cluster01.switch.json';
const products = [
  {
    displayName: 'Microsoft System Center DPM Protection Agent',
    version: null,
    productCode: '{14DD5B44-17CE-4E89-8BEB-2E6536B81B35}',
  },
  {
    displayName: 'Microsoft System Center DPM Agent Coordinator',
    version: null,
    productCode: '{356B3986-6B7D-4513-B72D-81EB4F43ADE6}',
  },
];
const serverBin = 'C:\\Program Files\\Microsoft System Center\\DPM\\DPM\\bin';

const clearInput = (plan: SwitchPlan, more: Partial<ClearInput> = {}): ClearInput => ({
  switchPlan: plan,
  path,
  at,
  node: nodeOf(plan, names[0]),
  products,
  msiexec: 'C:\\Windows\\System32\\msiexec.exe',
  restartPending: false,
  lastStart: new Date('2026-02-01T00:00:00.000Z'),
  ...more,
});

const lines = (plan: Parameters<typeof plannedLines>[0]): readonly string[] =>
  plannedLines(plan).map(({ line }) => line);

describe('what each turn runs', () => {
  it('removes every node, and writes down first which they are', () => {
    const input = {
      switchPlan: fresh,
      path,
      at,
      binFolder: serverBin,
      folder: 'C:\\Switch',
      credentials: null,
      ownFile: { path: 'C:\\Own\\own.bin', name: 'own.bin', sha256 },
      authorities: [],
    };
    const removals = names.map(
      (name) => `Remove-ProductionServer.ps1 -DPMServerName ${dpmServerName} -PSName ${name}`,
    );
    const copy = 'Copy-Item -LiteralPath C:\\Own\\own.bin -Destination C:\\Switch\\own.bin';
    expect(lines(removePlan({ ...input, isNew: true }).plan)).toEqual([
      `write ${path}`,
      copy,
      ...removals,
      `write ${path}`,
    ]);
    expect(lines(removePlan({ ...input, isNew: false }).plan)).toEqual([copy, ...removals, `write ${path}`]);
  });

  it('configures the certificate of the DPM server before anything is removed', () => {
    const { plan } = removePlan({
      switchPlan: fresh,
      path,
      at,
      binFolder: serverBin,
      isNew: false,
      credentials: {
        dpmServerName,
        outputFilePath: 'C:\\New',
        action: 'Configure',
        thumbprint: 'A'.repeat(40),
        lastMade: null,
      },
      folder: 'C:\\Switch',
      ownFile: null,
      authorities: [],
    });
    expect(lines(plan)[0]).toBe(
      `Set-DPMCredentials -DPMServerName ${dpmServerName} -Type Certificate -Action Configure -OutputFilePath C:\\New -Thumbprint ${'A'.repeat(40)}`,
    );
  });

  it('uninstalls the agent and its coordinator, then deletes the folder, and warns against skipping it', () => {
    const { plan } = clearPlan(clearInput(removed));
    expect(lines(plan)).toEqual([
      'msiexec.exe /x "{14DD5B44-17CE-4E89-8BEB-2E6536B81B35}" /qn /norestart',
      'msiexec.exe /x "{356B3986-6B7D-4513-B72D-81EB4F43ADE6}" /qn /norestart',
      `write ${path}`,
      'Remove-Item -LiteralPath "C:\\Program Files\\Microsoft Data Protection Manager" -Recurse -Force',
      `write ${path}`,
    ]);
    expect(plan.notes.join(' ')).toMatch(/cluster shows no resources/);
  });

  it('configures by certificate', () => {
    const { plan } = configurePlan({
      switchPlan: allCleared,
      path,
      at,
      node: nodeOf(allCleared, names[0]),
      installer: 'D:\\Agents\\DPMAgentInstaller_x64.exe',
      binFolder: 'C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin',
      dpmCredential: 'C:\\Switch\\CertificateConfiguration_Server01.corp.contoso.com.bin',
      dpmCredentialSha256: sha256,
      newFolder: 'C:\\New',
      outputFilePath: 'C:\\Switch',
      authorities: [],
      thumbprint: 'A'.repeat(40),
    });
    expect(lines(plan)).toEqual([
      'DPMAgentInstaller_x64.exe /q /IAcceptEULA',
      `SetDpmServer.exe -dpmCredential C:\\Switch\\CertificateConfiguration_Server01.corp.contoso.com.bin -OutputFilePath C:\\New -Thumbprint ${'A'.repeat(40)}`,
      'Copy-Item -LiteralPath "<the .bin>" -Destination "C:\\Switch\\<its name>"',
      `write ${path}`,
    ]);
  });

  it('attaches all, refreshes all, looks at all; and does not attach again what the plan says is attached', () => {
    const attaches = names.map((psName) => ({
      binFolder: serverBin,
      dpmServerName,
      psName,
      psCredential: `C:\\Switch\\CertificateConfiguration_${psName}.bin`,
      sha256,
      lastAttach: null,
      listedBeforeCut: null,
    }));
    const ids = (plan: SwitchPlan): readonly string[] =>
      attachPlan({ switchPlan: plan, path, at, attaches }).plan.steps.map(({ id }) => id.split(':')[0] ?? '');
    const checks = [
      ...names.map(() => 'data-sources'),
      ...names.map(() => 'authentication'),
      'cluster',
      'write-switch-plan',
    ];
    expect(ids(allConfigured)).toEqual([...names.map(() => 'attach'), 'write-switch-plan', ...checks]);
    expect(ids(attached)).toEqual(checks);
  });
});

describe('the plan file after a turn', () => {
  it('carries the credential file that was made, and who is next', () => {
    const { after } = configurePlan({
      switchPlan: allCleared,
      path,
      at,
      node: nodeOf(allCleared, names[0]),
      installer: 'x.exe',
      binFolder: 'x',
      dpmCredential: 'x.bin',
      dpmCredentialSha256: null,
      newFolder: 'n',
      outputFilePath: 'x',
      authorities: [],
      thumbprint: 'A'.repeat(40),
    });
    const made = { path: 'C:\\Switch\\node.bin', name: 'node.bin', sha256 };
    const plan = after({ [setDpmServerCertificateId]: { credentialFile: made } });
    expect(nodeOf(plan, names[0]).credential).toEqual({ name: 'node.bin', sha256 });
    expect(nextTurn(plan)).toMatchObject({ does: 'configure', node: { name: names[1] } });
  });

  const gate = async (input: ClearInput, earlier = {}): Promise<unknown> => {
    const step = clearPlan(input).plan.steps.find(({ id }) => id === 'delete-agent-folder');
    if (!step) throw new Error('no deletion');
    const machine = fakeMachine({
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
      },
      folders: { 'C:\\Program Files\\Microsoft Data Protection Manager': ['DPM'] },
    });
    try {
      return (await step.probe(machine, noRecord, earlier)).state;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return error.exitCode;
    }
  };
  /** The facts of both uninstallations, of which the first asks for a restart or not. */
  const uninstalled = (restart: boolean): Readonly<Record<string, { readonly restart: boolean }>> =>
    Object.fromEntries(
      products.map(({ productCode }, index) => [
        `uninstall:${productCode}`,
        { restart: restart && index === 0 },
      ]),
    );
  const waiting = advance(removed, {
    stages: ['agentUninstalled'],
    nodeName: names[0],
    at,
    restartNeeded: true,
  });

  it('stops for the restart that the uninstallation asks for (exit 3010), and continues after it', async () => {
    expect(await gate(clearInput(removed), uninstalled(false))).toBe('not-done');
    expect(await gate(clearInput(removed), uninstalled(true))).toBe(3010);
    expect(await gate(clearInput(waiting, { products: [] }))).toBe(3010);
    const restarted = clearInput(waiting, { products: [], lastStart: new Date(at.getTime() + 60_000) });
    expect(await gate(restarted)).toBe('not-done');
    const { done } = nodeOf(clearPlan(restarted).after({}), names[0]);
    expect([done.restarted, done.folderDeleted]).toEqual([at.toISOString(), at.toISOString()]);
  });

  it('stops where no record of the uninstallation is left, and Windows waits for a restart', async () => {
    expect(await gate(clearInput(removed, { products: [], restartPending: true }))).toBe(3010);
    expect(await gate(clearInput(removed, { products: [] }))).toBe('not-done');
  });
});
