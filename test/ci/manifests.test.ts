import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { temporaryFolder } from '../support/temporary-folder.js';

// What the two package managers publish about their manifests, written down as far as these manifests use it.

const identifier = z
  .string()
  .max(128)
  .regex(/^[^.\s\\/:*?"<>|]{1,32}(\.[^.\s\\/:*?"<>|]{1,32}){1,7}$/);
const version = z
  .string()
  .max(128)
  .regex(/^[^\\/:*?"<>|]+$/);
const url = z
  .string()
  .max(2048)
  .regex(/^https?:\/\/.+$/i);
const locale = z
  .string()
  .max(20)
  .regex(/^[a-z]{2,3}(-[a-z]{1,8})*$/i);
const tag = z.string().min(1).max(40);
const manifestVersion = z.literal('1.10.0');

const wingetVersion = z.strictObject({
  PackageIdentifier: identifier,
  PackageVersion: version,
  DefaultLocale: locale,
  ManifestType: z.literal('version'),
  ManifestVersion: manifestVersion,
});

const wingetInstaller = z.strictObject({
  PackageIdentifier: identifier,
  PackageVersion: version,
  Platform: z.array(z.enum(['Windows.Desktop', 'Windows.Universal'])).max(2),
  MinimumOSVersion: z.string().regex(/^\d{1,5}(\.\d{1,5}){0,3}$/),
  InstallerType: z.enum(['exe', 'msi', 'zip', 'portable', 'msix', 'inno', 'nullsoft', 'wix', 'burn']),
  Commands: z.array(z.string().min(1).max(40)).max(16),
  Installers: z
    .array(
      z.strictObject({
        Architecture: z.enum(['x86', 'x64', 'arm', 'arm64', 'neutral']),
        InstallerUrl: url,
        InstallerSha256: z.string().regex(/^[A-Fa-f0-9]{64}$/),
      }),
    )
    .min(1)
    .max(1024),
  ManifestType: z.literal('installer'),
  ManifestVersion: manifestVersion,
});

const wingetLocale = z.strictObject({
  PackageIdentifier: identifier,
  PackageVersion: version,
  PackageLocale: locale,
  Publisher: z.string().min(2).max(256),
  PackageName: z.string().min(2).max(256),
  PackageUrl: url,
  License: z.string().min(3).max(512),
  ShortDescription: z.string().min(3).max(256),
  Moniker: tag,
  Tags: z
    .array(tag)
    .max(16)
    .refine((tags) => new Set(tags).size === tags.length),
  ManifestType: z.literal('defaultLocale'),
  ManifestVersion: manifestVersion,
});

/** Elements of a nuspec's metadata: the wanted ones, and those that this one may have. */
const nuspec = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+([._-][a-z0-9]+)*$/i),
  version: z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/),
  authors: z.string().min(1),
  description: z.string().min(30).max(4000),
  title: z.string().min(1),
  projectUrl: z.url(),
  requireLicenseAcceptance: z.enum(['true', 'false']),
  summary: z.string().min(1),
  tags: z.string().regex(/^[^,]+$/),
});

const script = join(import.meta.dirname, '..', '..', '.ci', 'manifests.js');
const make = (args: readonly string[]) => {
  const out = temporaryFolder('manifests');
  execFileSync(process.execPath, [script, '--out', out, ...args], { encoding: 'utf8', stdio: 'pipe' });
  return (path: string): string => readFileSync(join(out, path), 'utf8');
};

const elementsOf = (xml: string): Record<string, string> => {
  const metadata = /<metadata>([\s\S]*)<\/metadata>/.exec(xml)?.[1] ?? '';
  return Object.fromEntries(
    [...metadata.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map((match) => [match[1] ?? '', match[2] ?? '']),
  );
};

const release = [
  '--version',
  '1.2.3',
  '--url',
  'https://example.com/1.2.3/dpm-prep.exe',
  '--home',
  'https://example.com',
];
const sha256 = createHash('sha256').update('program').digest('hex');

describe('winget', () => {
  const folder = temporaryFolder('exe');
  writeFileSync(join(folder, 'dpm-prep.exe'), 'program');
  const read = make(['--exe', join(folder, 'dpm-prep.exe'), ...release]);
  const name = 'winget/dpm-prep.dpm-prep';

  test('the three files of a package are as the package manager wants them', () => {
    expect(wingetVersion.parse(parse(read(`${name}.yaml`))).PackageVersion).toBe('1.2.3');
    expect(wingetLocale.parse(parse(read(`${name}.locale.en-US.yaml`))).License).toBe('MIT');
    const installer = wingetInstaller.parse(parse(read(`${name}.installer.yaml`)));
    expect(installer.InstallerType).toBe('portable');
    expect(installer.Installers[0]).toEqual({
      Architecture: 'x64',
      InstallerUrl: 'https://example.com/1.2.3/dpm-prep.exe',
      InstallerSha256: sha256.toUpperCase(),
    });
  });
});

describe('Chocolatey', () => {
  const read = make(['--sha256', sha256, ...release]);

  test('the nuspec has the elements that are wanted, and no other', () => {
    const xml = read('chocolatey/dpm-prep.nuspec');
    expect(
      xml.startsWith(
        '<?xml version="1.0" encoding="utf-8"?>\n<package xmlns="http://schemas.microsoft.com/packaging/',
      ),
    ).toBe(true);
    const elements = elementsOf(xml);
    expect(nuspec.parse(elements)).toMatchObject({ id: 'dpm-prep', version: '1.2.3' });
    const written = /<metadata>([\s\S]*)<\/metadata>/.exec(xml)?.[1]?.match(/<\w+>/g) ?? [];
    expect(written).toHaveLength(Object.keys(elements).length);
  });

  test('the install script fetches the file of this version and holds it against its hash', () => {
    const text = read('chocolatey/tools/chocolateyInstall.ps1');
    expect(text).toContain("-Url64bit 'https://example.com/1.2.3/dpm-prep.exe'");
    expect(text).toContain(`-Checksum64 '${sha256}' -ChecksumType64 'sha256'`);
  });
});

test.each([
  ['a version', ['--version', '1.2', '--sha256', sha256]],
  ['a SHA-256', ['--sha256', 'abc']],
  ['an address', ['--sha256', sha256, '--url', 'https://example.com/’; Remove-Item x; ’']],
  ['an https address', ['--sha256', sha256, '--url', 'http://example.com/dpm-prep.exe']],
])('what is not %s is refused, and nothing is written', (_what, args) => {
  const out = temporaryFolder('manifests');
  expect(() => execFileSync(process.execPath, [script, '--out', out, ...args], { stdio: 'pipe' })).toThrow();
  expect(readdirSync(out)).toEqual([]);
});
