import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  attachedIn,
  certificateWorld,
  computerName,
  listedIn,
  onPractice,
  writeInventory,
} from '../support/certificate-world.js';
import { document, launcher } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { figure, times } from './support/figure.js';
import { startNode } from './support/worker.js';

describe('10 an inventory interrupted half-way', () => {
  it('is resumed: each computer is attached exactly once', async () => {
    const count = times(500, 40);
    const names = Array.from({ length: count }, (_, n) => computerName(n + 1));
    const world = join(temporaryFolder('inventory'), 'world');
    await certificateWorld({ folder: world, count });
    const inventory = writeInventory(world, names);
    const run = startNode([
      ...[launcher, 'attach', '--inventory', inventory, '--rehearse', '--world', world],
      ...['--yes', '--no-input', '--json'],
    ]);
    const log = join(world, 'log.jsonl');
    const watcher = watch(world, () => {
      if (existsSync(log) && attachedIn(world).length >= count / 2) run.child.kill('SIGKILL');
    });
    const ended = await run.ended;
    watcher.close();
    expect(ended.signal).toBe('SIGKILL');
    const before = listedIn(world).length;
    expect(before).toBeLessThan(count);

    const resumed = await onPractice(world, ['resume']);
    expect(resumed.code, resumed.stdout).toBe(0);
    expect(listedIn(world)).toEqual(names);
    expect(attachedIn(world).toSorted()).toEqual(names.map((name) => `attached ${name}`));
    const again = await onPractice(world, ['attach', '--inventory', inventory]);
    expect(document(again)).toMatchObject({ exitCode: 0, changed: false });
    figure(
      '10',
      `Inventory: ${String(count)} practice computers, interrupted by SIGKILL at ${String(before)}, resumed: attached ${String(listedIn(world).length)}, twice 0`,
    );
  });
});
