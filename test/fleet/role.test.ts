import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';
import { failedIn } from './support/fleet.js';
import { describeHosts, describePrograms } from './support/parts.js';
import { ansibleFolder } from './support/playbook.js';

describePrograms(['ansible-lint', 'ansible-playbook'], 'ansible-lint', () => {
  const home = temporaryFolder('lint');
  test('finds nothing, in its production profile', () => {
    const { status, stdout } = spawnSync(
      'ansible-lint',
      ['--offline', '--nocolor', '--profile', 'production', '--strict'],
      { cwd: ansibleFolder, encoding: 'utf8', env: { ...process.env, HOME: home } },
    );
    expect(status, stdout).toBe(0);
  });
});

describePrograms(['yamllint'], 'yamllint', () => {
  test('finds nothing', () => {
    const { status, stdout } = spawnSync('yamllint', ['--strict', '.'], {
      cwd: ansibleFolder,
      encoding: 'utf8',
    });
    expect(status, stdout).toBe(0);
  });
});

describeHosts('what a host answers', (fleet) => {
  test('is never taken for a template of the control machine', async () => {
    const program = join(fleet().folder, 'hostile-program');
    const trace = join(fleet().folder, 'trace');
    const what = `{{ lookup('ansible.builtin.pipe', 'touch ${trace}') }}`;
    const document = {
      ...{ exitCode: 3, changed: false, restartRequired: false, outcome: 'check-failed', steps: [] },
      ...{ problem: { what }, findings: [{ id: 'x', status: 'fail', found: what, ignored: false }] },
    };
    writeFileSync(program, `#!/bin/sh\ncat <<'END'\n${JSON.stringify(document)}\nEND\n`, { mode: 0o755 });
    const world = await fleet().world({ name: 'hostile', computers: ['Finance01'], program });
    const played = await world.play();
    expect(failedIn(played)).toEqual(['Finance01', 'Server01']);
    expect(played.output).toContain('ansible.builtin.pipe');
    expect(existsSync(trace)).toBe(false);
  });

  test('must be a document, or the host has failed', async () => {
    const program = join(fleet().folder, 'broken-program');
    writeFileSync(program, '#!/bin/sh\necho Segmentation fault\nexit 139\n', { mode: 0o755 });
    const world = await fleet().world({ name: 'broken', computers: ['Finance01'], program });
    const played = await world.play();
    expect(failedIn(played)).toEqual(['Finance01', 'Server01']);
    expect(played.report.join('\n')).toMatch(/Finance01 {2}failed {4}preflight: .* printed no document/);
  });
});

describePrograms(['ansible-playbook'], 'the example inventory', () => {
  const home = temporaryFolder('home');
  test('is an inventory, and the playbook is one for it', () => {
    const hosts = execFileSync(
      'ansible-playbook',
      ['-i', 'inventory.example.yml', 'playbook.yml', '--list-hosts'],
      { cwd: ansibleFolder, encoding: 'utf8', env: { ...process.env, HOME: home } },
    );
    expect(hosts).toContain('Finance01');
    expect(hosts).toContain('Server01');
  });
});
