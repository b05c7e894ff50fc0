import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listRules } from '../../src/certificate/index.js';
import { makeFixtures, rulesWithoutFixture } from '../../src/commands/fixtures/make.js';
import { dpmPrep, type CliOptions } from '../support/cli.js';
import { noOpenssl, Workshop } from '../support/openssl.js';
import { wordsOf } from '../support/pasted.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { Terminal } from '../support/terminal.js';

interface Row {
  subject: string | null;
  troubles: Record<string, string>;
}

interface Expected {
  schemaVersion: number;
  files: Record<string, 'password' | Row[]>;
}

const rowOf = (files: Expected['files'], name: string): Row => {
  const row = files[name]?.[0];
  if (row === undefined || typeof row === 'string') throw new Error(`${name} is not in expected.json`);
  return row;
};

describe('dpm-prep fixtures', () => {
  let folder: string;
  let options: CliOptions;
  const compare = [
    'check-cert',
    'fx',
    '--trust',
    'fx/root.pem',
    '--password-file',
    'fx/password.txt',
    '--offline',
    '--expect',
    'fx/expected.json',
  ];
  const expectedPath = (): string => join(folder, 'fx', 'expected.json');
  const read = (): Expected => JSON.parse(readFileSync(expectedPath(), 'utf8')) as Expected;

  /** Compares after `change` was made to expected.json, and puts it back. */
  const after = async (change: (expected: Expected) => void) => {
    const before = readFileSync(expectedPath(), 'utf8');
    const expected = read();
    change(expected);
    writeFileSync(expectedPath(), JSON.stringify(expected));
    try {
      return await dpmPrep(compare, options);
    } finally {
      writeFileSync(expectedPath(), before);
    }
  };

  beforeAll(async () => {
    folder = temporaryFolder();
    options = { folder };
    expect((await dpmPrep(['fixtures', 'fx'], options)).code).toBe(0);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('every rule has a fixture that fails by it, or a reason why no file can', async () => {
    const made = new Set((await makeFixtures('secret')).map(({ rule }) => rule));
    for (const { id } of listRules()) {
      expect(made.has(id) !== id in rulesWithoutFixture, id).toBe(true);
    }
  });

  test('the command that it prints runs through on a terminal without a question', async () => {
    const made = await dpmPrep(['fixtures', "it's here"], options);
    const [, line = ''] = /^(dpm-prep check-cert .*)$/m.exec(made.stdout) ?? [];
    const terminal = new Terminal(wordsOf(line).slice(1), { folder });
    expect(await terminal.exitCode(60_000)).toBe(0);
  });

  test('check-cert finds in each file what is expected, and nothing else', async () => {
    const { code, stdout, stderr } = await dpmPrep(compare, options);
    expect(stdout + stderr).toContain('Every result is as expected.');
    expect(code).toBe(0);
  });

  test.each<[string, (expected: Expected) => void, RegExp]>([
    [
      'a trouble that is missing',
      ({ files }) => (rowOf(files, 'good.pfx').troubles = { subject: 'fail' }),
      /good\.pfx: expected subject \(fail\); found revocation/,
    ],
    [
      'a trouble of another status',
      ({ files }) => (rowOf(files, 'no-cng.pfx').troubles['no-cng'] = 'warn'),
      /no-cng\.pfx: expected no-cng \(warn\)/,
    ],
    [
      'a file that is not there',
      ({ files }) => (files['gone.pfx'] = []),
      /gone\.pfx: expected, but not among the inputs/,
    ],
    ['a file that is not expected', ({ files }) => delete files['good.pfx'], /good\.pfx: not expected/],
    ['another subject', ({ files }) => (rowOf(files, 'good.pfx').subject = 'CN=x'), /CN=x was expected/],
    [
      'a password that does not open',
      ({ files }) => (files['good.pfx'] = 'password'),
      /good\.pfx: a password opened it/,
    ],
    [
      'a password that should open',
      ({ files }) => (files['wrong-password.pfx'] = []),
      /wrong-password\.pfx: no password opens it/,
    ],
  ])('%s is a difference: exit code 3', async (_, change, text) => {
    const { code, stdout } = await after(change);
    expect(code).toBe(3);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(text);
    expect(stdout).toContain('from what was expected.');
  });

  test('a difference is a failure in JUnit and a field in JSON, and a file that does not open is an error', async () => {
    const { code } = await after(({ files }) => delete files['good.pfx']);
    expect(code).toBe(3);
    const json = await dpmPrep([...compare, '--json', '--format', 'junit', '--output', 'r.xml'], options);
    expect(JSON.parse(json.stdout)).toMatchObject({ exitCode: 0, data: { differences: [] } });
    const junit = readFileSync(join(folder, 'r.xml'), 'utf8');
    expect(junit).toMatch(/<testsuite name="[^"]*wrong-password\.pfx" tests="1" failures="0" errors="1"/);
    expect(junit).toContain('<error type="password" message="The password does not open');
  });

  test('a folder that is not empty is refused, and nothing is written', async () => {
    mkdirSync(join(folder, 'full'));
    writeFileSync(join(folder, 'full', 'mine.txt'), 'mine');
    const { code, stderr } = await dpmPrep(['fixtures', 'full'], options);
    expect(code).toBe(2);
    expect(stderr).toContain('full is not empty');
    expect(readdirSync(join(folder, 'full'))).toEqual(['mine.txt']);
    expect((await dpmPrep(['fixtures', 'dry', '--dry-run'], options)).code).toBe(0);
    expect(readdirSync(folder)).not.toContain('dry');
  });

  test('a file that is not a list of expected results is a usage error', async () => {
    writeFileSync(join(folder, 'odd.json'), '{"schemaVersion":2}');
    for (const path of ['odd.json', 'absent.json', 'fx/good.pfx']) {
      const { code, stderr } = await dpmPrep([...compare.slice(0, -1), path], options);
      expect({ code, path }).toEqual({ code: 2, path });
      expect(stderr).toContain(path);
    }
  });

  describe.skipIf(noOpenssl)('as OpenSSL sees them (needs openssl 3)', () => {
    test('the good files are readable, and their chain verifies under root.pem', () => {
      const shop = new Workshop();
      try {
        const at = (name: string): string => join(folder, 'fx', name);
        const text = shop.run([
          'pkcs12',
          '-in',
          at('good.pfx'),
          '-passin',
          `file:${at('password.txt')}`,
          '-nodes',
        ]);
        expect(text.toString()).toContain('Microsoft RSA SChannel Cryptographic Provider');
        const certificate = shop.write('.pem', text);
        expect(shop.run(['verify', '-CAfile', at('root.pem'), certificate]).toString()).toContain('OK');
        const aes = shop.run([
          'pkcs12',
          '-in',
          at('file-encryption.pfx'),
          '-passin',
          `file:${at('password.txt')}`,
          '-nodes',
        ]);
        expect(aes.toString()).toContain('file-encryption.contoso.invalid');
        expect(
          shop.run(['pkcs7', '-inform', 'DER', '-in', at('bundle.p7b'), '-print_certs']).toString(),
        ).toContain('bundle.contoso.invalid');
        const pem = shop.run(['x509', '-in', at('pem.pem'), '-noout', '-text']).toString();
        expect(pem).toContain('TLS Web Server Authentication, TLS Web Client Authentication');
        expect(pem).toContain('http://crl.invalid/dpm-prep-fixtures.crl');
      } finally {
        shop.remove();
      }
    });
  });
});
