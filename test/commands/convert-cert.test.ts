import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import convertCert from '../../src/commands/convert-cert/run.js';
import { reportDocumentSchema } from '../../src/show/document-schema.js';
import { dpmPrep, type CliOptions } from '../support/cli.js';
import { csp, ksp, noOpenssl, Workshop, type MadeCertificate } from '../support/openssl.js';
import { Terminal } from '../support/terminal.js';

describe.skipIf(noOpenssl)('dpm-prep convert-cert (needs openssl 3)', () => {
  let shop: Workshop;
  let leaf: MadeCertificate;

  const at = (name: string): string => join(shop.folder, name);

  const convert = async (args: readonly string[], options: CliOptions = {}) =>
    dpmPrep(['convert-cert', ...args], { folder: shop.folder, ...options });

  const environment = { DPM_PREP_PASSWORD: 'secret-1', DPM_PREP_NEW_PASSWORD: 'secret-2' };

  const shown = (file: string, password: string): string =>
    shop.run(['pkcs12', '-in', at(file), '-passin', `pass:${password}`, '-nodes']).toString('utf8');

  beforeAll(() => {
    shop = new Workshop();
    leaf = shop.leaf(shop.root());
    writeFileSync(at('cng.pfx'), shop.pfx(leaf, { csp: ksp, keyType: 'signature' }));
    writeFileSync(
      at('ec.pfx'),
      shop.pfx(shop.leaf(shop.root(), '/CN=ec', { key: 'ec:P-256' }), { csp: null, keyType: null }),
    );
  });

  afterAll(() => {
    shop.remove();
  });

  it('writes a file that OpenSSL shows with provider, key type and the same certificate, and that check-cert passes', async () => {
    const result = await convert(['cng.pfx', '--out', 'out.pfx', '--json'], { environment });
    expect(result.code).toBe(0);
    const parsed = reportDocumentSchema
      .extend({ data: convertCert.dataSchema })
      .parse(JSON.parse(result.stdout));
    expect(parsed).toMatchObject({ changed: true, data: { thumbprint: leaf.thumbprint, provider: csp } });
    const text = shown('out.pfx', 'secret-2');
    expect(text).toContain(`Microsoft CSP Name: ${csp}`);
    expect(text).toContain('X509v3 Key Usage: 10');
    expect(text).toContain(leaf.pem.trim());
    if (process.platform !== 'win32') expect(statSync(at('out.pfx')).mode & 0o077).toBe(0);
    const checked = await dpmPrep(['check-cert', '--offline', 'out.pfx'], {
      folder: shop.folder,
      environment: { DPM_PREP_PASSWORD: 'secret-2' },
    });
    expect(checked.code).toBe(0);
  });

  it('never overwrites', async () => {
    writeFileSync(at('there.pfx'), 'precious');
    const result = await convert(['cng.pfx', '--out', 'there.pfx'], { environment });
    expect(result.code).toBe(2);
    expect(readFileSync(at('there.pfx'), 'utf8')).toBe('precious');
  });

  it('a dry run writes nothing', async () => {
    const result = await convert(['cng.pfx', '--out', 'dry.pfx', '--dry-run'], { environment });
    expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('would be written') as string });
    expect(existsSync(at('dry.pfx'))).toBe(false);
  });

  it.each([
    [['cng.pfx'], /--out/, {}],
    [['absent.pfx', '--out', 'x.pfx'], /does not exist/, {}],
    [['cng.pfx', '--out', 'no/such/x.pfx'], /folder of/, environment],
    [['cng.pfx', '--out', 'x.pfx'], /does not open/, { ...environment, DPM_PREP_PASSWORD: 'wrong' }],
    [['cng.pfx', '--out', 'x.pfx'], /--new-password-file/, { DPM_PREP_PASSWORD: 'secret-1' }],
  ])('%j is usage, exit code 2', async (args, why, given) => {
    const result = await convert(args, { environment: given });
    expect(result.code).toBe(2);
    expect(result.stderr.replace(/\s+/g, ' ')).toMatch(why);
    expect(existsSync(at('x.pfx'))).toBe(false);
  });

  it('an EC key ends 3', async () => {
    const result = await convert(['ec.pfx', '--out', 'x.pfx'], { environment });
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('EC');
    expect(existsSync(at('x.pfx'))).toBe(false);
  });

  it('both passwords from standard input, or from files', async () => {
    const piped = await convert(
      ['cng.pfx', '--out', 'piped.pfx', '--password-stdin', '--new-password-stdin'],
      {
        input: 'secret-1\nsecret-3\n',
      },
    );
    expect(piped.code).toBe(0);
    expect(shown('piped.pfx', 'secret-3')).toContain(csp);
    writeFileSync(at('old.txt'), 'secret-1\n');
    writeFileSync(at('new.txt'), 'pässwörd\n');
    const files = ['--password-file', 'old.txt', '--new-password-file', 'new.txt'];
    expect((await convert(['cng.pfx', '--out', 'files.pfx', ...files])).code).toBe(0);
    expect(shown('files.pfx', 'pässwörd')).toContain(csp);
  });

  it('asks for both, the new one twice', async () => {
    const terminal = new Terminal(['convert-cert', 'cng.pfx', '--out', 'asked.pfx'], { folder: shop.folder });
    try {
      await terminal.waitFor('Password of cng.pfx');
      terminal.line('secret-1');
      await terminal.waitFor('New password, for asked.pfx');
      terminal.line('secret-4');
      await terminal.waitFor('password again');
      terminal.line('secret-5');
      await terminal.waitFor('The two passwords differ');
      await terminal.waitFor(/New password[^]*New password/);
      terminal.line('secret-4');
      await terminal.waitFor(/password again[^]*password again/);
      terminal.line('secret-4');
      expect(await terminal.exitCode()).toBe(0);
      expect(shown('asked.pfx', 'secret-4')).toContain(csp);
    } finally {
      terminal.kill();
    }
  });
});
