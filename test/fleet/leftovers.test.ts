import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { removeLeftovers } from './support/hosts.js';
import { describeHosts } from './support/parts.js';

const ip = (...args: readonly string[]): string =>
  execFileSync('ip', args, { encoding: 'utf8', stdio: 'pipe' });

describeHosts('what a killed run left on the machine', () => {
  test('is removed, and what belongs to a run that lives stays', () => {
    const dead = `fl${String(spawnSync('true').pid)}`;
    const alive = `fl${String(process.pid)}-other`;
    ip('netns', 'add', `${dead}-0`);
    ip('netns', 'add', alive);
    ip('link', 'add', dead, 'type', 'bridge');
    try {
      removeLeftovers();
      expect(ip('netns', 'list')).not.toContain(dead);
      expect(ip('link', 'show', 'type', 'bridge')).not.toContain(dead);
      expect(ip('netns', 'list')).toContain(alive);
    } finally {
      ip('netns', 'delete', alive);
    }
  });
});
