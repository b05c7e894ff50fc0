import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/registry.js';
import { completedCommands } from '../../src/commands/completion/run.js';
import { workloadIds } from '../../src/dpm/scenarios.js';
import { document, dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('completion');
const has = (shell: string): boolean =>
  process.platform !== 'win32' && spawnSync(shell, ['--version']).status === 0;
const scriptOf = (shell: string): string => join(folder, `dpm-prep.${shell}`);

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { code, stdout } = await dpmPrep(['completion', shell]);
    expect(code).toBe(0);
    writeFileSync(scriptOf(shell), stdout);
  }
  mkdirSync(join(folder, 'here', 'certificates'), { recursive: true });
  writeFileSync(join(folder, 'here', 'Finance01.handover.json'), '{}');
});

const here = { cwd: join(folder, 'here'), encoding: 'utf8' } as const;

/** What bash offers after these words; the last one is the one that is being typed. */
const bash = (...words: readonly string[]): readonly string[] => {
  const { stdout, stderr, status } = spawnSync(
    'bash',
    [
      '--norc',
      '-c',
      'source "$0"; COMP_WORDS=(dpm-prep "$@"); COMP_CWORD=$#; $(complete -p dpm-prep | sed "s/.*-F \\([^ ]*\\).*/\\1/") dpm-prep; printf "%s\\n" "${COMPREPLY[@]}"',
      scriptOf('bash'),
      ...words,
    ],
    here,
  );
  // compopt may only be called while bash itself completes.
  expect(`${String(status)}${stderr.replace(/^.*compopt.*\n/gm, '')}`).toBe('0');
  return stdout.split('\n').filter(Boolean);
};

const why = (shell: string): string => (has(shell) ? '' : ` (skipped: no ${shell} on this system)`);

describe.skipIf(!has('bash'))(`bash${why('bash')}`, () => {
  it('offers every command, then those that begin so', () => {
    const names = commands.map(({ name }) => name);
    expect(bash('')).toEqual([...names, '--help', '--version']);
    expect(bash('set-')).toEqual(['set-dpm-server', 'set-credentials']);
  });

  it('offers the flags of that command and of no other', () => {
    expect(bash('preflight', '--list')).toEqual(['--list-checks']);
    expect(bash('install-agent', '--list')).toEqual([]);
    expect(bash('install-agent', '--accept')).toEqual(['--accept-eula']);
    expect(bash('attach', '--password')).toEqual(['--password-file', '--password-stdin']);
  });

  it('offers the values of a flag, files where a file is meant, and nothing where anything may stand', () => {
    expect(bash('scenarios', '--workload', '')).toEqual(workloadIds);
    expect(bash('preflight', '--auth', 'c')).toEqual(['certificate']);
    expect(bash('attach', '--handover', 'F')).toEqual(['Finance01.handover.json']);
    expect(bash('attach', '--ps-name', '')).toEqual([]);
  });

  it('offers files as inputs, and documents and shells as words', () => {
    expect(bash('check-cert', 'cert')).toEqual(['certificates']);
    expect(bash('schema', 'sw')).toEqual(['switch-plan']);
    expect(bash('completion', 'po')).toEqual(['powershell']);
  });
});

describe.skipIf(!has('zsh'))(`zsh${why('zsh')}`, () => {
  it('reads the script, and knows the function', () => {
    const { stdout, status } = spawnSync(
      'zsh',
      [
        '-f',
        '-c',
        'autoload -U compinit; compinit -D; source $1; print $_comps[dpm-prep]',
        '-',
        scriptOf('zsh'),
      ],
      here,
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: '_dpm-prep\n' });
  });
});

describe.skipIf(!has('fish'))(`fish${why('fish')}`, () => {
  const fish = (line: string): readonly string[] => {
    const { stdout, status } = spawnSync(
      'fish',
      ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', scriptOf('fish'), line],
      here,
    );
    expect(status).toBe(0);
    return stdout
      .split('\n')
      .flatMap((row) => row.split('\t', 1))
      .filter(Boolean);
  };

  it('offers commands, flags and values', () => {
    expect(fish('dpm-prep set-')).toEqual(expect.arrayContaining(['set-dpm-server', 'set-credentials']));
    expect(fish('dpm-prep preflight --list')).toEqual(['--list-checks']);
    expect(fish('dpm-prep preflight --auth ')).toEqual(expect.arrayContaining(['ntlm', 'certificate']));
  });
});

describe.skipIf(!has('pwsh'))(`PowerShell${why('pwsh')}`, () => {
  it('offers commands, flags and values', () => {
    const ask = (line: string): readonly string[] =>
      spawnSync(
        'pwsh',
        [
          ...['-NoProfile', '-Command'],
          `. '${scriptOf('powershell')}'; (TabExpansion2 '${line}' ${String(line.length)}).CompletionMatches.CompletionText`,
        ],
        here,
      )
        .stdout.split(/\r?\n/)
        .filter(Boolean);
    expect(ask('dpm-prep set-')).toEqual(['set-credentials', 'set-dpm-server']);
    expect(ask('dpm-prep preflight --auth ')).toEqual(['ntlm', 'certificate']);
  });
});

describe('dpm-prep completion', () => {
  it('knows every command with all that it takes, and no password', () => {
    expect(completedCommands(commands).map(({ name }) => name)).toEqual(commands.map(({ name }) => name));
    const flags = completedCommands(commands).flatMap((one) => one.flags.map(({ name }) => name));
    expect(flags).toContain('--no-input');
    expect(flags).not.toContain('--password');
  });

  it('refuses a shell that it does not know, and has a document', async () => {
    const { code, stderr } = await dpmPrep(['completion', 'tcsh']);
    expect(code).toBe(2);
    expect(stderr).toContain('powershell, bash, zsh, fish');
    expect(document(await dpmPrep(['completion', 'bash', '--json'])).data).toMatchObject({ shell: 'bash' });
  });
});
