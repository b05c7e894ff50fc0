// Builds the whole PowerShell 7 with its console host, as powershell.exe, into .cache/powershell-host/<runtime>, once.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('host/', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/powershell-host/', import.meta.url));

const sourceHash = () => {
  const hash = createHash('sha256');
  for (const name of readdirSync(source, { recursive: true })
    .filter((file) => /\.(?:cs|csproj|psd1|psm1)$/.test(file))
    .sort()) {
    hash.update(name).update(readFileSync(join(source, name)));
  }
  return hash.digest('hex');
};

/** Why the host cannot be built here, or null. */
export const hostIsMissing = () => {
  const dotnet = spawnSync('dotnet', ['--version'], { encoding: 'utf8' });
  if (dotnet.error || dotnet.status !== 0) return 'the .NET SDK is not installed (dotnet)';
  return Number(dotnet.stdout.split('.')[0]) >= 10
    ? null
    : `the .NET SDK is ${dotnet.stdout.trim()}, 10 is wanted`;
};

/**
 * Builds the host for this system, or with 'win-x64' a folder for Windows that needs nothing else installed.
 * Returns the path of its executable.
 */
export const buildHost = (runtime = 'local') => {
  const folder = join(cache, runtime);
  const program = join(
    folder,
    runtime === 'win-x64' || process.platform === 'win32' ? 'powershell.exe' : 'powershell',
  );
  const stamp = join(folder, '.source');
  const hash = sourceHash();
  if (existsSync(program) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return program;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const scratch = join(cache, `obj-${runtime}`);
  const options = [
    join(source, 'powershell.csproj'),
    '--nologo',
    '--verbosity=quiet',
    '--configuration=Release',
    `--output=${folder}`,
    `-p:BaseOutputPath=${join(scratch, 'bin')}/`,
    `-p:BaseIntermediateOutputPath=${scratch}/`,
    `-p:MSBuildProjectExtensionsPath=${scratch}/`,
  ];
  const target = runtime === 'local' ? (process.platform === 'win32' ? 'win-x64' : 'linux-x64') : runtime;
  const build = [
    'publish',
    ...options,
    `--runtime=${target}`,
    `--self-contained=${runtime === 'local' ? 'false' : 'true'}`,
  ];
  const environment = { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' };
  const done = spawnSync('dotnet', build, { encoding: 'utf8', env: environment });
  if (done.status !== 0) throw new Error(`dotnet publish failed:\n${done.stdout}${done.stderr}`);
  writeFileSync(stamp, hash);
  return program;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const missing = hostIsMissing();
  if (missing) {
    process.stderr.write(`The PowerShell host is not built: ${missing}.\n`);
    process.exitCode = 1;
  } else {
    process.stdout.write(`${buildHost(process.argv[2] ?? 'local')}\n`);
  }
}
