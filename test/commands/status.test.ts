import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/checks/check.js';
import { statusChecks } from '../../src/commands/status/checks.js';
import type { Status } from '../../src/commands/status/data.js';
import type { State } from '../../src/rehearsal/state.js';
import { changeWorld, readWorld, writeWorld } from '../../src/rehearsal/store.js';
import { openWorld } from '../../src/rehearsal/world.js';
import { reportDocumentSchema } from '../../src/show/document-schema.js';
import { quick } from '../rehearsal/pair.js';
import { dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('status');
const computer = 'Finance01.widgets.corp.com';
const server = 'Server01.corp.contoso.com';
const dayMs = 86_400_000;

type Method = 'ntlm' | 'certificate';
type On = 'protected-computer' | 'dpm-server';

beforeAll(async () => {
  for (const method of ['ntlm', 'certificate'] as const) {
    await openWorld({
      folder: join(folder, method),
      dpmServer: server,
      computers: [computer],
      behaviour: quick,
    });
    const result = await dpmPrep(['rehearse', '--auth', method, '--world', join(folder, method), '--yes'], {
      environment: { DPM_PREP_PASSWORD: 'Practice-Passw0rd-of-mark' },
    });
    if (result.code !== 0) throw new Error(result.stdout + result.stderr);
  }
}, 120_000);

let count = 0;
/** A copy of a pair that is ready, with what somebody did behind the program's back. */
const behindItsBack = async (
  method: Method,
  change: (its: State, servers: State) => void,
): Promise<string> => {
  count += 1;
  const world = join(folder, `copy-${String(count)}`);
  cpSync(join(folder, method), world, { recursive: true });
  await changeWorld(world, (draft) => {
    change(draft.of({ id: computer }), draft.of({ id: server }));
  });
  return world;
};

const status = async (world: string, on: On, ...more: readonly string[]) => {
  const result = await dpmPrep(['status', '--world', world, '--on', on, '--json', ...more]);
  const { exitCode, findings, data, changed } = reportDocumentSchema.parse(JSON.parse(result.stdout));
  expect(exitCode).toBe(result.code);
  expect(changed).toBe(false);
  const loud: readonly Finding[] = findings.filter((one) => !['pass', 'not-applicable'].includes(one.status));
  return {
    code: result.code,
    data: data as Status,
    ids: loud.map(({ id, status: is }) => `${id} ${is}`),
    text: loud.map(({ found }) => found).join('\n'),
    fix: loud.flatMap(({ fix }) => fix ?? []).join('\n'),
  };
};

const account = ({ accounts }: State): State['accounts'][number] => {
  const found = accounts.find(({ name }) => name === 'mark');
  if (found === undefined) throw new Error('There is no account mark.');
  return found;
};

const daysAgo = (days: number): string => new Date(Date.now() - days * dayMs).toISOString();

describe('dpm-prep status on a pair that is ready', () => {
  it.each([
    ['ntlm', 'protected-computer'],
    ['ntlm', 'dpm-server'],
    ['certificate', 'protected-computer'],
    ['certificate', 'dpm-server'],
  ] as const)('says that it is healthy, by %s, on the %s', async (method, on) => {
    const { code, data, ids } = await status(join(folder, method), on);
    expect(ids).toEqual([]);
    expect(code).toBe(0);
    expect(data).toMatchObject({ healthy: true, role: on });
  });

  it('says versions, the account, and the DPM server with its source', async () => {
    const { data } = await status(join(folder, 'ntlm'), 'protected-computer');
    expect(data).toMatchObject({
      agent: { version: '10.22.197.0' },
      authentication: 'ntlm',
      configuredDpmServers: ['Server01'],
      dpmServersFrom: 'agent-configuration',
      account: { name: 'mark', enabled: true, locked: false, daysLeft: 41 },
    });
    const certificate = await status(join(folder, 'certificate'), 'protected-computer');
    expect(certificate.data).toMatchObject({
      authentication: 'certificate',
      configuredDpmServers: [server],
      dpmServersFrom: 'agent-configuration',
      account: null,
    });
    expect(certificate.data.certificate?.daysLeft).toBeGreaterThan(700);
  });

  it('says on a DPM server its version, and whether it is configured for certificates', async () => {
    const ntlm = await status(join(folder, 'ntlm'), 'dpm-server');
    expect(ntlm.data).toMatchObject({
      dpm: { version: '10.22.197.0', product: 'DPM 2022' },
      certificateConfiguration: 'not-configured',
    });
    const certificate = await status(join(folder, 'certificate'), 'dpm-server');
    expect(certificate.data).toMatchObject({ certificateConfiguration: 'configured' });
  });

  it('lists its checks', async () => {
    const result = await dpmPrep(['status', '--list-checks', '--json']);
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('"password-expiring"');
  });

  it('refuses to ignore a check that does not exist', async () => {
    const result = await dpmPrep(['status', '--world', join(folder, 'ntlm'), '--ignore', 'pasword']);
    expect(result.code).toBe(2);
  });
});

describe('dpm-prep status when somebody changed the computer behind its back', () => {
  it.each([
    [
      'the password ends in seven days',
      'password-expiring warn',
      'expires in',
      (its) => {
        account(its).passwordLastSet = daysAgo(35);
      },
    ],
    [
      'the password has expired',
      'password-expiring fail',
      'expired on',
      (its) => {
        account(its).passwordLastSet = daysAgo(50);
      },
    ],
    [
      'the account is disabled',
      'account-unusable fail',
      'is disabled',
      (its) => {
        account(its).enabled = false;
      },
    ],
    [
      'the account is locked out',
      'account-unusable fail',
      'is locked out',
      (its) => {
        account(its).locked = true;
      },
    ],
    [
      'the account was deleted',
      'unread-account could-not-check',
      'The local account mark does not exist',
      (its) => {
        its.accounts = its.accounts.filter(({ name }) => name !== 'mark');
      },
    ],
    [
      'somebody else set the password',
      'password-set-elsewhere warn',
      'may still use the old one',
      (its) => {
        account(its).passwordLastSet = new Date(Date.now() + dayMs).toISOString();
      },
    ],
    [
      'somebody else set the password shortly after',
      'password-set-elsewhere warn',
      'may still use the old one',
      (its) => {
        account(its).passwordLastSet = new Date(Date.now() + 60_000).toISOString();
      },
    ],
    [
      'the agent was uninstalled',
      'agent-installed fail',
      'working DPM protection agent',
      (its) => {
        its.agent = null;
        its.services = its.services.filter(({ name }) => name !== 'DPMRA');
      },
    ],
    [
      'SetDpmServer was run for another server',
      'unread-authentication could-not-check',
      'Server02',
      (its) => {
        if (its.agent?.configuration.mode === 'ntlm') its.agent.configuration.dpmServerName = 'Server02';
      },
    ],
  ] as const satisfies readonly (readonly [string, string, string, (its: State) => void])[])(
    'exits with 3 when %s',
    async (_what, id, words, change) => {
      const world = await behindItsBack('ntlm', change);
      const { code, ids, text, data } = await status(world, 'protected-computer');
      expect(ids).toContain(id);
      expect(text).toContain(words);
      expect(code).toBe(3);
      expect(data.healthy).toBe(false);
      const ignored = ids.flatMap((one) => ['--ignore', one.split(' ')[0] ?? '']);
      expect((await status(world, 'protected-computer', ...ignored)).code).toBe(0);
    },
    60_000,
  );

  it.each(['protected-computer', 'dpm-server'] as const)(
    'exits with 3 when the certificate on the %s is gone, or ends before --min-days',
    async (on) => {
      const soon = await status(join(folder, 'certificate'), on, '--min-days', '800');
      expect(soon.ids).toEqual(['certificate-ending warn']);
      expect(soon.code).toBe(3);
      const world = await behindItsBack('certificate', (its, servers) => {
        for (const state of [its, servers]) {
          state.certificates = state.certificates.filter(({ store }) => store !== 'LocalMachine\\My');
        }
      });
      const gone = await status(world, on);
      expect(gone.ids).toContain('certificate-ending fail');
      expect(gone.code).toBe(3);
    },
    60_000,
  );

  it('calls a DPM server unknown whose service for certificates runs without a record of dpm-prep', async () => {
    const world = await behindItsBack('ntlm', (_its, servers) => {
      for (const service of servers.services) {
        if (service.name === 'DpmCPWrapperService') {
          Object.assign(service, { state: 'running', startMode: 'automatic' });
        }
      }
    });
    const { code, ids, data } = await status(world, 'dpm-server');
    expect(ids).toContain('server-certificates could-not-check');
    expect(data).toMatchObject({ certificateConfiguration: 'unknown' });
    expect(code).toBe(3);
  });

  it('fails on a DPM server that was configured for certificates and whose service was stopped', async () => {
    const world = await behindItsBack('certificate', (_its, servers) => {
      for (const service of servers.services) {
        if (service.name === 'DpmCPWrapperService') Object.assign(service, { state: 'stopped' });
      }
    });
    expect((await status(world, 'dpm-server')).ids).toContain('server-certificates fail');
  });

  it('misses a computer that dpm-prep attached and that DPM no longer lists', async () => {
    const world = await behindItsBack('ntlm', (_its, servers) => {
      if (servers.server) servers.server.records = [];
    });
    const { code, ids, text } = await status(world, 'dpm-server');
    expect(ids).toEqual(['attached-not-listed warn']);
    expect(text).toContain('Finance01');
    expect(code).toBe(3);
  });

  it('misses it no longer once its removal in the DPM console is recorded', async () => {
    const world = await behindItsBack('ntlm', (_its, servers) => {
      if (servers.server) servers.server.records = [];
    });
    const { fix } = await status(world, 'dpm-server');
    expect(fix).toContain('dpm-prep remove --ps-name Finance01');
    const recorded = await dpmPrep([
      ...['remove', '--ps-name', 'Finance01', '--confirm', 'Finance01', '--yes', '--json'],
      ...['--world', world, '--on', 'dpm-server'],
    ]);
    expect(recorded.code, recorded.stdout).toBe(6);
    expect(reportDocumentSchema.parse(JSON.parse(recorded.stdout)).changed).toBe(false);
    expect((await status(world, 'dpm-server')).ids).toEqual([]);
  });

  it('warns on both computers of a cluster node with NTLM', async () => {
    const world = await behindItsBack('ntlm', (_its, servers) => {
      for (const record of servers.server?.records ?? []) record.clusterName = 'Cluster01';
    });
    writeWorld(world, { ...readWorld(world), cluster: 'Cluster01' });
    for (const on of ['protected-computer', 'dpm-server'] as const) {
      const { code, ids } = await status(world, on);
      expect(ids).toContain('cluster-node-ntlm warn');
      expect(code).toBe(3);
    }
  });

  it('calls the list of a DPM server unknown that PowerShell cannot ask', async () => {
    const world = await behindItsBack('ntlm', () => undefined);
    const { code, ids, data } = await status(world, 'dpm-server', '--fault', 'module-missing');
    expect(ids).toContain('unread-computers could-not-check');
    expect(data.protectedComputers).toBeNull();
    expect(code).toBe(3);
  });

  it("calls the DPM server's half of a new password unknown until the proof of it is noted", async () => {
    const world = await behindItsBack('ntlm', () => undefined);
    const update = ['update-password', '--world', world, '--on', 'protected-computer', '--yes', '--json'];
    const updated = await dpmPrep([...update, '--dpm-server-name', 'Server01'], {
      environment: { DPM_PREP_PASSWORD: 'Practice-Passw0rd-2-of-mark' },
    });
    expect(updated.code, updated.stdout).toBe(6);
    const { code, ids, data } = await status(world, 'protected-computer');
    expect(ids).toEqual(['password-other-half could-not-check']);
    expect(data.left.join()).toContain('dpm-prep update-password --dpm-server-name Server01');
    expect(code).toBe(3);
    const check = statusChecks.find(({ id }) => id === 'password-other-half');
    const fleet = { input: { now: new Date() } };
    const at = new Date(Date.now() - 25 * 3_600_000);
    const old = {
      audit: { fleet },
      passwordUpdate: { at, dpmServerName: 'Server01', fix: '', isProved: false },
    };
    expect(check?.run(old as never)).toMatchObject({ status: 'could-not-check' });
    const noted = await dpmPrep([...update, '--server-state', 'verified']);
    expect(noted.code, noted.stdout).toBe(0);
    const proved = await status(world, 'protected-computer');
    expect([proved.ids, proved.code]).toEqual([[], 0]);
    expect(proved.data.left.join()).not.toContain('dpm-prep update-password');
    const again = await dpmPrep([...update, '--dpm-server-name', 'Server01'], {
      environment: { DPM_PREP_PASSWORD: 'Practice-Passw0rd-3-of-mark' },
    });
    expect(again.code).toBe(6);
    expect((await status(world, 'protected-computer')).ids).toEqual(['password-other-half could-not-check']);
  });

  it('does not guess how an agent authenticates that it has no record of', async () => {
    const other = join(folder, 'fresh-state');
    const { data, code, ids } = await status(
      join(folder, 'ntlm'),
      'protected-computer',
      '--state-dir',
      other,
    );
    expect(data).toMatchObject({ authentication: null, configuredDpmServers: ['Server01'] });
    expect(ids).toContain('unread-authentication could-not-check');
    expect(code).toBe(3);
  });

  it('names the DPM server of a certificate computer from its own record, and says so', async () => {
    const world = join(folder, 'without-configuration');
    await openWorld({
      folder: world,
      dpmServer: server,
      computers: [computer],
      behaviour: quick,
      faults: ['agent-configuration-missing'],
    });
    await dpmPrep(['rehearse', '--auth', 'certificate', '--world', world, '--yes']);
    const { data } = await status(world, 'protected-computer');
    expect(data).toMatchObject({
      authentication: 'certificate',
      configuredDpmServers: [server],
      dpmServersFrom: 'record',
    });
  }, 60_000);
});
