import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { computerNames, failedIn, tail } from './support/fleet.js';
import { describeHosts } from './support/parts.js';

describeHosts('interrupted half-way', (fleet) => {
  test('and run again, each computer is attached once', async () => {
    const names = computerNames.slice(0, 4);
    const world = await fleet().world({ name: 'cut', computers: names });
    let cut = false;
    const first = await world.play([], (_output, child) => {
      if (cut || world.attached().length < 1) return;
      cut = true;
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    });
    expect(cut, tail(first)).toBe(true);
    expect(first.report).toEqual([]);
    for (let tries = 0; tries < 150 && fleet().hosts.working().length > 0; tries += 1) await sleep(200);
    expect(world.attached().length).toBeLessThan(names.length);

    const again = await world.play();
    expect(failedIn(again), tail(again)).toEqual([]);
    expect(world.attached()).toEqual(names);
    expect(world.tools().filter((tool) => tool.startsWith('Attach-'))).toHaveLength(names.length);
    expect(fleet().filesWithSecret()).toEqual([]);
  });
});
