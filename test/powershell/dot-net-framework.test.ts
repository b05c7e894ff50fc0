import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeIfNot } from '../support/lacking.js';
import { powershell } from './support/host.js';

/*
 * Windows PowerShell 5.1 runs on the .NET Framework of the computer; 4.6.2 is the oldest that a supported system has.
 * The reference assemblies' documentation lists what that version has. A call of an object is only held against the
 * names of all methods there, because a script does not say what type its objects have.
 */

const folder = fileURLToPath(new URL('../../src/powershell/', import.meta.url));
const reference = join(
  process.env.NUGET_PACKAGES ?? join(homedir(), '.nuget/packages'),
  'microsoft.netframework.referenceassemblies.net462/1.0.3/build/.NETFramework/v4.6.2',
);
const scratch = mkdtempSync(join(tmpdir(), 'dpm-prep-net462-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const restored = (): string | null => {
  if (powershell === '') return 'the .NET SDK is not installed (dotnet)';
  const done = spawnSync('dotnet', [
    ...['restore', fileURLToPath(new URL('net462', import.meta.url)), '--nologo', '--verbosity', 'quiet'],
    ...[`-p:BaseIntermediateOutputPath=${scratch}/`, `-p:MSBuildProjectExtensionsPath=${scratch}/`],
  ]);
  return done.status === 0 ? null : 'the reference assemblies of .NET Framework cannot be had';
};

/** Not of the Framework: PowerShell's own, which 5.1 has, and what our C# compiles. */
const elsewhere = /^(?:System\.Management\.Automation\.|DpmPrep\.)/;
/** Used only where the Framework's own way is not there: behind a test in the script. */
const behindATest = new Set(['System.IO.FileSystemAclExtensions']);
/** Methods of COM and of PowerShell's objects (PowerShell, ExternalScriptInfo), which 5.1 has: no page of the Framework lists them. */
const ofPowerShell = new Set(['InvokeReturnAsIs', 'GetNewClosure', 'Invoke', 'AddScript', 'get_ScriptBlock']);

interface Use {
  readonly file: string;
  readonly line: number;
  readonly type: string | null;
  readonly member: string | null;
}

const usesIn = (paths: readonly string[]): readonly Use[] => {
  const script = readFileSync(new URL('support/members.ps1', import.meta.url), 'utf8');
  const args = ['-NoProfile', '-OutputFormat', 'Text', '-NonInteractive', '-EncodedCommand'];
  return JSON.parse(
    execFileSync(powershell, [...args, Buffer.from(script, 'utf16le').toString('base64')], {
      input: `${paths.join('\n')}\n`,
      encoding: 'utf8',
      maxBuffer: 50_000_000,
    }),
  ) as Use[];
};

const types = new Set<string>();
const members = new Set<string>();
const methods = new Set<string>();

const lacks = ({ type, member }: Use): boolean => {
  if (type === null) {
    const name = member ?? '';
    return !methods.has(name.replace(/^[gs]et_/, '')) && !ofPowerShell.has(name);
  }
  if (elsewhere.test(type) || behindATest.has(type)) return false;
  const known = type.replace('+', '.');
  if (!types.has(known)) return true;
  return member !== null && member !== 'new' && !members.has(`${known}.${member}`);
};

const said = (uses: readonly Use[]): readonly string[] =>
  uses
    .filter(lacks)
    .map(({ file, line, type, member }) => `${file}:${String(line)} ${type ?? ''}.${member ?? ''}`);

describeIfNot(restored(), 'our scripts use what .NET Framework 4.6.2 has', () => {
  beforeAll(() => {
    for (const file of readdirSync(reference).filter((name) => name.endsWith('.xml'))) {
      const text = readFileSync(join(reference, file), 'utf8');
      for (const [, kind, name = ''] of text.matchAll(/<member name="([TMPFE]):([^"(]+)/g)) {
        if (kind === 'T') types.add(name);
        else {
          members.add(name);
          methods.add(name.slice(name.lastIndexOf('.') + 1).replace(/``\d+$/, ''));
        }
      }
    }
  });

  it('in every script', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.ps1'));
    const uses = usesIn(files.map((file) => join(folder, file)));
    expect(uses.length).toBeGreaterThan(200);
    expect(said(uses)).toEqual([]);
  });

  it('would not get through otherwise', () => {
    const path = join(scratch, 'newer.ps1');
    const lines = [
      "$text.Contains('a')",
      '[System.Convert]::ToHexString($a)',
      '[System.Security.Cryptography.X509Certificates.X509CertificateLoader]::LoadCertificate($a)',
      '$key.ExportPkcs8PrivateKey()',
      '[System.Random]::Shared',
      '[System.Net.Http.SocketsHttpHandler]',
    ];
    writeFileSync(path, lines.join('\n'));
    expect(said(usesIn([path])).map((line) => line.split(' ')[0])).toEqual(
      expect.arrayContaining(['newer.ps1:2', 'newer.ps1:3', 'newer.ps1:4', 'newer.ps1:5', 'newer.ps1:6']),
    );
    expect(said(usesIn([path])).join('\n')).not.toContain('newer.ps1:1 ');
  });
});
