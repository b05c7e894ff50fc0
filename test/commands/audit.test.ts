import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAudit, serializeAudit, type AuditDocument } from '../../src/audit/document.js';
import { openWorld } from '../../src/rehearsal/world.js';
import { quick } from '../rehearsal/pair.js';
import { document, dpmPrep, type CliResult } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('audit');
const world = { ntlm: join(folder, 'ntlm'), certificate: join(folder, 'certificate') };
const password = 'Practice-Passw0rd-of-mark';

beforeAll(async () => {
  for (const method of ['ntlm', 'certificate'] as const) {
    await openWorld({
      folder: world[method],
      dpmServer: 'Server01.corp.contoso.com',
      computers: ['Finance01.widgets.corp.com'],
      behaviour: quick,
    });
    const result = await dpmPrep(['rehearse', '--auth', method, '--world', world[method], '--yes'], {
      environment: { DPM_PREP_PASSWORD: password },
    });
    if (result.code !== 0) throw new Error(result.stdout + result.stderr);
  }
}, 120_000);

type On = 'protected-computer' | 'dpm-server';

const audited = async (
  method: 'ntlm' | 'certificate',
  on: On,
  ...more: readonly string[]
): Promise<{ readonly result: CliResult; readonly text: string; readonly read: AuditDocument }> => {
  const out = join(folder, `${method}-${on}.audit.json`);
  const result = await dpmPrep([
    'audit',
    '--world',
    world[method],
    '--on',
    on,
    '--out',
    out,
    '--json',
    ...more,
  ]);
  if (result.code !== 0) throw new Error(result.stdout + result.stderr);
  const text = readFileSync(out, 'utf8');
  const parsed = parseAudit(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return { result, text, read: parsed.value };
};

describe('dpm-prep audit on one computer', () => {
  it('writes what a computer that authenticates by NTLM shows, without its password', async () => {
    const { read, text } = await audited('ntlm', 'protected-computer');
    expect(read).toMatchObject({
      rehearsal: true,
      computer: { netbiosName: 'Finance01', role: 'protected-computer' },
      version: { value: '10.22.197.0' },
      configuredThumbprint: {
        value: null,
        why: 'dpm-prep did not configure this computer with a certificate.',
      },
      lastChange: { value: { command: 'set-dpm-server', exitCode: 6 } },
      checks: { value: [] },
      restart: { pending: false },
      protectedComputer: {
        mode: { value: 'ntlm' },
        dpmServerName: { value: 'Server01' },
        account: { value: { name: 'mark', enabled: true, locked: false, passwordExpires: true } },
      },
      dpmServer: null,
    });
    const account = read.protectedComputer?.account.value;
    const days =
      (Date.parse(account?.passwordExpiresAt ?? '') - Date.parse(account?.passwordSet ?? '')) / 86_400_000;
    expect(days).toBe(42);
    expect(read.lastChange.value?.by).not.toBe('');
    expect(text).not.toContain(password);
  });

  it('writes the configured certificate with its absolute dates, its root and the next update of its CRLs', async () => {
    const { read } = await audited('certificate', 'protected-computer');
    const [certificate] = read.certificates.value ?? [];
    expect(certificate).toMatchObject({
      thumbprint: read.configuredThumbprint.value,
      subject: 'CN=Finance01.widgets.corp.com',
      root: { subject: 'CN=Practice Root CA of the protected computers' },
      problems: [],
      crls: [{ outcome: 'good' }, { outcome: 'good' }],
    });
    expect(certificate?.importedAt).not.toBeNull();
    for (const { nextUpdate } of certificate?.crls ?? []) expect(nextUpdate).toMatch(/^\d{4}-/);
    expect(read.roots.value).toContain(certificate?.root?.thumbprint);
    expect(read.protectedComputer).toMatchObject({
      mode: { value: 'certificate' },
      account: { value: null, why: 'The agent authenticates by certificate.' },
    });
  });

  it('asks no revocation server with --offline', async () => {
    const { read } = await audited('certificate', 'protected-computer', '--offline');
    expect(read.certificates.value?.[0]?.crls.map(({ outcome }) => outcome)).toEqual([
      'not-asked',
      'not-asked',
    ]);
  });

  it('writes the list of the DPM server, when it was told the password, and with --refresh who answers', async () => {
    const { read } = await audited('ntlm', 'dpm-server');
    expect(read.protectedComputer).toBeNull();
    expect(read.dpmServer).toMatchObject({
      computers: { value: [{ name: 'Finance01', state: 'NoDatasourcesProtected', refresh: null }] },
      alerts: { value: [] },
    });
    expect(read.dpmServer?.computers.value?.[0]?.passwordToldAt).toMatch(/^\d{4}-/);
    const refreshed = await audited('ntlm', 'dpm-server', '--refresh');
    expect(refreshed.read.dpmServer?.computers.value?.[0]?.refresh).toEqual({ answered: true, why: null });
    await dpmPrep(['status', '--world', world.ntlm, '--fault', 'unreachable@Finance01.widgets.corp.com']);
    const unreachable = await audited('ntlm', 'dpm-server', '--refresh');
    expect(unreachable.read.dpmServer?.computers.value?.[0]?.refresh?.answered).toBe(false);
    await dpmPrep(['status', '--world', world.ntlm, '--fault', 'none']);
  });

  it('replaces its own older document and no other file', async () => {
    const out = join(folder, 'notes.txt');
    writeFileSync(out, 'my notes');
    const args = ['audit', '--world', world.ntlm, '--on', 'protected-computer', '--json', '--out'];
    const refused = await dpmPrep([...args, out]);
    expect(refused.code).toBe(2);
    expect(readFileSync(out, 'utf8')).toBe('my notes');
    const own = join(folder, 'own.audit.json');
    expect(document(await dpmPrep([...args, own]))).toMatchObject({ data: { file: own } });
    const before = readFileSync(own, 'utf8');
    writeFileSync(own, before.slice(0, 300));
    expect((await dpmPrep([...args, own])).code).toBe(0);
    expect(parseAudit(readFileSync(own, 'utf8')).ok).toBe(true);
  });
});

describe('the audit document', () => {
  it('refuses a changed, cut, newer or foreign text', async () => {
    const { text, read } = await audited('ntlm', 'protected-computer');
    expect(serializeAudit(read)).toBe(text);
    const problems = [
      text.replace('10.22.197.0', '10.22.198.0'),
      text.slice(0, -40),
      text.replace('"schemaVersion": 1', '"schemaVersion": 2'),
      text.replace('dpm-prep audit', 'dpm-prep handover'),
    ].map((one) => {
      const parsed = parseAudit(one);
      return parsed.ok ? 'accepted' : parsed.problem;
    });
    expect(problems[0]).toMatch(/^was changed after/);
    expect(problems[1]).toMatch(/^is not complete/);
    expect(problems[2]).toMatch(/newer dpm-prep \(schema 2/);
    expect(problems[3]).toBe('is not an audit document of dpm-prep.');
  });
});
