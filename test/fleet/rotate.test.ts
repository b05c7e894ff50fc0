import { beforeAll, expect, test } from 'vitest';
import { readLog } from '../../src/rehearsal/log.js';
import {
  changedIn,
  computerNames,
  failedIn,
  generations,
  newPasswordOf,
  secret,
  serverName,
  tail,
} from './support/fleet.js';
import type { FleetWorld } from './support/fleet.js';
import { describeHosts } from './support/parts.js';
import type { Played } from './support/playbook.js';

describeHosts('new passwords for three computers', (fleet) => {
  const names = computerNames.slice(0, 3);
  const [canary = '', second = '', third = ''] = names;
  let world: FleetWorld;

  beforeAll(async () => {
    world = await fleet().world({ name: 'rotate', computers: names });
    const attached = await world.play();
    expect(failedIn(attached), tail(attached)).toEqual([]);
  });

  const rotate = async (args: readonly string[] = []): Promise<Played> =>
    world.play(['-e', `dpm_prep_generation=${generations.new}`, ...args], undefined, 'rotate.yml');

  /** How often the password of a computer was set since it was attached. */
  const timesSet = (name: string): number =>
    readLog(world.world.folder).filter(
      (entry) => entry.event === 'ended' && entry.machine === name && entry.did.includes('set the password'),
    ).length;
  const allSet = (): readonly number[] => names.map(timesSet);

  /** How far the change is, by the computer and by the DPM server. */
  const states = async () => {
    const server = await documentOf(serverName);
    return Promise.all(
      names.map(async (name) => {
        const own = (await documentOf(name)).protectedComputer?.passwordChange.value;
        const row = server.dpmServer?.computers.value.find((one) => one.name === name);
        return [own?.state, row?.passwordChange?.state];
      }),
    );
  };

  interface Shown {
    readonly state: string;
  }
  interface Audited {
    readonly protectedComputer: { readonly passwordChange: { readonly value: Shown } } | null;
    readonly dpmServer: {
      readonly computers: {
        readonly value: readonly { readonly name: string; readonly passwordChange: Shown | null }[];
      };
    } | null;
  }
  const documentOf = async (host: string): Promise<Audited> => {
    const { exitCode, stdout } = await world.run(host, ['audit', '--offline']);
    expect(exitCode, stdout).toBe(0);
    return (JSON.parse(stdout) as { data: { document: Audited } }).data.document;
  };

  test('check mode sets nothing, and a generation without a password stops before the first change', async () => {
    const checked = await rotate(['--check']);
    expect(failedIn(checked), tail(checked)).toEqual([]);
    expect(checked.report).toEqual(names.map((name) => `${name}  prepared  has the new password`));
    const missing = await rotate(['-e', 'dpm_prep_generation=2027-01']);
    expect(missing.report[0]).toContain('dpm_prep_passwords has no password of generation 2027-01');
    expect(allSet()).toEqual([0, 0, 0]);
  });

  test('the canary that ends half changed is named, and nothing else is touched', async () => {
    await world.world.setFaults(['update-info:exit-0-does-nothing']);
    const played = await rotate(['-vvv']);
    await world.world.setFaults([]);
    expect(failedIn(played)).toEqual(names);
    expect(played.report[0]).toMatch(new RegExp(`^${canary} {2}failed {4}half-changed: .*${canary}`));
    expect(played.report.slice(1)).toEqual(
      [second, third].map((name) => `${name}  stopped   left alone, because of ${canary}`),
    );
    expect(allSet()).toEqual([1, 0, 0]);
    expect(await states()).toEqual([
      ['computer-only', 'server-told'],
      ['unchanged', 'unchanged'],
      ['unchanged', 'unchanged'],
    ]);
    expect(played.output).not.toContain(secret);
    expect(played.sightings).toEqual([]);
  });

  test('run again, it is finished without a second password; one that does not answer before is left alone', async () => {
    const by = await world.run(
      second,
      ['update-password', '--dpm-server-name', serverName, '--password-stdin'],
      `${secret}-by-hand!`,
    );
    expect(by.exitCode, by.stdout).toBe(6);
    const played = await rotate();
    expect(failedIn(played), tail(played)).toEqual([second]);
    expect(played.report).toEqual([
      `${canary}  verified  has the new password`,
      expect.stringMatching(
        new RegExp(`^${second} {2}failed {4}before the change: .*did not reach the agent`),
      ),
      `${third}  verified  has the new password`,
    ]);
    expect(allSet()).toEqual([1, 1, 1]);
    const told = await world.run(
      serverName,
      [...['update-password', '--dpm-server-name', serverName, '--ps-name', second], '--password-stdin'],
      `${secret}-by-hand!`,
    );
    expect(told.exitCode, told.stdout).toBe(0);
    const rest = await rotate();
    expect(failedIn(rest), tail(rest)).toEqual([]);
    expect(changedIn(rest)).toEqual([second]);
    expect(await states()).toEqual(names.map(() => ['verified', 'verified']));
  });

  test('and once more, nothing changes', async () => {
    const before = allSet();
    const played = await rotate();
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(changedIn(played)).toEqual([]);
    expect(allSet()).toEqual(before);
  });

  test('back to the old passwords', async () => {
    const played = await rotate(['-e', `dpm_prep_back=true dpm_prep_generation_before=${generations.old}`]);
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(played.report).toEqual(names.map((name) => `${name}  verified  has the old password`));
    expect(await states()).toEqual(names.map(() => ['unchanged', 'unchanged']));
    expect(newPasswordOf(canary)).toContain(secret);
    expect(fleet().filesWithSecret()).toEqual([]);
  });
});
