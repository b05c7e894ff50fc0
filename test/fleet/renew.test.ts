import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readAuthority } from '../../src/rehearsal/authority/authority-file.js';
import { toHost } from '../../src/rehearsal/paths.js';
import { changeWorld, readState } from '../../src/rehearsal/store.js';
import { changedIn, computerNames, failedIn, serverName, tail } from './support/fleet.js';
import type { FleetWorld } from './support/fleet.js';
import { describeHosts } from './support/parts.js';
import type { Played } from './support/playbook.js';

// The successors have the subject and the root of the old certificates. The practice authority issues them again.

const some = computerNames.slice(0, 3);
const hosts = [serverName, ...some];

describeHosts('renewal in waves', (fleet) => {
  let world: FleetWorld;
  let renewals = '';

  const caFile = (): string => join(fleet().folder, 'renew', 'cas.pem');

  /** Thumbprints in LocalMachine\My of this host. */
  const certificatesOf = (host: string): number =>
    readState(world.world.folder, host).certificates.filter(({ store }) => store === 'LocalMachine\\My')
      .length;

  /** A new certificate for each host, in the folder of the control machine. */
  const issueAgain = async (): Promise<void> => {
    mkdirSync(renewals, { recursive: true });
    rmSync(join(world.world.folder, 'authority', 'enrolled'), { recursive: true });
    for (const [host, { pfx }] of Object.entries(await world.world.enrol())) {
      copyFileSync(toHost(world.world.folder, host, pfx) ?? '', join(renewals, `${host}.pfx`));
    }
  };

  beforeAll(async () => {
    renewals = join(fleet().folder, 'renew', 'renewal');
    world = await fleet().world({
      name: 'renew',
      auth: 'certificate',
      computers: some,
      vars: {
        dpm_prep_renewal_folder: renewals,
        dpm_prep_audit_folder: join(fleet().folder, 'renew', 'audit'),
        dpm_prep_control_program: fleet().program,
        dpm_prep_pfx_password: 'Practice-Pfx-1!',
        dpm_prep_ca_file: caFile(),
        dpm_prep_serial: 1,
      },
    });
    const authorities = (['dpm-server', 'protected-computer'] as const).map((side) =>
      readAuthority(world.world.folder, side),
    );
    writeFileSync(
      caFile(),
      authorities
        .map((one) => `${one?.issuing.certificate ?? ''}\n${one?.root.certificate ?? ''}\n`)
        .join(''),
    );
    const attached = await world.play();
    expect(failedIn(attached), tail(attached)).toEqual([]);
  });

  test('without new certificates nothing changes', async () => {
    await world.playRenewal();
    const played = await world.playRenewal();
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(changedIn(played)).toEqual([]);
    expect(played.report).toEqual(hosts.map((name) => `${name.padEnd(9)}  ready     no new certificate`));
  });

  test('check mode renews and writes nothing, and says where a new certificate is', async () => {
    await issueAgain();
    const before = [hosts.map(certificatesOf), world.tools().length];
    const played = await world.playRenewal(['--check']);
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(changedIn(played)).toEqual([]);
    expect(played.report).toEqual(
      hosts.map(
        (name) => `${name.padEnd(9)}  ready     a new certificate is there, and check mode does not read it`,
      ),
    );
    const other = await world.playRenewal(['--check', '-e', `dpm_prep_thumbprint=${'A'.repeat(40)}`]);
    expect(failedIn(other)).toEqual([...some, serverName]);
    expect(other.report.join('\n')).toMatch(/Finance01 {2}failed .*this host is configured with/);
    expect([hosts.map(certificatesOf), world.tools().length]).toEqual(before);
  });

  test('names every host where the control machine cannot compare', async () => {
    const before = hosts.map(certificatesOf);
    const played = await world.playRenewal(['-e', 'dpm_prep_control_program=/nowhere/dpm-prep']);
    expect(failedIn(played), tail(played)).toEqual([...some, serverName]);
    expect(played.report).toEqual(
      hosts.map((name): unknown =>
        expect.stringMatching(`^${name} +failed +stopped before the first renewal: /nowhere/dpm-prep on the`),
      ),
    );
    expect(hosts.map(certificatesOf)).toEqual(before);
  });

  /** Plays it, and loses the host when the output has all of these texts one after the other. */
  const losing = async (lost: string, ...texts: readonly string[]): Promise<Played> => {
    let down = false;
    const played = await world.playRenewal([], (output) => {
      let at = 0;
      for (const text of texts) at = at === -1 ? -1 : output.indexOf(text, at);
      if (down || at === -1) return;
      down = true;
      fleet().hosts.down(fleet().host(lost));
    });
    await fleet().hosts.up(fleet().host(lost));
    expect(down, tail(played)).toBe(true);
    expect(played.output).not.toContain('{{');
    return played;
  };

  test.each([
    [
      'before the first renewal',
      'Finance02',
      ['TASK [dpm_prep : Import the CA certificates]'],
      {
        Finance01: /stopped .*before the first change, because of Finance02/,
        Finance02: /failed .*new CAs: .*Finance02 could not be reached/,
        Server01: /stopped .*because of Finance02/,
      },
      0,
    ],
    [
      'while its certificate is renewed',
      'Finance01',
      ['PLAY [The computers]', 'TASK [dpm_prep : From here on the certificate can be imported]'],
      {
        Finance01:
          /failed .*import, and how it ended was not seen: Finance01 could not be reached.*The new \.pfx, with its private key, may still be in/,
        Finance02: /stopped .*not renewed, because of Finance01/,
        Server01: /stopped .*because of Finance01/,
      },
      1,
    ],
    [
      'when the DPM server is to refresh',
      serverName,
      ['PLAY [The computers]', 'TASK [dpm_prep : From here on the certificate is imported]'],
      {
        Finance01: /failed .*imported, then refresh: Server01 could not be reached/,
        Finance02: /stopped .*not renewed, because of Finance01/,
        Server01: /stopped .*because of Finance01/,
      },
      1,
    ],
  ] as const)(
    'a host is lost %s: the report names every host with the truth',
    async (_when, lost, texts, says, most) => {
      const before = hosts.map(certificatesOf);
      const played = await losing(lost, ...texts);
      expect(
        played.report.map((line) => line.split(' ')[0]),
        tail(played),
      ).toEqual(hosts);
      for (const [host, text] of Object.entries(says))
        expect(played.report.find((line) => line.startsWith(host))).toMatch(text);
      const more = hosts.map((host, at) => certificatesOf(host) - (before[at] ?? 0));
      expect(more.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(most);
    },
  );

  test('a host is lost before the last audit: the report says that its certificate is imported', async () => {
    await issueAgain();
    const played = await losing('Finance03', 'PLAY [Report]');
    expect(
      played.report.map((line) => line.split(' ')[0]),
      tail(played),
    ).toEqual(hosts);
    expect(played.report.find((line) => line.startsWith('Finance03'))).toMatch(
      /failed .*imported, then audit: Finance03 could not be reached/,
    );
    expect(played.report.filter((line) => line.includes('renewed'))).toHaveLength(3);
  });

  test('stops before the first renewal where a partner does not trust the root', async () => {
    await issueAgain();
    const before = hosts.map(certificatesOf);
    const roots = readState(world.world.folder, 'Finance02').certificates;
    await changeWorld(world.world.folder, (draft) => {
      const state = draft.of({ id: 'Finance02' });
      state.certificates = state.certificates.filter(({ store }) => store !== 'LocalMachine\\Root');
    });
    const played = await world.playRenewal(['-e', '{"dpm_prep_ca_file": ""}']);
    expect(failedIn(played), tail(played)).toEqual([...some, serverName]);
    expect(played.report.join('\n'), tail(played)).toMatch(/Finance01 {2}stopped .*does not trust/);
    expect(hosts.map(certificatesOf)).toEqual(before);
    await changeWorld(world.world.folder, (draft) => {
      draft.of({ id: 'Finance02' }).certificates = roots;
    });
  });

  test('the computers, then the DPM server, and the agent of each answers afterwards', async () => {
    const before = hosts.map(certificatesOf);
    const played = await world.playRenewal();
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(played.report).toEqual(hosts.map((name) => `${name.padEnd(9)}  renewed   imported, use not seen`));
    expect(hosts.map(certificatesOf)).toEqual(before.map((count) => count + 1));
    const order = [...played.output.matchAll(/^changed: \[(\w+)\]/gm)].map(([, name]) => name);
    expect(order).toEqual([...some, serverName]);
    // No private key stays on a host.
    const left = hosts.flatMap((host) =>
      readdirSync(fleet().host(host).folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
        path.endsWith(`${host}.pfx`),
      ),
    );
    expect(left).toEqual([]);
  });

  test('once more, and nothing changes', async () => {
    const played = await world.playRenewal();
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(changedIn(played)).toEqual([]);
  });

  test('a computer that does not answer after its renewal stops those that follow', async () => {
    await issueAgain();
    const before = hosts.map(certificatesOf);
    await world.world.setFaults([`unreachable@${some[0] ?? ''}`]);
    const played = await world.playRenewal();
    expect(failedIn(played), tail(played)).toEqual([...some, serverName]);
    expect(played.report.join('\n')).toMatch(/Finance01 {2}failed .*did not reach Finance01/);
    expect(played.report.join('\n')).toMatch(/Finance02 {2}stopped .*because of Finance01/);
    expect(hosts.map(certificatesOf)).toEqual(before.map((count, at) => (at === 1 ? count + 1 : count)));
    expect(existsSync(join(renewals, 'Finance01.pfx'))).toBe(true);
  });
});
