import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { buildHost } from '../build-host.js';
import { missing, part } from './parts.js';
import { places, repository } from './places.js';
import { makeBasePrefix, putPowerShell } from './wine.js';

const run = promisify(execFile);
const sources = join(repository, 'test/windows');

const filesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Makes something unless the same was made of the same sources before. */
const make = async (name: string, from: readonly string[], how: () => Promise<unknown>): Promise<void> => {
  const hash = createHash('sha256');
  for (const file of from) hash.update(file).update(await readFile(file));
  const digest = hash.digest('hex');
  const stamp = join(places.cache, `${name}.made-of`);
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === digest) return;
  await mkdir(places.cache, { recursive: true });
  await rm(stamp, { force: true });
  process.stdout.write(`making ${name}\n`);
  await how();
  await writeFile(stamp, digest);
};

const programs = async (): Promise<void> => {
  const standIns = join(sources, 'stand-ins');
  const launchers = ['launch', 'pump'].map((name) => join(sources, `support/${name}.c`));
  const all = await filesIn(standIns);
  await make('programs', [...all, ...launchers], async () => {
    await mkdir(places.programs, { recursive: true });
    for (const source of [...all.filter((file) => file.endsWith('.c')), ...launchers]) {
      const name = source.split('/').at(-1)?.replace(/\.c$/, '.exe') ?? '';
      const resource = source.replace(/\.c$/, '.rc');
      const object = join(places.cache, 'version.o');
      const hasResource = existsSync(resource);
      if (hasResource) await run('x86_64-w64-mingw32-windres', [resource, object]);
      await run(part('mingw gcc'), [
        ...['-municode', '-O1', '-Wall', '-Werror', '-o', join(places.programs, name), source],
        ...(hasResource ? [object] : []),
        ...['-ladvapi32', '-lnetapi32'],
      ]);
    }
  });
};

export const publish = async (
  project: string,
  into: string,
  extra: readonly string[] = [],
): Promise<void> => {
  await run(part('.NET SDK'), ['publish', project, '-c', 'Release', '-o', into, '--nologo', ...extra], {
    env: { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' },
    maxBuffer: 10_000_000,
  });
};

const consoleToolRunner = async (): Promise<void> => {
  const project = join(sources, 'support/console-tool-runner');
  const from = [...(await filesIn(project)), join(repository, 'src/powershell/console-tool.cs')];
  await make('console-tool-runner', from, () => publish(project, places.consoleToolRunner));
};

const exe = async (): Promise<void> => {
  const from = [
    ...(await filesIn(join(repository, 'src'))),
    ...[
      'package.json',
      'package-lock.json',
      'scripts/build-exe.js',
      'scripts/bundled.js',
      'scripts/exe-entry.cjs',
      'scripts/node-for-exe.json',
    ].map((name) => join(repository, name)),
  ];
  await make('dpm-prep.exe', existsSync(places.exe) ? from : [...from, ...from], () =>
    run(process.execPath, ['scripts/build-exe.js'], { cwd: repository, maxBuffer: 10_000_000 }),
  );
};

/** Before the suite: builds what the parts of this machine allow, and names what is missing. */
export default async function setup(): Promise<void> {
  await rm(places.processLog, { force: true });
  const lacking = missing('Wine', 'mingw gcc', '.NET SDK', 'osslsigncode');
  if (lacking.length > 0) process.stdout.write(`not on this machine: ${lacking.join(', ')}\n`);
  if (process.platform !== 'linux') return;
  await exe();
  if (missing('mingw gcc').length === 0) await programs();
  if (missing('.NET SDK').length === 0) await consoleToolRunner();
  if (missing('Wine').length === 0) await makeBasePrefix();
  if (missing('Wine', '.NET SDK').length === 0) await putPowerShell(dirname(buildHost('win-x64')));
}
