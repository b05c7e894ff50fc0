import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { EOL } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { describeUnless, onPath } from '../support/lacking.js';
import { temporaryFolder } from '../support/temporary-folder.js';

// What winget publishes about its manifests (schemas of version 1.10.0), written down as far as these use it.

/** Numbers up to 65,535 with points between them, so many at least and at most. */
const numbers = (least: number, most: number) =>
  z.string().refine((text) => {
    const parts = text.split('.');
    return (
      parts.length >= least &&
      parts.length <= most &&
      parts.every((part) => /^(0|[1-9]\d{0,4})$/.test(part) && Number(part) <= 65_535)
    );
  });
const unique = <T extends z.ZodType>(item: T, most: number) =>
  z
    .array(item)
    .max(most)
    .refine((items) => new Set(items).size === items.length);
const identifier = z
  .string()
  .max(128)
  // eslint-disable-next-line no-control-regex -- as it is published
  .regex(/^[^.\s\\/:*?"<>|\x01-\x1f]{1,32}(\.[^.\s\\/:*?"<>|\x01-\x1f]{1,32}){1,7}$/);
const version = z
  .string()
  .max(128)
  // eslint-disable-next-line no-control-regex -- as it is published
  .regex(/^[^\\/:*?"<>|\x01-\x1f]+$/);
const url = z
  .string()
  .max(2048)
  .regex(/^https?:\/\/.+$/i);
const locale = z
  .string()
  .max(20)
  .regex(/^([a-z]{2,3}|i-[a-z]+|x-[a-z]{1,8})(-[a-z]{1,8})*$/i);
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
  Platform: unique(z.enum(['Windows.Desktop', 'Windows.Universal']), 2),
  MinimumOSVersion: numbers(1, 4),
  InstallerType: z.literal('portable'),
  Commands: unique(z.string().min(1).max(40), 16),
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
  Tags: unique(tag, 16),
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

const root = join(import.meta.dirname, '..', '..');
const script = join(root, 'scripts', 'manifests.js');
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

const dotnet = onPath(process.platform === 'win32' ? 'dotnet.exe' : 'dotnet');

const runDotnet = (args: readonly string[], folder: string): string =>
  execFileSync(dotnet ?? '', args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: 'pipe',
    env: { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' },
  });

/** Version and folder of the newest .NET SDK; null: there is a runtime at most. */
const newestSdk = (): { readonly version: string; readonly folder: string } | null => {
  const lines = dotnet === null ? '' : runDotnet(['--list-sdks'], root);
  const [, number, folder] = /^(\S+) \[(.+)\]\s*$/.exec(lines.trim().split('\n').at(-1) ?? '') ?? [];
  return number === undefined || folder === undefined
    ? null
    : { version: number, folder: join(folder, number) };
};
const sdk = newestSdk();

describeUnless(sdk === null ? ['.NET SDK'] : [], 'Chocolatey, by the schema that NuGet carries', () => {
  const folder = temporaryFolder('nuspec');
  const judged = (text: string): string => {
    const file = join(folder, 'judged.nuspec');
    writeFileSync(file, text);
    const packaging = join(sdk?.folder ?? '', 'NuGet.Packaging.dll');
    return runDotnet([join(folder, 'out', 'validate-nuspec.dll'), packaging, file], folder);
  };

  beforeAll(() => {
    // A copy: what the compiler makes does not belong beside the sources.
    cpSync(join(import.meta.dirname, 'validate-nuspec'), folder, { recursive: true });
    const major = sdk?.version.split('.')[0] ?? '';
    runDotnet(['build', '--nologo', '-o', join(folder, 'out'), `-p:Sdk=${major}`], folder);
  }, 120_000);

  const xml = make(['--sha256', sha256, ...release])('chocolatey/dpm-prep.nuspec');

  test('the nuspec is valid', () => {
    expect(judged(xml)).toBe(`read${EOL}`);
  });

  test.each([
    ['an element that is not known', xml.replace('<tags>', '<tagz>x</tagz><tags>')],
    ['no version', xml.replace(/<version>.*<\/version>/, '')],
    ['a licence that is neither accepted nor not', xml.replace('>false<', '>maybe<')],
  ])('one with %s is not', (_what, spoiled) => {
    expect(spoiled).not.toBe(xml);
    expect(judged(spoiled)).toMatch(/^The .+\r?\nread\r?\n$/);
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
