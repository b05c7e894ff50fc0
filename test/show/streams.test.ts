import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { launcher } from '../support/cli.js';
import { describeIfNot } from '../support/lacking.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const base = temporaryFolder('streams');
const full = '/dev/full';

describeIfNot(existsSync(full) ? null : 'no /dev/full', 'output to a full disk', () => {
  const run = (world: string, words: readonly string[], lost: 'stdout' | 'stderr') => {
    const file = openSync(full, 'w');
    const ran = spawnSync(
      process.execPath,
      [launcher, ...words, '--world', join(base, world), '--on', 'protected-computer'],
      {
        encoding: 'utf8',
        stdio: ['ignore', lost === 'stdout' ? file : 'pipe', lost === 'stderr' ? file : 'pipe'],
      },
    );
    closeSync(file);
    return ran;
  };

  it('of standard output is told in one sentence, without a stack', () => {
    const { status, stderr } = run('first', ['status'], 'stdout');
    expect(stderr).toContain('Standard output cannot be written (ENOSPC): ');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(3);
  });

  it('of standard error does not end a run in the middle of a step', () => {
    const words = ['install-agent', '--accept-eula', '--yes', '--no-input', '--json'];
    const { status, stdout } = run('second', words, 'stderr');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'done', exitCode: 0 });
  });
});
