// What somebody takes in with dpm-prep: every package in it, and a software bill of materials in release/.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, root } from './build.js';

/** @type {Record<string, { dependencies?: Record<string, string> }>} */
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;

/**
 * Where the package is that one package gets by this name.
 * @param {string} from
 * @param {string} name
 */
const resolve = (from, name) => {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (path in lock) return path;
    if (folder === '') throw new Error(`${name}, wanted by ${from}, is not in package-lock.json`);
  }
};

/**
 * How many packages an installation of this one would bring, itself left out.
 * @param {string} name
 */
const transitive = (name) => {
  /** @type {Set<string>} */
  const seen = new Set();
  /** @param {string} path */
  const visit = (path) => {
    for (const wanted of Object.keys(lock[path]?.dependencies ?? {})) {
      const found = resolve(path, wanted);
      if (seen.has(found)) continue;
      seen.add(found);
      visit(found);
    }
  };
  visit(resolve('', name));
  return seen.size;
};

/**
 * What of a CycloneDX document is looked at.
 * @typedef {{ 'bom-ref': string, name: string, version: string, properties: { name: string }[] }} Component
 * @typedef {{
 *   specVersion: string,
 *   metadata: { component: Component },
 *   components: Component[],
 *   dependencies: { ref: string, dependsOn: string[] }[],
 * }} Bill
 */

/**
 * npm's own account of all packages, cut down to those that are shipped.
 * @param {Awaited<ReturnType<typeof bundle>>} packages
 */
const billOfMaterials = (packages) => {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  /** @type {Bill} */
  const everything = JSON.parse(
    execFileSync(npm, ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      shell: process.platform === 'win32',
    }),
  );
  const self = everything.metadata.component;
  const shipped = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  /** @param {string} reference */
  const isShipped = (reference) => shipped.has(reference) || reference === self['bom-ref'];
  // In package.json they are development dependencies, because the bundle has them in it; here they are the product.
  const components = everything.components
    .filter((component) => shipped.has(`${component.name}@${component.version}`))
    .map(({ properties, ...component }) => ({
      ...component,
      properties: properties.filter(({ name }) => name !== 'cdx:npm:package:development'),
    }));
  return {
    ...everything,
    metadata: { ...everything.metadata, component: { ...self, name: 'dpm-prep' } },
    components,
    dependencies: everything.dependencies
      .filter(({ ref }) => isShipped(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isShipped) })),
  };
};

const packages = await bundle({ write: false });
/** @param {number} bytes */
const kib = (bytes) => `${Math.ceil(bytes / 1024)} KiB`;
const rows = packages.map((each) => [
  each.direct ? each.name : `  ${each.name}`,
  each.version,
  each.license ?? 'none named',
  kib(each.bytesBundled),
  kib(each.bytesInstalled),
  each.installScripts.length === 0 ? 'none' : each.installScripts.join(' '),
  each.direct ? String(transitive(each.name)) : '',
]);
const head = ['package', 'version', 'licence', 'in dist', 'whole', 'install scripts', 'transitive'];
const table = [head, ...rows];
const widths = head.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
for (const row of table)
  process.stdout.write(
    `${row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()}\n`,
  );

const bill = billOfMaterials(packages);
const file = join(root, 'release', 'dpm-prep.cdx.json');
mkdirSync(join(root, 'release'), { recursive: true });
writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
const withScripts = packages.filter(({ installScripts }) => installScripts.length > 0);
process.stdout.write(`
${packages.length} packages are in dpm-prep, ${packages.filter(({ direct }) => direct).length} of them by choice; ${withScripts.length} with install scripts.
An installation of dpm-prep installs no other package: all of this is in the bundle.
Bill of materials (CycloneDX ${bill.specVersion}, ${bill.components.length} components): release/dpm-prep.cdx.json
`);
if (withScripts.length > 0 || bill.components.length !== packages.length) process.exitCode = 1;
