import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bothUsages, ksp, Workshop } from '../support/openssl.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { describeWith, part } from './support/parts.js';
import { places, repository } from './support/places.js';
import { windowsNode } from './support/node.js';
import { WindowsComputer } from './support/wine.js';

const run = promisify(execFile);
const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
  readonly version: string;
};

/** A computer with dpm-prep.exe in a folder where nothing else is. */
const exePath = 'C:\\dpm\\dpm-prep.exe';
let computer: WindowsComputer;

describeWith(['Wine', 'mingw gcc'], 'dpm-prep.exe, alone in its folder', () => {
  beforeAll(async () => {
    computer = await WindowsComputer.make('Finance01');
    await computer.copy(places.exe, exePath);
  });
  afterAll(async () => {
    await computer.end();
  });

  const exe = (args: readonly string[], more: { readonly input?: string } = {}) =>
    computer.run({ path: exePath, arguments: args, folder: 'C:\\dpm', ...more });

  it('says its version', async () => {
    const { stdout, stderr, exitCode } = await exe(['--version']);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: `${version}\n`, stderr: '', exitCode: 0 });
  });

  it('explains itself as the script does', async () => {
    const here = await run(process.execPath, [join(repository, 'bin/dpm-prep.js'), '--help']);
    const { stdout, exitCode } = await exe(['--help']);
    expect(stdout).toBe(here.stdout);
    expect(exitCode).toBe(0);
  });

  it('ends with the code of a usage error', async () => {
    const { stderr, exitCode } = await exe(['attach', '--no-such-flag']);
    expect(stderr).toContain("unknown option '--no-such-flag'");
    expect(exitCode).toBe(2);
  });
});

describe('beside dpm-prep.exe', () => {
  it('lie the licences of everything in it', async () => {
    const text = await readFile(join(dirname(places.exe), 'third-party.txt'), 'utf8');
    const bundled = await readFile(join(repository, 'dist/third-party.txt'), 'utf8');
    expect(text).toContain('Node.js is licensed for use as follows');
    // What Node.js contains is named by its own text.
    for (const name of ['OpenSSL', 'V8', 'ICU']) expect(text).toContain(name);
    const packages = [...bundled.matchAll(/^(\S+) (\d+\.\d\S*) \(.+\)$/gm)];
    expect(packages.length).toBeGreaterThan(5);
    for (const [line] of packages) expect(text).toContain(line);
  });
});

describeWith(['Wine', 'mingw gcc'], 'check-cert of dpm-prep.exe (needs openssl 3)', () => {
  let shop: Workshop;

  beforeAll(async () => {
    computer = await WindowsComputer.make('Finance01');
    await computer.copy(places.exe, exePath);
    shop = new Workshop();
    const root = shop.root();
    const leaf = shop.leaf(root, '/CN=fin.contoso.com', { extensions: bothUsages });
    await computer.put('C:\\dpm\\root.pem', root.pem);
    await computer.put('C:\\dpm\\Zürich fin.pfx', shop.pfx(leaf));
    await computer.put('C:\\dpm\\cng.pfx', shop.pfx(leaf, { csp: ksp }));
  });
  afterAll(async () => {
    shop.remove();
    await computer.end();
  });

  const check = async (file: string) => {
    const { stdout, exitCode } = await computer.run({
      path: exePath,
      arguments: ['check-cert', '--json', '--offline', '--trust', 'root.pem', file],
      folder: 'C:\\dpm',
      environment: { DPM_PREP_PASSWORD: 'secret-1' },
    });
    expect(stdout).not.toContain('secret-1');
    const { findings } = JSON.parse(stdout) as {
      readonly findings: readonly { readonly id: string; readonly status: string }[];
    };
    return {
      exitCode,
      failed: findings.filter(({ status }) => status === 'fail').map(({ id }) => id),
      count: findings.length,
    };
  };

  it('finds a good PFX good', async () => {
    const { exitCode, failed, count } = await check('Zürich fin.pfx');
    expect({ exitCode, failed }).toEqual({ exitCode: 0, failed: [] });
    expect(count).toBeGreaterThan(10);
  });

  it('names the CNG key of another', async () => {
    expect(await check('cng.pfx')).toMatchObject({ exitCode: 3, failed: ['no-cng'] });
  });
});

describeWith(['osslsigncode'], 'the signature', () => {
  it('of the node.exe that is built in is whole and names the OpenJS Foundation', async () => {
    // Its root is Microsoft's own, which Linux does not know: what counts are digest and signer.
    const { stdout } = await run(part('osslsigncode'), ['verify', '-in', await windowsNode()]).catch(
      (error: unknown) => error as { readonly stdout: string },
    );
    const [, current, calculated] =
      /Current message digest\s*: (\w+)\s+Calculated message digest\s*: (\w+)/.exec(stdout) ?? [];
    expect(calculated).toMatch(/^[0-9A-F]{64}$/);
    expect(calculated).toBe(current);
    expect(stdout).toContain('CN=OpenJS Foundation');
  });

  it('is gone from dpm-prep.exe, and a new one holds', async () => {
    const folder = temporaryFolder('sign');
    const unsigned = await run(part('osslsigncode'), ['verify', '-in', places.exe]).catch(
      (error: unknown) => error as { readonly stdout: string; readonly stderr: string },
    );
    expect(unsigned.stdout + unsigned.stderr).toContain('No signature found');
    const [certificate, key, signed] = ['cert.pem', 'key.pem', 'signed.exe'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '2'],
      ...['-subj', '/CN=Contoso', '-addext', 'extendedKeyUsage=codeSigning'],
    ]);
    await run(part('osslsigncode'), [
      ...['sign', '-certs', certificate, '-key', key, '-h', 'sha256', '-in', places.exe, '-out', signed],
    ]);
    const { stdout } = await run(part('osslsigncode'), ['verify', '-CAfile', certificate, '-in', signed]);
    expect(stdout).toContain('Signature verification: ok');
  });
});
