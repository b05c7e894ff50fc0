import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';

// The subcommand that CONTRIBUTING.md shows, built from that page in a copy of the sources.

const root = join(import.meta.dirname, '..', '..');
const copy = temporaryFolder('add-a-subcommand');
const run = promisify(execFile);

const section = /^## Add a subcommand\n([^]*?)^## /m;
const block = /^ *```ts\n *\/\/ (src\/[\w./-]+)([^\n]*)\n([^]*?)^ *```/gm;

interface Shown {
  readonly path: string;
  readonly adds: boolean;
  readonly code: string;
}

/** The files that the page shows; one of them only adds a line. */
const shown = (): readonly Shown[] => {
  const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8').replaceAll('\r\n', '\n');
  const text = section.exec(page)?.[1] ?? '';
  return [...text.matchAll(block)].map(([, path = '', more = '', code = '']) => ({
    path,
    adds: more !== '',
    code: code.replaceAll(/^ {3}/gm, ''),
  }));
};

const dpmPrep = async (...args: readonly string[]) =>
  run(process.execPath, [join(copy, 'bin', 'dpm-prep.js'), ...args]);

beforeAll(async () => {
  for (const name of ['src', 'bin', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  for (const { path, adds, code } of shown()) {
    const target = join(copy, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, adds ? readFileSync(target, 'utf8') + code : code);
  }
  await build({
    absWorkingDir: copy,
    entryPoints: ['src/main.ts'],
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    loader: { '.ps1': 'text', '.cs': 'text' },
    logLevel: 'error',
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
    },
  });
}, 120_000);

describe('the subcommand of CONTRIBUTING.md', () => {
  it('is one folder and one line', () => {
    const files = shown();
    expect(files.map(({ path }) => path).sort()).toEqual([
      'src/commands/index.ts',
      'src/commands/name-form/index.ts',
      'src/commands/name-form/run.ts',
      'src/commands/name-form/spec.ts',
    ]);
    expect(files.filter(({ adds }) => adds).map(({ code }) => code.trim().split('\n').length)).toEqual([1]);
  });

  it('stands in --help, at its place', async () => {
    const { stdout } = await dpmPrep('--help');
    expect(stdout).toMatch(
      /Practice and reference:\n[^]*\n {2}name-form +say whether a name is a NetBIOS name/,
    );
    expect((await dpmPrep('name-form', '--help')).stdout).toContain('--dpm-server-name <name>');
  });

  it('runs, as text and as JSON', async () => {
    expect((await dpmPrep('name-form', '--dpm-server-name', 'Server01')).stdout).toBe('Server01: netbios\n');
    const { stdout } = await dpmPrep('name-form', '--dpm-server-name', 's.contoso.com', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ data: { name: 's.contoso.com', form: 'fqdn' } });
  });

  it('compiles, and to read an answer that it does not declare does not', async () => {
    const folder = join(copy, 'src', 'commands', 'name-form');
    writeFileSync(
      join(folder, 'undeclared.ts'),
      `import type { CommandContext, KeysOf } from '../../application/command.js';
import type { spec } from './spec.js';
export const undeclared = (context: CommandContext<KeysOf<typeof spec>>): unknown => context.answers.userName;
`,
    );
    const config = join(copy, 'tsconfig.example.json');
    writeFileSync(
      config,
      JSON.stringify({
        extends: './tsconfig.json',
        compilerOptions: { incremental: false, tsBuildInfoFile: null },
        include: ['src/commands/name-form', 'src/modules.d.ts'],
      }),
    );
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const errors = await run(process.execPath, [compiler, '-p', config], { cwd: copy }).then(
      () => '',
      (error: unknown) => (error as { stdout: string }).stdout,
    );
    expect(errors.trim().split('\n')[0]).toMatch(
      /^src\/commands\/name-form\/undeclared\.ts\(3,\d+\): error TS2339: Property 'userName' does not exist/,
    );
    expect(errors.match(/error TS/g)).toHaveLength(1);
  }, 120_000);
});
