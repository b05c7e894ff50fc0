// The winget and Chocolatey manifests of dpm-prep.exe, from its version and its SHA-256, into release/.
//   node scripts/manifests.js [--exe FILE | --sha256 HEX] [--version V] [--url URL] [--home URL] [--out FOLDER]
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version: ownVersion, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const identifier = 'dpm-prep.dpm-prep';
const schemaVersion = '1.10.0';
const publisher = 'dpm-prep contributors';
const tags = ['backup', 'certificate', 'data-protection-manager', 'dpm', 'ntlm', 'workgroup'];

/**
 * What a release is: `url` of the program, `home` of the project.
 * @typedef {{ readonly version: string, readonly sha256: string, readonly url: string, readonly home: string }} Release
 */

/**
 * @param {Release} release
 * @returns {[path: string, text: string][]}
 */
const winget = ({ version, sha256, url, home }) => {
  const head = { PackageIdentifier: identifier, PackageVersion: version };
  /** @param {string} kind */
  const tail = (kind) => ({ ManifestType: kind, ManifestVersion: schemaVersion });
  const files = {
    [`${identifier}.yaml`]: { ...head, DefaultLocale: 'en-US', ...tail('version') },
    [`${identifier}.installer.yaml`]: {
      ...head,
      Platform: ['Windows.Desktop'],
      MinimumOSVersion: '10.0.14393.0',
      InstallerType: 'portable',
      Commands: ['dpm-prep'],
      Installers: [{ Architecture: 'x64', InstallerUrl: url, InstallerSha256: sha256.toUpperCase() }],
      ...tail('installer'),
    },
    [`${identifier}.locale.en-US.yaml`]: {
      ...head,
      PackageLocale: 'en-US',
      Publisher: publisher,
      PackageName: 'dpm-prep',
      PackageUrl: home,
      License: 'MIT',
      ShortDescription: description,
      Moniker: 'dpm-prep',
      Tags: tags,
      ...tail('defaultLocale'),
    },
  };
  return Object.entries(files).map(([name, content]) => [
    join('winget', name),
    `# yaml-language-server: $schema=https://aka.ms/winget-manifest.${content.ManifestType}.${schemaVersion}.schema.json\n\n${stringify(content, { lineWidth: 0 })}`,
  ]);
};

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

/**
 * A text in single quotes of PowerShell: nothing in it is evaluated.
 * @param {string} text
 */
const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

/**
 * @param {Release} release
 * @returns {[path: string, text: string][]}
 */
const chocolatey = ({ version, sha256, url, home }) => [
  [
    join('chocolatey', 'dpm-prep.nuspec'),
    `<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2015/06/nuspec.xsd">
  <metadata>
    <id>dpm-prep</id>
    <version>${escaped(version)}</version>
    <title>dpm-prep</title>
    <authors>${escaped(publisher)}</authors>
    <projectUrl>${escaped(home)}</projectUrl>
    <requireLicenseAcceptance>false</requireLicenseAcceptance>
    <summary>${escaped(description)}</summary>
    <description>${escaped(description)}. One file; it installs no service and needs no Node.js.</description>
    <tags>${escaped(tags.join(' '))}</tags>
  </metadata>
  <files>
    <file src="tools\\**" target="tools" />
  </files>
</package>
`,
  ],
  [
    join('chocolatey', 'tools', 'chocolateyInstall.ps1'),
    `$ErrorActionPreference = 'Stop'
$tools = Split-Path -Parent $MyInvocation.MyCommand.Definition
# Chocolatey puts every .exe beside this script on the path.
Get-ChocolateyWebFile -PackageName 'dpm-prep' -FileFullPath (Join-Path $tools 'dpm-prep.exe') -Url64bit ${quoted(url)} -Checksum64 ${quoted(sha256.toLowerCase())} -ChecksumType64 'sha256'
`,
  ],
];

/**
 * All manifests, as [path, text]. Throws on what cannot be a version, a SHA-256 or an address.
 * @param {Release} release
 */
export const manifests = (release) => {
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(release.version))
    throw new Error(`Not a version: ${release.version}`);
  if (!/^[0-9a-f]{64}$/i.test(release.sha256)) throw new Error('The SHA-256 is not 64 hexadecimal digits.');
  for (const address of [release.url, release.home]) {
    // Nothing but plain characters: PowerShell takes curly quotes for quotes.
    if (!/^https:\/\/[\w.:/%+~-]+$/.test(address)) throw new Error(`Not an https address: ${address}`);
  }
  return [...winget(release), ...chocolatey(release)];
};

const main = () => {
  const { values } = parseArgs({
    options: {
      exe: { type: 'string' },
      sha256: { type: 'string' },
      version: { type: 'string' },
      url: { type: 'string' },
      home: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const version = values.version ?? ownVersion;
  const exe = values.exe ?? join(root, 'dist-exe', 'dpm-prep.exe');
  const sha256 = values.sha256 ?? createHash('sha256').update(readFileSync(exe)).digest('hex');
  // Where a release will be is not settled: without --url the manifests carry an address that resolves nowhere.
  const home = values.home ?? 'https://dpm-prep.example';
  const url = values.url ?? `${home}/releases/${version}/dpm-prep.exe`;
  const out = values.out ?? join(root, 'release');
  for (const [path, text] of manifests({ version, sha256, url, home })) {
    const file = join(out, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stdout.write(`${file}\n`);
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
