import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { inOurSpelling } from '../../src/answers/habits.js';
import { commands } from '../../src/commands/registry.js';
import { reportDocumentSchema } from '../../src/show/document-schema.js';
import { document, dpmPrep, launcher } from '../support/cli.js';

const windows = process.platform === 'win32';

describe('the command line', () => {
  it('answers --version and --help', async () => {
    expect(await dpmPrep(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    });
    const help = await dpmPrep(['--help']);
    expect(help.code).toBe(0);
    for (const { name } of commands) expect(help.stdout).toContain(name);
  });

  it.each(commands.map(({ name }) => name))('%s has help with an example that names it', async (name) => {
    const help = await dpmPrep([name, '--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/Examples:\n[^]*dpm-prep/);
  });

  it.each([
    [['attach', '--foo'], /unknown option '--foo'/],
    [['atach'], /unknown command 'atach'[^]*attach/],
    [['set-dpm-server', '--user-name'], /argument missing/],
    [['attach', 'extra'], /too many arguments/],
  ])('refuses %j with exit code 2, as text and as one JSON document', async (args, why) => {
    const text = await dpmPrep(args);
    expect(text).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(why) as string });
    const [command = '', ...rest] = args;
    const json = await dpmPrep([command, '--json', ...rest]);
    expect(json.code).toBe(2);
    expect(reportDocumentSchema.parse(document(json))).toMatchObject({
      exitCode: 2,
      outcome: 'usage',
      changed: false,
    });
  });

  it.each([['/?'], ['-?'], ['-Help'], ['attach', '/?']])('takes %j for --help', async (...words) => {
    const help = await dpmPrep(words);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/^Usage: dpm-prep/);
  });

  it.each(['-v', '-V', 'version', '-Version', '/version'])('takes %s for --version', async (word) => {
    expect((await dpmPrep([word])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each(['--password', '-Password', '--password=x', '/pwd:x'])(
    'never takes a password as %s',
    async (word) => {
      const { code, stderr, stdout } = await dpmPrep(['set-dpm-server', word, 'S3cret', '--json']);
      expect(code).toBe(2);
      expect(stdout).toContain('--password-file');
      expect(stdout + stderr).not.toContain('S3cret');
    },
  );

  it("takes every flag in PowerShell's spelling", async () => {
    const { code, stdout } = await dpmPrep([
      ...[
        'set-dpm-server',
        '-DPMServerName',
        'Server01.corp.contoso.com',
        '-psName:Finance01.widgets.corp.com',
      ],
      ...['-UserName', 'mark', '-ProductionServerDNSSuffix', 'widgets.corp.com', '-WhatIf', '-NoInput'],
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'SetDpmServer.exe -dpmServerName Server01.corp.contoso.com -isNonDomainServer -userName mark -productionServerDnsSuffix widgets.corp.com',
    );
  });

  it.each([
    [
      ['attach', '-Confirm:$false'],
      ['attach', '--yes'],
    ],
    [
      ['attach', '-Confirm:False', '-WhatIf:True'],
      ['attach', '--yes', '--dry-run'],
    ],
    [
      ['attach', '-Confirm:', 'False'],
      ['attach', '--yes'],
    ],
    [['attach', '-WhatIf:$false'], ['attach']],
    [
      ['attach', '-Confirm', 'Finance01'],
      ['attach', '--confirm', 'Finance01'],
    ],
  ])("takes PowerShell's switches with a value: %j", (given, taken) => {
    expect(inOurSpelling(given)).toEqual(taken);
  });

  it.each([[], ...commands.map(({ name }) => [name])])(
    'has help that fits 80 columns: %s',
    async (...words) => {
      const { stdout } = await dpmPrep([...words, '--help']);
      const wide = stdout.split('\n').filter((line) => line.length > 80);
      // A command to copy stays on one line.
      expect(wide.filter((line) => !line.startsWith('    dpm-prep '))).toEqual([]);
    },
  );

  it('says what renew-cert needs', async () => {
    const { code, stderr } = await dpmPrep(['renew-cert']);
    expect(code).toBe(2);
    expect(stderr).toContain('a .pfx file with its private key');
    expect(stderr).toContain('dpm-prep request-cert');
  });

  it.each([['--help'], ['attach', '--help'], ['explain', '33234']])(
    'a reader that goes away is not an error: %s',
    async (...words) => {
      const child = spawn(process.execPath, [launcher, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout.destroy();
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      await new Promise((resolve) => child.on('close', resolve));
      expect(said).toBe('');
      expect(child.exitCode).toBe(0);
    },
  );

  it('names all missing answers at once, each with its flag', async () => {
    const { code, stderr, stdout } = await dpmPrep(['set-dpm-server', '--dry-run', '--no-input']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/--dpm-server-name <name>, --user-name <name>/);
  });

  it('puts a wrong value, and where it came from, into one sentence', async () => {
    const { code, stderr } = await dpmPrep(['attach', '--user-name', 'CORP\\mark', '--dry-run']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--user-name: "CORP\\mark" has a domain or computer prefix/);
    expect(stderr).not.toMatch(/ at |node:/);
  });

  it.skipIf(windows)(
    'says on a system without Windows what can be done there (nothing to say on Windows)',
    async () => {
      const { code, stderr } = await dpmPrep(['install-agent']);
      expect(code).toBe(2);
      expect(stderr).toMatch(/--dry-run[^]*--rehearse/);
    },
  );

  it('uses no colours and no control characters without a terminal', async () => {
    const { stderr, stdout } = await dpmPrep(['attach', '--no-input']);
    // eslint-disable-next-line no-control-regex
    expect(stderr + stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});

describe.skipIf(windows)('a dry run without a Windows computer (on Windows it asks the computer)', () => {
  it('shows the page’s command lines and changes nothing', async () => {
    const args = ['set-dpm-server', '--dpm-server-name', 'Server01', '--user-name', 'mark', '--dry-run'];
    const text = await dpmPrep(args);
    expect(text.code).toBe(0);
    expect(text.stdout).toContain(
      'SetDpmServer.exe -DpmServerName Server01 -isNonDomainServer -UserName mark',
    );
    expect(text.stdout).toContain('nothing was changed');
    const json = document(await dpmPrep([...args, '--json']));
    expect(reportDocumentSchema.parse(json)).toMatchObject({ outcome: 'planned', changed: false });
    expect(json.steps.map(({ state }) => state)).toEqual(['planned', 'planned']);
  });
});

describe('dpm-prep schema', () => {
  it.each(['report', 'answers', 'handover'])('prints the JSON Schema of %s', async (name) => {
    const { code, stdout } = await dpmPrep(['schema', name]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: expect.stringContaining('json-schema.org') as string,
    });
  });

  it('says which documents there are', async () => {
    const { code, stderr } = await dpmPrep(['schema', 'nonsense']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/report,\s+answers,\s+handover/);
  });
});
