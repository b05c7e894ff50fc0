import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseHandover, serializeHandover, type Handover } from '../../src/dpm/handover.js';
import { onPath } from '../support/lacking.js';
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

/** Names that a handover file of a computer may give to its credential file, and whether they are one. */
const names: readonly (readonly [string, boolean])[] = [
  ['CertificateConfiguration_Finance01.bin', true],
  ['Sicherung Büro 1.BIN', true],
  ['../../control-secret.txt', false],
  ['../secret.bin', false],
  ['..\\secret.bin', false],
  ['/etc/shadow.bin', false],
  ['C:secret.bin', false],
  ['file.bin:stream.bin', false],
  ['.bin', false],
  ['..bin', false],
  ['NUL.bin', false],
  ['com1.x.bin', false],
  ['a\n.bin', false],
  ['a.bin\n', false],
  ['secret.txt', false],
  [`${'a'.repeat(300)}.bin`, false],
  ['', false],
];

/** The Python that Ansible itself runs in; another may not know Ansible. */
const ansiblePython = (): string => {
  const program = readFileSync(onPath('ansible-playbook') ?? '', 'utf8');
  return /^#!\s*(\S+)/.exec(program)?.[1] ?? 'python3';
};

/** Asks the role's filter about handover files; one line for each: what it gives or why it refuses. */
const judgedByRole = (folder: string, texts: readonly string[]): readonly string[] => {
  for (const [index, text] of texts.entries()) writeFileSync(join(folder, String(index)), text);
  const script = `import sys
sys.path.insert(0, sys.argv[1])
from dpm_prep import dpm_prep_handed
for index in range(int(sys.argv[3])):
    try:
        print(dpm_prep_handed('%s/%d' % (sys.argv[2], index), 'Finance01')['protectedComputer'])
    except Exception as error:
        print(type(error).__name__ + ': ' + str(error))
`;
  const filters = join(ansibleFolder, 'roles', 'dpm_prep', 'filter_plugins');
  const out = execFileSync(ansiblePython(), ['-B', '-c', script, filters, folder, String(texts.length)], {
    encoding: 'utf8',
  });
  return out.trimEnd().split('\n');
};

describePrograms(['ansible-playbook'], 'a handover file that a host gave', () => {
  const folder = temporaryFolder('handed');
  const written: Handover = {
    ...{ kind: 'dpm-prep handover', schemaVersion: 1, rehearsal: false, witnessed: true },
    ...{
      method: 'certificate',
      writtenBy: 'protected-computer',
      dpmServerName: 'Server01',
      psName: 'Finance01',
    },
    ...{ userName: null, productionServerDnsSuffix: null, thumbprint: 'A'.repeat(40) },
    dpmServerCredential: { name: 'CertificateConfiguration_Server01.bin', sha256: 'b'.repeat(64) },
    dpmServerAuthorities: [],
    protectedComputerAuthorities: [],
    protectedComputerCredential: { name: 'own.bin', sha256: 'a'.repeat(64) },
  };
  const texts = names.map(([name]) =>
    serializeHandover({ ...written, protectedComputerCredential: { name, sha256: 'a'.repeat(64) } }),
  );

  test('has its credential name judged as dpm-prep itself judges it', () => {
    const said = judgedByRole(folder, texts);
    expect(said.map((line) => !line.startsWith('AnsibleFilterError: '))).toEqual(
      names.map(([, good]) => good),
    );
    expect(texts.map((text) => parseHandover(text).ok)).toEqual(names.map(([, good]) => good));
  });

  test('is refused in one sentence, whatever it is instead', () => {
    const other = [
      ['', 'Expecting value'],
      ['[]', 'it is not a handover file of dpm-prep'],
      ['['.repeat(100_000), 'recursion'],
      [JSON.stringify({ kind: 'dpm-prep handover', psName: 'Finance02' }), 'it is not about Finance01'],
      [`${' '.repeat(1024 * 1024)}{}`, 'it is larger than 1048576 bytes'],
    ] as const;
    const said = judgedByRole(
      folder,
      other.map(([text]) => text),
    );
    expect(said).toHaveLength(other.length);
    for (const [index, [, why]] of other.entries()) {
      expect(said[index]).toContain('AnsibleFilterError: The handover file of Finance01 was refused: ');
      expect(said[index]).toContain(why);
    }
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
