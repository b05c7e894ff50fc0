import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/registry.js';
import { document, dpmPrep } from '../support/cli.js';
import { paste } from '../support/pasted.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/* Every line that a run prints to repeat it is accepted by the command that it names, and means the same. */

const base = temporaryFolder('pasted');
/** Everything that a shell could take for its own. */
const folder = join(base, "it's a $folder, ‘really’");
const password = 'Practice-2026!';
const passwordFile = join(base, 'password.txt');
const worlds = { ntlm: join(folder, 'ntlm'), certificate: join(folder, 'certificate') };
const names = { server: 'Server01.corp.contoso.com', computer: 'Finance01.widgets.corp.com' };
const environment = { DPM_PREP_PASSWORD: password };

type Kind = keyof typeof worlds;
const thumbprints = { server: '', computer: '' };
let handover = '';

beforeAll(async () => {
  mkdirSync(folder);
  writeFileSync(passwordFile, `${password}\n`);
  for (const [kind, words] of [
    ['ntlm', []],
    ['certificate', ['--auth', 'certificate']],
  ] as const) {
    const made = await dpmPrep(['rehearse', '--world', worlds[kind], ...words, '--json'], { environment });
    expect(made.code, made.stdout + made.stderr).toBe(0);
    if (kind === 'ntlm') continue;
    const text = JSON.stringify(document(made));
    for (const [side, tool] of [
      ['server', 'Set-DPMCredentials'],
      ['computer', 'SetDpmServer'],
    ] as const)
      thumbprints[side] = new RegExp(`${tool}[^"]*-Thumbprint ([0-9A-F]{40})`).exec(text)?.[1] ?? '';
    handover = /write ([^"]*Finance01[^"]*\.handover\.json)/.exec(text)?.[1]?.replaceAll('\\\\', '\\') ?? '';
  }
}, 120_000);

const bin = (of: string): string => `C:\\CertMetaData\\CertificateConfiguration_${of}.bin`;

/** The answers of a run, by command; `on` a computer of a pair that is configured already. */
const cases: readonly (readonly [string, Kind, string, () => readonly string[]])[] = [
  ['install-agent', 'ntlm', 'protected-computer', () => ['--accept-eula']],
  [
    'install-agent',
    'ntlm',
    'protected-computer',
    () => ['--accept-eula', '--installer', 'D:\\Agents', '--strict', '--ignore', 'clock'],
  ],
  [
    'set-dpm-server',
    'ntlm',
    'protected-computer',
    () => ['--dpm-server-name', 'Server01', '--user-name', "o'mark"],
  ],
  [
    'set-dpm-server',
    'ntlm',
    'protected-computer',
    () => [
      '--dpm-server-name',
      'Server01',
      '--user-name',
      'Mark Müller',
      '--handover-folder',
      'C:\\my $folder’s\\',
      '--silence-seconds',
      '9',
    ],
  ],
  [
    'set-dpm-server',
    'certificate',
    'protected-computer',
    () => [
      '--auth',
      'certificate',
      '--dpm-credential',
      bin(names.server),
      '--thumbprint',
      thumbprints.computer,
      '--output-file-path',
      'C:\\my metadata\\',
    ],
  ],
  [
    'set-credentials',
    'certificate',
    'dpm-server',
    () => [
      '--dpm-server-name',
      names.server,
      '--thumbprint',
      thumbprints.server,
      '--output-file-path',
      'C:\\Cert Meta',
      '--action',
      'regenerate',
      '--ps-name',
      names.computer,
    ],
  ],
  [
    'attach',
    'ntlm',
    'dpm-server',
    () => ['--dpm-server-name', 'Server01', '--ps-name', 'Finance01', '--user-name', 'mark'],
  ],
  ['attach', 'certificate', 'dpm-server', () => ['--handover', handover]],
  ['update-password', 'ntlm', 'protected-computer', () => ['--dpm-server-name', 'Server01']],
  [
    'update-password',
    'ntlm',
    'dpm-server',
    () => ['--dpm-server-name', 'Server01', '--ps-name', 'Finance01'],
  ],
  [
    'request-cert',
    'certificate',
    'protected-computer',
    () => [
      '--ps-name',
      names.computer,
      '--template',
      'DPM Authentication',
      '--submit',
      '--ca',
      'ca01\\The "Issuing" CA',
      '--key-length',
      '4096',
    ],
  ],
  ['request-cert', 'certificate', 'protected-computer', () => []],
  ['remove', 'ntlm', 'protected-computer', () => ['--confirm', 'Finance01']],
  ['remove', 'ntlm', 'dpm-server', () => ['--ps-name', 'finance01', '--confirm', 'Finance01', '--strict']],
  [
    'handover',
    'certificate',
    'protected-computer',
    () => ['--ps-credential', bin(names.computer), '--dpm-credential', bin(names.server)],
  ],
  [
    'guide',
    'ntlm',
    'protected-computer',
    () => [
      '--workload',
      'files',
      '--environment',
      'workgroup',
      '--auth',
      'ntlm',
      '--accept-eula',
      '--dpm-server-name',
      'Server01',
      '--user-name',
      'mark',
    ],
  ],
  [
    'guide',
    'certificate',
    'protected-computer',
    () => [
      '--workload',
      'files',
      '--auth',
      'certificate',
      '--accept-eula',
      '--dpm-credential',
      bin(names.server),
      '--thumbprint',
      thumbprints.computer,
      '--output-file-path',
      'C:\\CertMetaData',
    ],
  ],
];

const run = async (words: readonly string[]): Promise<Record<string, unknown>> =>
  document(await dpmPrep([...words, '--dry-run', '--no-input', '--json'], { folder, environment }));

describe('the line that repeats a run', () => {
  it.each(cases)(
    'of %s on the %s pair, %s, is accepted and means the same',
    async (command, kind, on, words) => {
      const first = await run([command, '--world', worlds[kind], '--on', on, ...words()]);
      const { replay, exitCode } = first;
      expect(typeof replay, JSON.stringify(first.problem)).toBe('string');
      const again = document(
        await paste(String(replay), ['--dry-run', '--json'], {
          folder,
          files: { '<file>': passwordFile },
        }),
      );
      expect(again).toMatchObject({ exitCode, problem: null });
      // The private folder of a run has a new name each time.
      const steps = (of: unknown): string =>
        JSON.stringify(of).replaceAll(/dpm-prep\\\\[0-9a-f]{16}/g, 'dpm-prep');
      expect(steps(again.steps)).toBe(steps(first.steps));
      // The same words: that of the password is among the others now.
      const sorted = (line: string): readonly string[] => line.split(' ').sort();
      expect(sorted(String(again.replay).replace(passwordFile, '<file>'))).toEqual(sorted(String(replay)));
    },
  );

  it('is tried for every command that runs a plan of its own', () => {
    const others = ['resume', 'rehearse', 'import-cert', 'renew-cert', 'switch-auth'];
    const running = commands
      .filter(({ name, parameters }) => parameters.includes('silenceSeconds') && !others.includes(name))
      .map(({ name }) => name);
    expect(new Set(cases.map(([name]) => name))).toEqual(new Set(running));
  });
});
