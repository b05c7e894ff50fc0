// Which packages of the registry are in dist/: read off esbuild's own account of the bundle, not off a list.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const packageName = /^node_modules\/((?:@[^/]+\/)?[^/]+)/;
const nested = /.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** @param {string} folder */
const folderSize = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

/** @param {string} folder */
const noticeOf = (folder) => {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)(\.|-|$)/i.test(name));
  return file === undefined ? null : readFileSync(join(folder, file), 'utf8').trim();
};

// What npm runs by itself when somebody installs the package from the registry.
const installScripts = ['preinstall', 'install', 'postinstall'];

/**
 * The packages in a bundle. `direct`: our sources import it. `bytesBundled` is what is left of it in dist/, `bytesInstalled`
 * its whole folder. Sorted by name.
 * @param {string} root
 * @param {import('esbuild').Metafile} metafile
 */
export const bundledPackages = (root, { inputs, outputs }) => {
  const bundled = new Map();
  for (const { inputs: parts } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(parts)) {
      const folder = nested.exec(path)?.[0];
      if (folder !== undefined) bundled.set(folder, (bundled.get(folder) ?? 0) + bytesInOutput);
    }
  }
  const direct = new Set(
    Object.entries(inputs)
      .filter(([path]) => !packageName.test(path))
      .flatMap(([, { imports }]) => imports.map(({ path }) => nested.exec(path)?.[0])),
  );
  return [...bundled]
    .map(([folder, bytesBundled]) => {
      const path = join(root, folder);
      const {
        name,
        version,
        license,
        scripts = {},
      } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
      return {
        name,
        version,
        license: license ?? null,
        notice: noticeOf(path),
        direct: direct.has(folder),
        bytesBundled,
        bytesInstalled: folderSize(path),
        installScripts: installScripts.filter((script) => script in scripts),
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
};

/**
 * The licences of what is in the bundle, as they ask to be passed on. Throws where a package carries none.
 * @param {ReturnType<typeof bundledPackages>} packages
 */
export const notices = (packages) =>
  packages
    .map(({ name, version, license, notice }) => {
      if (notice === null) throw new Error(`${name}@${version} is bundled and has no licence text.`);
      return `${name} ${version} (${license})\n\n${notice}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
