import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { dataSchema } from '../../src/commands/check-cert/results-schema.js';
import { listRules } from '../../src/certificate/index.js';
import { reportDocumentSchema } from '../../src/show/document-schema.js';
import { document, dpmPrep, type CliOptions } from '../support/cli.js';
import { bothUsages, ksp, noOpenssl, Workshop, type MadeCertificate } from '../support/openssl.js';
import { keys, Terminal } from '../support/terminal.js';

const documentSchema = reportDocumentSchema.extend({ data: dataSchema });

describe('dpm-prep check-cert without any certificate', () => {
  it('lists its checks with their sources, as text and as JSON', async () => {
    const text = await dpmPrep(['check-cert', '--list-checks']);
    expect(text.code).toBe(0);
    for (const { id, source } of listRules()) {
      expect(text.stdout).toMatch(new RegExp(`^${id}  `, 'm'));
      expect(text.stdout.replace(/\s+/g, ' ')).toContain(source.where.replace(/\s+/g, ' '));
    }
    const json = await dpmPrep(['check-cert', '--list-checks', '--json']);
    const { data } = documentSchema.parse(document(json));
    expect(data.checks?.map(({ id }) => id)).toEqual(listRules().map(({ id }) => id));
  });

  it.each([
    [[], /No file and no thumbprint was given/],
    [['absent.pfx'], /absent\.pfx does not exist/],
    [['absent-*.pfx'], /No file matches/],
    [['absent.pfx', 'gone.pem'], /absent\.pfx[^]*gone\.pem/],
    [['--ignore', 'no-such', '.'], /no-such/],
    [['--json', '--format', 'junit', '.'], /two formats/],
    [['--format', 'junit', '--format', 'html', '.'], /two formats/],
    [['--format', 'json', '.'], /Use --json/],
    [['--format', 'text', '--output', 'a.txt', '.'], /only for the screen/],
    [['--format', 'junit', '--output', 'a.xml', '--output', 'b.xml', '.'], /2 files for 1 formats/],
    [['--output', 'result.txt', '.'], /format of --output result\.txt is not known/],
    [['--output', 'package.json', 'package.json'], /would replace a file that this run reads/],
    [['--output', 'absent/a.xml', 'package.json'], /folder of --output absent\/a\.xml does not exist/],
    [['--at', 'tomorrow', '.'], /--at/],
    [['--at', '2027-02-31', '.'], /--at/],
    [['--format', 'html5', '.'], /--format/],
    [['--min-days', 'many', '.'], /--min-days/],
    [['--password-file', 'absent.txt', 'package.json'], /absent\.txt does not exist/],
  ])('%j is usage, exit code 2', async (args, why) => {
    const result = await dpmPrep(['check-cert', ...args]);
    expect(result.code).toBe(2);
    expect(`${result.stderr}${result.stdout}`).toMatch(why);
  });
});

describe.skipIf(noOpenssl)('dpm-prep check-cert with files of OpenSSL (needs openssl 3)', () => {
  let shop: Workshop;
  let root: MadeCertificate;

  const put = (name: string, content: string | Buffer): string => {
    const path = join(shop.folder, name);
    writeFileSync(path, content);
    return path;
  };

  const check = async (args: readonly string[], options: CliOptions = {}) =>
    dpmPrep(['check-cert', '--offline', ...args], { folder: shop.folder, ...options });

  const password: CliOptions = { environment: { DPM_PREP_PASSWORD: 'secret-1' } };

  const failing = async (args: readonly string[], options = password) => {
    const { code, stdout } = await check(['--json', ...args], options);
    const parsed = documentSchema.parse(JSON.parse(stdout));
    return {
      code,
      failed: parsed.findings
        .filter(({ status, ignored }) => status === 'fail' && !ignored)
        .map(({ id, subject }) => `${subject ?? ''} ${id}`),
      document: parsed,
    };
  };

  beforeAll(() => {
    shop = new Workshop();
    root = shop.root();
    const extensions = bothUsages;
    const leaf = (name: string) => shop.leaf(root, `/CN=${name}.contoso.com`, { extensions });
    const fin = leaf('fin');
    put('root.pem', root.pem);
    put('fin.pfx', shop.pfx(fin));
    put('cng.pfx', shop.pfx(leaf('cng'), { csp: ksp }));
    put('sig.pfx', shop.pfx(leaf('sig'), { keyType: 'signature' }));
    put('other-password.pfx', shop.pfx(leaf('other'), { password: 'secret-2' }));
    put('old.pfx', shop.pfx(shop.leaf(root, '/CN=old.contoso.com', { to: new Date(Date.now() - 1) })));
    mkdirSync(join(shop.folder, 'some'));
    mkdirSync(join(shop.folder, 'some', 'below'));
    put('some/a.pfx', shop.pfx(leaf('a')));
    put('some/below/b.PFX', shop.pfx(leaf('b'), { csp: ksp }));
    put('some/note.txt', 'not looked at');
    put('some/trusted.pem', root.pem);
    put('junk.pfx', 'junk');
  });

  afterAll(() => {
    shop.remove();
  });

  it('a good file ends 0, and the document fits its schema', async () => {
    const { code, failed, document: parsed } = await failing(['fin.pfx', '--trust', 'root.pem']);
    expect({ code, failed }).toEqual({ code: 0, failed: [] });
    expect(parsed.outcome).toBe('done');
    expect(parsed.data.certificates).toMatchObject([
      { name: 'fin.pfx', verdict: 'warn', certificate: { subject: 'CN=fin.contoso.com' } },
    ]);
    expect(parsed.findings.map(({ id }) => id)).toEqual(
      listRules()
        .map(({ id }) => id)
        .filter((id) => id !== 'readable'),
    );
  });

  it.each([
    ['cng.pfx', ['cng.pfx no-cng']],
    ['sig.pfx', ['sig.pfx key-type']],
    ['old.pfx', ['old.pfx validity']],
    ['junk.pfx', ['junk.pfx readable']],
  ])('%s ends 3 with %j', async (file, expected) => {
    expect(await failing([file])).toMatchObject({ code: 3, failed: expected });
  });

  it('says what was found, what is required, which error it prevents, and how to fix it', async () => {
    const { code, stdout } = await check(['cng.pfx'], password);
    expect(code).toBe(3);
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toContain(ksp);
    expect(text).toContain('Back up using certificate authentication');
    expect(text).toContain('33233');
    expect(text).toContain('dpm-prep convert-cert cng.pfx --out cng-dpm.pfx');
  });

  it('--ignore demotes by name and still shows; --strict fails on warnings', async () => {
    expect(await failing(['cng.pfx', '--ignore', 'no-cng'])).toMatchObject({ code: 0, failed: [] });
    expect((await check(['cng.pfx', '--ignore', 'no-cng'], password)).stdout).toContain('ignored by name');
    expect((await check(['fin.pfx', '--strict'], password)).code).toBe(3);
    expect((await check(['fin.pfx', '--strict', '--ignore', 'revocation'], password)).code).toBe(0);
  });

  it('folders, patterns and files together, one table, one exit code', async () => {
    const { code, stdout } = await check(
      ['some', '*g.pfx', 'fin.pfx', '--trust', 'some/trusted.pem'],
      password,
    );
    expect(code).toBe(3);
    const table = stdout.slice(stdout.lastIndexOf('\n\n'));
    for (const name of ['a.pfx', 'b.PFX', 'cng.pfx', 'sig.pfx', 'fin.pfx']) expect(table).toContain(name);
    expect(table).not.toMatch(/note\.txt|trusted\.pem/);
    expect(table).toMatch(/cng\.pfx\s+\d{4}-\d\d-\d\d\s+no-cng/);
    expect(table).toContain('3 failed');
  });

  it('the first of two inputs with the same certificate hears of the second', async () => {
    put('copy.pfx', shop.pfx(shop.leaf(root, '/CN=fin.contoso.com', { extensions: bothUsages })));
    const { code, stdout } = await check(['fin.pfx', 'copy.pfx'], password);
    expect(code).toBe(3);
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toContain('own-certificate fin.pfx: copy.pfx has the same key');
    expect(text).toContain('own-certificate copy.pfx: fin.pfx has the same key');
    expect(stdout).toMatch(/^\S fin\.pfx .*own-certificate/m);
  });

  it('** reaches below, * does not', async () => {
    const names = async (pattern: string) =>
      (await failing([pattern])).document.data.certificates?.map(({ name }) => name.replaceAll('\\', '/'));
    expect(await names('some/*.pfx')).toEqual(['some/a.pfx']);
    expect(await names('some/**/*.PFX')).toContain('some/below/b.PFX');
  });

  describe('passwords', () => {
    it('from a file, from standard input, from the environment', async () => {
      const file = put('pw.txt', 'secret-1\n');
      expect((await check(['fin.pfx', '--password-file', file])).code).toBe(0);
      expect((await check(['fin.pfx', '--password-stdin'], { input: 'secret-1\n' })).code).toBe(0);
      expect((await check(['fin.pfx'], password)).code).toBe(0);
    });

    it('from a list by file, by name or by path', async () => {
      const list = put(
        'list.tsv',
        `fin.pfx\tsecret-1\r\n${join(shop.folder, 'other-password.pfx')}\tsecret-2\n`,
      );
      expect((await check(['fin.pfx', 'other-password.pfx', '--password-file', list])).code).toBe(0);
      const bad = put('bad.tsv', 'fin.pfx\tsecret-1\nno tab here\n');
      const result = await check(['fin.pfx', '--password-file', bad]);
      expect(result.code).toBe(2);
      expect(result.stderr).toContain('line 2');
    });

    it('a wrong or missing one ends 2, names the file, and the others are judged all the same', async () => {
      expect((await check(['other-password.pfx'], password)).code).toBe(2);
      const result = await check(['fin.pfx'], { environment: { CI: 'true' } });
      expect(result.code).toBe(2);
      expect(result.stderr).toContain('--password-file');
      const both = await failing(['other-password.pfx', 'cng.pfx']);
      expect(both).toMatchObject({ code: 2, failed: ['cng.pfx no-cng'] });
      expect(both.document.data.unopened).toEqual(['other-password.pfx']);
      expect(JSON.stringify(both.document)).not.toContain('secret-1');
    });

    it('is asked for again where someone is there, and a known one is tried first', async () => {
      const terminal = new Terminal(['check-cert', '--offline', 'fin.pfx', 'cng.pfx', 'other-password.pfx'], {
        folder: shop.folder,
      });
      try {
        await terminal.waitFor('Password of fin.pfx');
        terminal.line('wrong-one');
        await terminal.waitFor('does not open fin.pfx');
        terminal.line('secret-1');
        await terminal.waitFor('Password of other-password.pfx');
        terminal.line('secret-2');
        expect(await terminal.exitCode()).toBe(3);
        expect(terminal.text()).not.toContain('Password of cng.pfx');
        expect(terminal.raw).not.toContain('secret-1');
        expect(terminal.text()).toContain('1 failed');
      } finally {
        terminal.kill();
      }
    });

    it('Ctrl-C at the question ends 130', async () => {
      const terminal = new Terminal(['check-cert', '--offline', 'fin.pfx'], { folder: shop.folder });
      try {
        await terminal.waitFor('Password of fin.pfx');
        terminal.send(keys.ctrlC);
        expect(await terminal.exitCode()).toBe(130);
      } finally {
        terminal.kill();
      }
    });
  });

  it('--other, --replaces, --auth-ca-thumbprint, --ps-name and --min-days reach their rules', async () => {
    const same = [['fin.pfx', '--other', 'fin.pfx'], ['fin.pfx own-certificate']] as const;
    const renewed = [['fin.pfx', '--replaces', 'cng.pfx'], ['fin.pfx renewal']] as const;
    const authority = [['fin.pfx', '--auth-ca-thumbprint', 'f'.repeat(40)], ['fin.pfx authority']] as const;
    for (const [args, failed] of [same, renewed, authority]) {
      expect(await failing(args)).toMatchObject({ code: 3, failed });
    }
    const warned = async (...args: string[]) =>
      (await failing(['fin.pfx', ...args])).document.findings
        .filter(({ status }) => status === 'warn')
        .map(({ id }) => id);
    expect(await warned('--ps-name', 'hr.contoso.com')).toContain('name');
    expect(await warned('--min-days', '4000')).toContain('validity');
    expect(await warned()).toEqual(['revocation']);
  });

  it('JUnit: one suite a certificate, failures as failures, well-formed also with odd names', async () => {
    const odd = shop.leaf(root, '/CN=a<b>&"c\u001b.contoso.com', {});
    put('odd & <new>.pfx', shop.pfx(odd, { csp: ksp }));
    const { code, stdout } = await check(['fin.pfx', 'odd & <new>.pfx', '--format', 'junit'], password);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites /);
    expect(stdout).toContain('<testsuite name="fin.pfx" ');
    expect(stdout).toContain('<testsuite name="odd &amp; &lt;new&gt;.pfx" ');
    expect(stdout.match(/<failure /g)).toHaveLength(1);
    expect(stdout).toMatch(/name="no-cng">\s+<failure type="fail"/);
    // eslint-disable-next-line no-control-regex -- the very characters that must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
    const opened = [...stdout.matchAll(/<(testsuites?|testcase|failure)(?: [^<>]*?)?(\/?)>/g)];
    for (const tag of ['testsuites', 'testsuite', 'testcase', 'failure']) {
      const begun = opened.filter(([, name, closed]) => name === tag && closed === '').length;
      expect(stdout.split(`</${tag}>`).length - 1).toBe(begun);
    }
  });

  it('HTML: one page, with every certificate as text and the same exit code', async () => {
    const odd = shop.leaf(root, '/CN=<script>alert(1)<\\/script>', {});
    put('<script>.pfx', shop.pfx(odd, { csp: ksp }));
    const { code, stdout } = await check(['fin.pfx', '<script>.pfx', '--format', 'html'], password);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^<!doctype html>/);
    expect(stdout).not.toMatch(/<script/i);
    expect(stdout).toContain('&#60;script&#62;.pfx');
    expect(stdout).toContain('1 certificate can be used for DPM, 1 of them with warnings; 1 cannot');
    expect(stdout).toContain('without trouble');
  });

  it('several formats in one run: each in its file, the text on the screen, one exit code', async () => {
    const outputs = [
      '--format',
      'junit',
      '--output',
      'o.xml',
      '--format',
      'html',
      '--output',
      'o.htm',
      '--format',
      'json',
      '--output',
      'o.txt',
    ];
    put('o.xml', 'an older result');
    const { code, stdout } = await check(['fin.pfx', 'cng.pfx', ...outputs], password);
    expect(code).toBe(3);
    expect(stdout).toContain('1 certificate can be used for DPM (1 warning), 1 failed.');
    const written = (name: string): string => readFileSync(join(shop.folder, name), 'utf8');
    expect(written('o.xml')).toMatch(/^<\?xml[^]*<\/testsuites>\n$/);
    expect(written('o.htm')).toMatch(/^<!doctype html>/);
    const parsed = documentSchema.parse(JSON.parse(written('o.txt')));
    expect(parsed.exitCode).toBe(3);
    expect(parsed.findings.some(({ status }) => status === 'pass')).toBe(true);
    const single = await check(['fin.pfx', '--output', 'p.html', '--json'], password);
    expect(JSON.parse(single.stdout)).toMatchObject({ exitCode: 0 });
    expect(written('p.html')).toMatch(/^<!doctype html>/);
  });

  it('a fine certificate that was checked with --offline reads as fine', async () => {
    const address = shop.leaf(root, '/CN=crl.contoso.com', {
      extensions: `${bothUsages}\ncrlDistributionPoints=URI:http://crl.invalid/a.crl`,
    });
    put('crl.pfx', shop.pfx(address));
    const { code, stdout } = await check(['crl.pfx', '--trust', 'root.pem'], password);
    expect(code).toBe(0);
    expect(stdout).toContain('1 certificate can be used for DPM (1 warning).');
  });

  it('--at judges as of a date', async () => {
    const later = await failing(['fin.pfx', '--at', '2099-01-31']);
    expect(later.code).toBe(3);
    expect(later.failed).toContain('fin.pfx validity');
    expect(later.document.data.at).toBe('2099-01-31T00:00:00.000Z');
    expect((await failing(['old.pfx', '--at', '2000-01-01T10:00:00+02:00'])).document.data.at).toBe(
      '2000-01-01T08:00:00.000Z',
    );
    expect((await check(['fin.pfx', '--at', '2099-01-31'], password)).stdout).toContain(
      'Judged as of 2099-01-31 00:00 UTC.',
    );
  });

  it('JUnit names a file whose password is wrong or missing, as an error', async () => {
    for (const options of [password, { environment: { CI: 'true' } }]) {
      const { code, stdout } = await check(['other-password.pfx', 'junk.pfx', '--format', 'junit'], options);
      expect(code).toBe(2);
      expect(stdout).toMatch(/<testsuites [^>]*errors="1"/);
      expect(stdout).toMatch(
        /<testsuite name="other-password\.pfx" tests="1" failures="0" errors="1" skipped="0">/,
      );
      expect(stdout).toMatch(/<error type="password" message="[^"]*other-password\.pfx/);
      expect(stdout).toContain('<testsuite name="junk.pfx" ');
    }
  });

  it('nothing of a file reaches the terminal as a control character', async () => {
    put('evil.pem', shop.leaf(root, '/CN=\u001b[2J\u001b]0;owned\u0007x', {}).pem);
    const { stdout, stderr } = await check(['evil.pem', '--verbose'], { environment: { NO_COLOR: '1' } });
    // eslint-disable-next-line no-control-regex -- the very characters that must not be there
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(stdout).toContain('owned');
  });

  it.skipIf(process.platform === 'win32')('a thumbprint elsewhere than on Windows is explained', async () => {
    const pasted = '\u200e' + 'cf 82 2d 9b a1 c8 01 ef 40 d4 b3 1d e0 cf cb 20 0a 8a 24 96';
    const { code, stderr } = await check([pasted]);
    expect(code).toBe(2);
    expect(stderr).toContain('Windows');
  });
});

it('the schema of the data is one that JSON Schema can say', () => {
  expect(z.toJSONSchema(documentSchema)).toBeDefined();
});
