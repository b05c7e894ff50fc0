import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from './support/temporary-folder.js';

// What somebody gets who installs dpm-prep from a registry: packed, unpacked and run here, with no network.

const root = join(import.meta.dirname, '..');
const windows = process.platform === 'win32';

const manifestSchema = z.object({
  version: z.string(),
  license: z.string(),
  bin: z.record(z.string(), z.string()),
  files: z.array(z.string()),
  keywords: z.array(z.string()),
  engines: z.object({ node: z.string() }),
  publishConfig: z.object({ provenance: z.boolean() }),
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()),
  scripts: z.record(z.string(), z.string()),
});
const manifestOf = (folder: string) =>
  manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));

const npm = (args: readonly string[], cwd: string): string =>
  execFileSync(windows ? 'npm.cmd' : 'npm', args, { cwd, encoding: 'utf8', shell: windows, stdio: 'pipe' });

const packedSchema = z.object({
  filename: z.string(),
  size: z.number(),
  unpackedSize: z.number(),
  files: z.array(z.object({ path: z.string() })),
});

const folder = temporaryFolder('package');
let packed: z.infer<typeof packedSchema>;
let installed: string;

const run = (args: readonly string[], environment: Record<string, string> = {}): string =>
  execFileSync(process.execPath, [join(installed, 'bin', 'dpm-prep.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: 'pipe',
    env: { ...process.env, DPM_PREP_STATE_DIR: join(folder, 'state'), ...environment },
  });

beforeAll(() => {
  // Scripts are off: the bundle was built by "npm test", and building again would pull it from under other tests.
  const [answer] = z
    .union([z.array(packedSchema), z.record(z.string(), packedSchema).transform((all) => Object.values(all))])
    .parse(JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root)));
  if (answer === undefined) throw new Error('npm pack named no file');
  packed = answer;
  const home = join(folder, 'home');
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  npm(
    ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', join(folder, packed.filename)],
    home,
  );
  installed = join(home, 'node_modules', 'dpm-prep');
}, 120_000);

describe('the packed file', () => {
  test('holds the program, its licences and its readme, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !/^dist\/[\w-]+\.js(?:\.map)?$/.test(path)).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin/dpm-prep.js',
      'bin/package.json',
      'dist/third-party.txt',
      'package.json',
    ]);
    expect(paths).toContain('dist/main.js');
  });

  test('stays small', () => {
    expect(packed.size).toBeLessThan(1_500_000);
    expect(packed.unpackedSize).toBeLessThan(5_000_000);
  });

  test('brings no other package with it, and runs nothing when it is installed', () => {
    const manifest = manifestOf(installed);
    expect(manifest.dependencies ?? {}).toEqual({});
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
    const lock = z
      .object({ packages: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(readFileSync(join(folder, 'home', 'package-lock.json'), 'utf8')));
    expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/dpm-prep']);
  });

  test('says what it needs, what it is and how it was published', () => {
    const manifest = manifestOf(installed);
    expect(manifest.license).toBe('MIT');
    expect(manifest.engines.node).toBe('>=20.19');
    expect(manifest.publishConfig.provenance).toBe(true);
    expect(manifest.bin).toEqual({ 'dpm-prep': 'bin/dpm-prep.js' });
    expect(manifest.keywords).toContain('data protection manager');
  });
});

describe('installed without a network', () => {
  test('its command is where npx looks for it', () => {
    const link = join(folder, 'home', 'node_modules', '.bin', windows ? 'dpm-prep.cmd' : 'dpm-prep');
    expect(existsSync(link)).toBe(true);
    expect(npm(['exec', '--offline', '--', 'dpm-prep', '--version'], join(folder, 'home')).trim()).toBe(
      manifestOf(root).version,
    );
  });

  test('npx runs it from the packed file', () => {
    const args = ['exec', '--yes', '--offline', '--package', join(folder, packed.filename), '--', 'dpm-prep'];
    expect(npm([...args, '--version'], folder).trim()).toBe(manifestOf(root).version);
  }, 120_000);

  test('it shows its help and a plan', () => {
    expect(run(['--help'])).toContain('Data Protection Manager');
    const plan = run([
      'set-dpm-server',
      '--dpm-server-name',
      'Server01',
      '--user-name',
      'mark',
      '--ps-name',
      'Finance01',
      '--dry-run',
      '--no-input',
    ]);
    expect(plan).toContain('SetDpmServer.exe');
  });
});

describe('what is in the bundle', () => {
  const packageSchema = z.object({
    name: z.string(),
    license: z.string().nullable(),
    direct: z.boolean(),
    installScripts: z.array(z.string()),
  });
  let packages: readonly z.infer<typeof packageSchema>[];

  beforeAll(() => {
    const script = `import { bundle } from './scripts/build.js'; process.stdout.write(JSON.stringify(await bundle({ write: false })));`;
    packages = z.array(packageSchema).parse(
      JSON.parse(
        execFileSync(process.execPath, ['--input-type=module', '-e', script], {
          cwd: root,
          encoding: 'utf8',
        }),
      ),
    );
  });

  test('no package runs a script when it is installed', () => {
    expect(packages.length).toBeGreaterThan(5);
    expect(packages.filter(({ installScripts }) => installScripts.length > 0)).toEqual([]);
  });

  test('every package has a licence that allows it, and its text is passed on', () => {
    const text = readFileSync(join(installed, 'dist', 'third-party.txt'), 'utf8');
    expect(statSync(join(installed, 'LICENSE')).size).toBeGreaterThan(500);
    for (const { name, license } of packages) {
      expect(license, name).toMatch(
        /^(MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|\(BSD-3-Clause OR GPL-2\.0\))$/,
      );
      expect(text, name).toContain(`${name} `);
    }
  });

  test('what the sources import by name is asked for by name', () => {
    const { devDependencies } = manifestOf(root);
    const direct = packages.filter((each) => each.direct).map(({ name }) => name);
    expect(direct.length).toBeGreaterThan(3);
    expect(direct.filter((name) => !(name in devDependencies))).toEqual([]);
  });
});
