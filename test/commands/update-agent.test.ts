import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  parseAudit,
  serializeAudit,
  type AuditDocument,
  type AuditedListing,
} from '../../src/audit/document.js';
import { readLog } from '../../src/rehearsal/log.js';
import { practiceUpdate, practiceVersion } from '../../src/rehearsal/practice-files.js';
import { changeWorld, readState, readWorld, writeWorld } from '../../src/rehearsal/store.js';
import { attachedIn, copyOf, onPractice } from '../support/certificate-world.js';
import { document, dpmPrep, type CliResult } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('update-agent');
const template = join(folder, 'template');
const psName = 'Finance01.widgets.corp.com';

let count = 0;
/** A pair on which the whole certificate way was rehearsed, with these faults from now on. */
const worldWith = (...faults: string[]): string => {
  count += 1;
  const world = copyOf(template, join(folder, `world-${String(count)}`));
  writeWorld(world, { ...readWorld(world), faults });
  return world;
};

const install = async (world: string, ...words: readonly string[]): Promise<CliResult> =>
  onPractice(world, ['install-agent', '--accept-eula', ...words], { on: 'protected-computer' });
const refresh = async (world: string): Promise<CliResult> =>
  onPractice(world, ['attach', '--handover', `C:\\CertMetaData\\${psName}.handover.json`]);
const installers = (world: string): number =>
  readLog(world).filter(({ event, tool }) => event === 'started' && tool.startsWith('DPMAgentInstaller'))
    .length;

/** The audit document of the practice DPM server, read now. */
const auditOfServer = async (world: string): Promise<string> => {
  const path = join(world, 'exchange', 'Server01.audit.json');
  const played = await onPractice(world, ['audit', '--offline', '--out', path], { on: 'dpm-server' });
  expect(played.code, played.stdout).toBe(0);
  return path;
};

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

/** The document with its only row changed. */
const withRow = (text: AuditDocument, change: Partial<AuditedListing>): AuditDocument => ({
  ...text,
  dpmServer: text.dpmServer && {
    ...text.dpmServer,
    computers: {
      value: (text.dpmServer.computers.value ?? []).map((row) => ({ ...row, ...change })),
      why: null,
    },
  },
});

beforeAll(async () => {
  const rehearsed = await dpmPrep(['rehearse', '--auth', 'certificate', '--world', template, '--json']);
  expect(rehearsed.code, rehearsed.stdout).toBe(0);
}, 180_000);

describe('install-agent over an older agent', () => {
  it('updates it in place, once, and says that the DPM server must refresh it', async () => {
    const world = worldWith('agent-update');
    const before = readState(world, psName);
    const played = await install(world);
    expect(document(played), played.stdout).toMatchObject({
      exitCode: 6,
      changed: true,
      next: {
        side: 'dpm-server',
        command: expect.stringContaining(`dpm-prep attach --handover ${psName}.handover.json`) as string,
      },
    });
    const after = readState(world, psName);
    expect(after.agent).toEqual({ ...before.agent, version: practiceUpdate.version });
    expect(after.accounts).toEqual(before.accounts);
    expect(installers(world)).toBe(2);

    const again = await install(world);
    expect(document(again)).toMatchObject({ changed: false, outcome: 'nothing-to-do' });
    expect(installers(world)).toBe(2);
  }, 60_000);

  it('is not run without the licence', async () => {
    const world = worldWith('agent-update');
    const played = await onPractice(world, ['install-agent'], { on: 'protected-computer' });
    expect(document(played)).toMatchObject({ exitCode: expect.toBeOneOf([2, 3]) as unknown, changed: false });
    expect(installers(world)).toBe(1);
  });

  it('refuses an older installer that was given, before anything changes', async () => {
    const world = worldWith();
    await changeWorld(world, (draft) => {
      const { agent } = draft.of({ id: psName });
      if (agent) agent.version = '10.25.1.0';
    });
    const played = await install(world, '--installer', 'D:\\Agents');
    expect(document(played)).toMatchObject({ exitCode: 3, changed: false });
    expect(played.stdout).toMatch(/10\.25\.1\.0.*10\.22\.197\.0, which is older.*ID 340/);
    expect(installers(world)).toBe(1);
  });

  it('is not verified where the update lost the configuration of the agent', async () => {
    const world = worldWith('agent-update', 'update-forgets');
    const played = await install(world);
    expect(document(played)).toMatchObject({ exitCode: 5, changed: true });
    expect(played.stdout).toMatch(/set-dpm-server/);
  }, 60_000);

  it('is not verified where the installer says 0 and does nothing', async () => {
    const world = worldWith('agent-update', 'installer:exit-0-does-nothing');
    const played = await install(world);
    expect(document(played)).toMatchObject({ exitCode: 5 });
    expect(played.stdout).toContain(`the agent is still ${practiceVersion}`);
  }, 60_000);

  it('is refused while the DPM server runs jobs of this computer, and interrupts none', async () => {
    const world = worldWith('agent-update', `jobs-running@${psName}`);
    const audit = await auditOfServer(world);
    const refused = await install(world, '--server-audit', audit);
    expect(document(refused), refused.stdout).toMatchObject({ exitCode: 3, changed: false });
    expect(refused.stdout).toMatch(/ran 1 job of this computer at .*: Replication\./);
    expect(installers(world)).toBe(1);

    writeWorld(world, { ...readWorld(world), faults: ['agent-update'] });
    const later = await install(world, '--server-audit', await auditOfServer(world));
    expect(document(later), later.stdout).toMatchObject({ exitCode: 6, changed: true });
    expect(JSON.stringify(readLog(world))).not.toContain('interrupted running backup jobs');
  }, 60_000);

  it.each([
    [
      'is too old',
      (text: AuditDocument) => ({ ...text, readAt: ago(21) }),
      /does not show which jobs run now/,
    ],
    [
      'could not read the jobs',
      (text: AuditDocument) => withRow(text, { runningJobs: { value: null, why: 'No cmdlet.' } }),
      /could not be asked for running jobs: No cmdlet\./,
    ],
    [
      'does not list the computer',
      (text: AuditDocument) => withRow(text, { name: 'Other01' }),
      /which does not list FINANCE01|which does not list Finance01/,
    ],
    ['is not of a DPM server', (text: AuditDocument) => ({ ...text, dpmServer: null }), /not a DPM server/],
  ])('is refused where the audit document %s', async (_what, change, said) => {
    const world = worldWith('agent-update');
    const path = await auditOfServer(world);
    const parsed = parseAudit(readFileSync(path, 'utf8'));
    if (!parsed.ok) throw new Error(parsed.problem);
    writeFileSync(path, serializeAudit(change(parsed.value)));
    const refused = await install(world, '--server-audit', path);
    expect(document(refused)).toMatchObject({ exitCode: 3, changed: false });
    expect(refused.stdout).toMatch(said);
    expect(installers(world)).toBe(1);
  });

  it('is refused by a DPM server that was not updated first', async () => {
    const world = worldWith(`agent-update@${psName}`);
    expect(document(await install(world)).exitCode).toBe(6);
    const refreshed = await refresh(world);
    expect(document(refreshed).exitCode, refreshed.stdout).not.toBe(0);
    expect(refreshed.stdout).toContain('372');
  }, 60_000);

  it('is finished by the refresh on the DPM server', async () => {
    const world = worldWith('agent-update');
    expect(document(await install(world)).exitCode).toBe(6);
    const refreshed = await refresh(world);
    expect(document(refreshed), refreshed.stdout).toMatchObject({ exitCode: 0, changed: false });
  }, 60_000);

  it('is attached again where the refresh asks for it (ID 344), once', async () => {
    const world = worldWith('agent-update', 'agent-update-reattach');
    expect(document(await install(world)).exitCode).toBe(6);
    const before = attachedIn(world).length;
    const refused = await refresh(world);
    expect(refused.stdout).toContain('344');
    const again = await refresh(world);
    expect(document(again), again.stdout).toMatchObject({ exitCode: 0 });
    expect(attachedIn(world).length).toBe(before + 1);
    const third = await refresh(world);
    expect(document(third), third.stdout).toMatchObject({ exitCode: 0, changed: false });
    expect(attachedIn(world).length).toBe(before + 1);
  }, 60_000);
});
