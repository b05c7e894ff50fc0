import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { noOpenssl, Workshop, csp, ksp } from '../support/openssl.js';

// The commands of docs/ci.md, run as they stand there.

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(root, 'docs', 'ci.md'), 'utf8');

const blocks = (language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map((match) => match[1] ?? '');

interface Job {
  readonly run?: string;
  readonly script?: string;
}
const [github, azure] = blocks('yaml').map((block) => parse(block) as Record<string, unknown>);
const githubSteps = (github?.jobs as { check: { steps: readonly Job[] } }).check.steps;
const azureSteps = azure?.steps as readonly Job[];

/** Scripts as they stand: one line, or several. */
const scripts = (all: readonly (string | undefined)[]): readonly string[] =>
  all.map((script) => script?.trim() ?? '').filter((script) => script.startsWith('dpm-prep'));

const shown = scripts(blocks('sh'));
const [check = '', smoke = '', later = ''] = shown;
const inGithub = scripts(githubSteps.map(({ run }) => run));
const inAzure = scripts(azureSteps.map(({ script }) => script));

test('both pipelines run the commands that the page shows', () => {
  expect(shown).toHaveLength(3);
  expect(later).toContain('--at');
  expect(inGithub).toEqual([smoke, check]);
  expect(inAzure).toEqual([smoke, check]);
});

describe.skipIf(noOpenssl || process.platform === 'win32')(
  'run in a folder of certificates (needs openssl and a POSIX shell)',
  () => {
    let shop: Workshop;
    const run = (
      command: string,
      password: Record<string, string> = { DPM_PREP_PASSWORD: 'pipeline-secret' },
    ) =>
      spawnSync('sh', ['-c', command], {
        cwd: shop.folder,
        encoding: 'utf8',
        env: {
          PATH: [shop.folder, process.env.PATH ?? ''].join(delimiter),
          HOME: shop.folder,
          CI: 'true',
          ...password,
        },
      });
    const result = (name: string): string => readFileSync(join(shop.folder, name), 'utf8');

    beforeAll(() => {
      shop = new Workshop();
      const program = join(shop.folder, 'dpm-prep');
      writeFileSync(
        program,
        `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin', 'dpm-prep.js')}' "$@"\n`,
      );
      chmodSync(program, 0o755);
      const folder = join(shop.folder, 'certificates');
      mkdirSync(folder);
      const authority = shop.root();
      writeFileSync(join(shop.folder, 'root.pem'), authority.pem);
      for (const [name, provider] of [
        ['good', csp],
        ['cng', ksp],
      ] as const) {
        const leaf = shop.leaf(authority, `/CN=${name}.contoso.com`);
        writeFileSync(
          join(folder, `${name}.pfx`),
          shop.pfx(leaf, { password: 'pipeline-secret', csp: provider }),
        );
      }
    });
    afterAll(() => {
      shop.remove();
    });

    test('a certificate that DPM would refuse fails the job, and the results are there to show', () => {
      const { status, stdout } = run(check);
      expect(status).toBe(3);
      expect(stdout).toContain('1 certificate can be used for DPM');
      const junit = result('dpm-certificates.xml');
      expect(junit).toMatch(/<testsuite name="[^"]*cng\.pfx"[^>]*failures="1"/);
      expect(junit).toMatch(/<testsuite name="[^"]*good\.pfx"[^>]*failures="0"/);
      expect(result('dpm-certificates.html')).toContain('1 cannot');
    });

    test('without it, the job passes, and fails as of a date when the certificate has expired', () => {
      rmSync(join(shop.folder, 'certificates', 'cng.pfx'));
      const { status, stderr } = run(check);
      expect(status, stderr).toBe(0);
      expect(run(later).stdout).toContain('0 certificates can be used for DPM, 1 failed');
      expect(run(later).status).toBe(3);
    });

    test('the fixtures show that the gate closes, and that a gate that does not close is noticed', () => {
      const { status, stdout, stderr } = run(smoke, {});
      expect(status, stdout + stderr).toBe(0);
      const [, compare = ''] = smoke.split('\n');
      const open = run(`${compare} --ignore no-cng`, {});
      expect(open.status).toBe(3);
      expect(open.stdout).toContain('no-cng.pfx');
    });
  },
);
