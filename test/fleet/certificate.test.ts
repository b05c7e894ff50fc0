import { beforeAll, expect, test } from 'vitest';
import { changedIn, computerNames, failedIn, serverName, tail } from './support/fleet.js';
import type { FleetWorld } from './support/fleet.js';
import { describeHosts } from './support/parts.js';

describeHosts('ten computers by certificate', (fleet) => {
  let world: FleetWorld;

  beforeAll(async () => {
    world = await fleet().world({ name: 'certificate', auth: 'certificate' });
  });

  test('check mode says what would change, and changes nothing', async () => {
    const before = world.tools();
    const played = await world.playFor(['Finance01'], ['--check']);
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(changedIn(played)).toEqual(['Finance01', serverName]);
    expect(world.tools()).toEqual(before);
  });

  test('from nothing to attached', async () => {
    const played = await world.play();
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(played.exitCode).toBe(0);
    expect(played.report).toEqual(computerNames.map((name) => `${name}  attached  attached`));
    expect(world.attached()).toEqual(computerNames);
  });

  test('once more, and nothing changes', async () => {
    const before = world.tools();
    const played = await world.play();
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(changedIn(played)).toEqual([]);
    // The DPM server refreshes what it shows of each computer; nothing else runs.
    expect(world.tools()).toEqual([...before, ...computerNames.map(() => 'refresh-computer')]);
  });
});
