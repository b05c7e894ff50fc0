import { beforeAll, expect, test } from 'vitest';
import { changedIn, computerNames, failedIn, passwordOf, secret, serverName, tail } from './support/fleet.js';
import type { FleetWorld } from './support/fleet.js';
import { describeHosts } from './support/parts.js';

describeHosts('ten computers by NTLM', (fleet) => {
  const first = 'Finance01';
  const notReady = 'Finance03';
  const down = 'Finance04';
  const wrongPassword = 'Finance05';
  const bad = [notReady, down, wrongPassword];
  const withoutBad = computerNames.filter((name) => !bad.includes(name));
  let world: FleetWorld;

  beforeAll(async () => {
    world = await fleet().world({ name: 'ntlm', faults: [`no-installer@${notReady}`] });
  });

  test('check mode says what would change, and changes nothing', async () => {
    const played = await world.playFor([first], ['--check']);
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(changedIn(played)).toContain(first);
    expect(played.report).toEqual([`${first}  prepared  prepared`]);
    expect(world.tools()).toEqual([]);
  });

  test('one that is not ready stops the others before the first change', async () => {
    const played = await world.playFor([first, notReady]);
    expect(played.exitCode).not.toBe(0);
    expect(played.report).toEqual([
      `${first}  stopped   stopped before the first change, because of ${notReady}`,
      expect.stringMatching(`^${notReady}  failed    preflight: .*DPMAgentInstaller_x64.exe`),
    ]);
    expect(failedIn(played)).toEqual([first, notReady]);
    expect(world.tools()).toEqual([]);
  });

  test('one down, one not ready, one wrong password: those are reported, the others are done', async () => {
    await world.world.setFaults([`force-guest@${notReady}`]);
    expect((await world.run(wrongPassword, ['install-agent', '--accept-eula'])).exitCode).toBe(0);
    const set = await world.run(
      wrongPassword,
      [
        'set-dpm-server',
        ...['--auth', 'ntlm', '--dpm-server-name', serverName, '--ps-name', wrongPassword],
        ...[
          '--user-name',
          wrongPassword.toLowerCase(),
          '--handover-folder',
          fleet().host(wrongPassword).folder,
        ],
        '--password-stdin',
      ],
      'Another-Password-1!',
    );
    // 6: the DPM server has the next step.
    expect(set.exitCode, set.stdout).toBe(6);
    fleet().hosts.down(fleet().host(down));

    const played = await world.play(['-vvv', '-e', 'dpm_prep_continue=true']);
    await fleet().hosts.up(fleet().host(down));
    expect(failedIn(played), tail(played)).toEqual(bad);
    expect(world.attached()).toEqual(withoutBad);
    const line = (name: string): string | undefined =>
      played.report.find((each) => each.startsWith(`${name} `));
    for (const name of withoutBad) expect(line(name)).toBe(`${name}  attached  attached`);
    expect(line(down)).toContain(`${down}  failed    preflight: ${down} could not be reached: `);
    expect(line(notReady)).toMatch(/ {2}failed {4}preflight: force-guest: /);
    expect(line(wrongPassword)).toMatch(/ {2}failed {4}attach: .* 32680\. /);
    expect(played.output).not.toContain(secret);
    expect(played.sightings).toEqual([]);
  });

  test('fixed and run again, the rest is done and nothing changes where it was done', async () => {
    await world.world.setFaults([]);
    const fixed = await world.run(
      wrongPassword,
      ['update-password', '--dpm-server-name', serverName, '--password-stdin'],
      passwordOf(wrongPassword),
    );
    expect([0, 6], fixed.stdout).toContain(fixed.exitCode);
    const played = await world.play();
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(played.exitCode).toBe(0);
    expect(changedIn(played)).toEqual(bad);
    expect(world.attached()).toEqual(computerNames);
  });

  test('and those once more, nothing changes', async () => {
    const before = world.tools();
    const played = await world.playFor(bad);
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(changedIn(played)).toEqual([]);
    // The DPM server refreshes what it shows of each computer; nothing else runs.
    expect(world.tools()).toEqual([...before, ...bad.map(() => 'refresh-computer')]);
  });

  test('no file on the hosts or on the control machine holds a password', () => {
    expect(fleet().filesWithSecret()).toEqual([]);
  });
});
